// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Target is the action of a request of the JSON protocol of SQS, and whether it is one.
func Target(r *http.Request) (action string, ok bool) {
	return strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
}

// Request are the parameters of the actions that there are.
type Request struct {
	URL     string `json:"QueueUrl"`
	Most    int    `json:"MaxNumberOfMessages"`
	Wait    int    `json:"WaitTimeSeconds"`
	Receipt string `json:"ReceiptHandle"`
	Entries []struct {
		ID      string `json:"Id"`
		Receipt string `json:"ReceiptHandle"`
	} `json:"Entries"`
}

// Read decodes a request.
func Read(r *http.Request) (Request, error) {
	var request Request
	err := json.NewDecoder(r.Body).Decode(&request)
	return request, err
}

// Failure is an error of SQS.
type Failure struct{ Code, Message string }

// Do carries an action out: ReceiveMessage, DeleteMessage or DeleteMessageBatch.
func (q *Queues) Do(ctx context.Context, action string, r Request) (any, *Failure) {
	if !q.exists(r.URL) {
		return nil, &Failure{"QueueDoesNotExist", "The specified queue does not exist."}
	}
	switch action {
	case "ReceiveMessage":
		if r.Most < 0 || r.Most > most || r.Wait < 0 || r.Wait > 20 {
			return nil, &Failure{"InvalidParameterValue", "A value is out of range."}
		}
		found := q.receive(ctx, r.URL, max(1, r.Most), time.Duration(r.Wait)*time.Second)
		return map[string]any{"Messages": found}, nil
	case "DeleteMessage":
		q.remove(r.URL, r.Receipt)
		return map[string]any{}, nil
	case "DeleteMessageBatch":
		deleted := make([]any, 0, len(r.Entries))
		for _, entry := range r.Entries {
			q.remove(r.URL, entry.Receipt)
			deleted = append(deleted, map[string]string{"Id": entry.ID})
		}
		return map[string]any{"Successful": deleted, "Failed": []any{}}, nil
	}
	return nil, &Failure{"InvalidAction", "The action " + action + " is not known."}
}

// Answer sends what came of an action.
func Answer(w http.ResponseWriter, result any, failed *Failure) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if failed != nil {
		w.WriteHeader(http.StatusBadRequest)
		result = map[string]string{"__type": "com.amazonaws.sqs#" + failed.Code, "message": failed.Message}
	}
	if err := json.NewEncoder(w).Encode(result); err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
}
