// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"net/http"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/queue"
)

// maxBody is more than the largest document that the API model allows, percent-encoded.
const maxBody = 1 << 20

// SetEventQueue has the calls to IAM of the account in the URL of a queue become events in it after a delay, as
// EventBridge sends what CloudTrail records of calls that change something. An empty URL ends that.
func (s *Sim) SetEventQueue(url string, delay time.Duration) {
	s.change(func(settings *Settings) { settings.EventQueue, settings.EventDelay = url, levers.Duration(delay) })
}

// Send puts a message into a queue, which is made where there is none.
func (s *Sim) Send(url, body string) { s.queues.Send(url, body, 0) }

// Queued is how many messages a queue holds.
func (s *Sim) Queued(url string) int { return s.queues.Len(url) }

// serveQueue answers one call of SQS.
func (s *Sim) serveQueue(w http.ResponseWriter, r *http.Request, action string) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	request, err := queue.Read(r)
	if err != nil {
		queue.Answer(w, nil, &queue.Failure{Code: "InvalidParameterValue", Message: err.Error()})
		return
	}
	s.levers.Wait(r.Context())
	call, failed := s.beginQueue(r, action, request)
	var result any
	if failed == nil {
		if url := s.levers.Settings().EventQueue; url != "" {
			s.queues.Create(url)
		}
		result, failed = s.queues.Do(r.Context(), action, request)
	}
	call.Status = http.StatusOK
	if failed != nil {
		call.Status, call.ErrorCode = http.StatusBadRequest, failed.Code
	}
	s.calls.Add(call)
	queue.Answer(w, result, failed)
}

// beginQueue finds out who calls, and meets the faults that are switched on.
func (s *Sim) beginQueue(r *http.Request, action string, request queue.Request) (Call, *queue.Failure) {
	s.mu.Lock()
	who, failed := s.identify(r)
	s.mu.Unlock()
	call := calls.Call{
		Time: s.options.Clock.Now(), Service: "sqs", Action: action, Account: who.Account, AccessKeyID: who.AccessKeyID,
		CallerARN: who.ARN, SessionARN: who.SessionARN(), SessionTags: who.Tags(), UserAgent: r.UserAgent(),
		Params: map[string][]string{"QueueUrl": {request.URL}},
	}
	if failed != nil {
		return call, &queue.Failure{Code: failed.Code, Message: failed.Message}
	}
	answer := s.levers.Inject(r.Context(), call, levers.Subject{Caller: who.ARN, Resource: request.URL})
	if answer.Cut {
		s.calls.Add(call)
		panic(http.ErrAbortHandler)
	}
	if answer.Code != "" {
		return call, &queue.Failure{Code: answer.Code, Message: answer.Message}
	}
	return call, nil
}

// trail sends the event of a call, where events are switched on.
func (s *Sim) trail(call Call) {
	settings := s.levers.Settings()
	url := settings.EventQueue
	if url == "" || !call.Write || call.Service != "iam" || !strings.Contains(url, "/"+call.Account+"/") {
		return
	}
	s.queues.Send(url, queue.Trail(call, "us-east-1"), time.Duration(settings.EventDelay))
}
