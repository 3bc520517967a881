// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package changelog writes down what the controller writes to AWS, one JSON object a line.
package changelog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// The results of a call. A call that began and has no other line may or may not have been carried out: the controller
// ended between the two.
const (
	Began  = "Began"
	Done   = "Done"
	Failed = "Failed"
)

// Entry is one line. Account ids are not in it: the AWSAccount is named in their place.
type Entry struct {
	// Time is when the line was written.
	Time time.Time `json:"time"`
	// Call has the same value in the lines of one call, and another one in every other call of this file.
	Call string `json:"call"`
	// Result is Began, Done or Failed.
	Result string `json:"result"`
	// Kind, Namespace, Name, UID and Generation are of the Kubernetes object that the call was made for.
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Generation int64  `json:"generation"`
	// FieldManager is who last wrote the object's spec, where Kubernetes says so.
	FieldManager string `json:"fieldManager,omitempty"`
	// Account is the name of the AWSAccount.
	Account string `json:"account,omitempty"`
	// Cause is why the pass wrote: the spec, drift, a deletion, or another one of status.plan.
	Cause string `json:"cause,omitempty"`
	// DriftCalls are the IAM actions that events name as the cause of drift, DriftBy who made the last of them, DriftFrom
	// from which address, DriftAt when. They are what the events say, which nobody vouches for.
	DriftCalls string `json:"driftCalls,omitempty"`
	DriftBy    string `json:"driftBy,omitempty"`
	DriftFrom  string `json:"driftFrom,omitempty"`
	DriftAt    string `json:"driftAt,omitempty"`
	// Action is the IAM action, Field the unit that changes, Operation a line for people.
	Action    string `json:"action"`
	Field     string `json:"field"`
	Operation string `json:"operation"`
	// Effect is Widens, Narrows, Both or Neutral: what the call does to what is permitted.
	Effect string `json:"effect"`
	// OldDigest and NewDigest are of all that was observed in AWS for the object before the call, and as it is after it.
	OldDigest string `json:"oldDigest"`
	NewDigest string `json:"newDigest"`
	// Error is the code of AWS's answer where the call failed. Its message stays out.
	Error string `json:"error,omitempty"`
	// RequestID is AWS's id of the request, by which CloudTrail has it.
	RequestID string `json:"requestID,omitempty"`
}

// Log appends entries. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	out  io.Writer
	sync func() error
	// torn says that the last line may lack its end.
	torn bool
}

// New returns a log that writes to out.
func New(out io.Writer) *Log { return &Log{out: out, sync: func() error { return nil }} }

// Open returns a log that appends to a file, which is made where it does not exist, or to standard output for "stdout".
// It fails where nothing can be appended.
func Open(target string) (*Log, error) {
	if target == "stdout" {
		return New(os.Stdout), nil
	}
	file, err := os.OpenFile(target, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600) //nolint:gosec // the flag names it
	if err != nil {
		return nil, fmt.Errorf("opening the change log: %w", err)
	}
	torn, err := lacksItsEnd(file)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the end of the change log: %w", err), file.Close())
	}
	return &Log{out: file, sync: file.Sync, torn: torn}, nil
}

// lacksItsEnd tells whether the last line of a file lacks its end, because its writer stopped in the middle.
func lacksItsEnd(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false, err
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return last[0] != '\n', err
}

// Append writes one line, and returns when it is on disk.
func (l *Log) Append(entry Entry) error {
	line, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("encoding a line of the change log: %w", err)
	}
	line = append(line, '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.torn {
		line = append([]byte{'\n'}, line...)
	}
	n, err := l.out.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	l.torn = l.torn && n == 0 || err != nil && n > 0
	if err != nil {
		return fmt.Errorf("writing to the change log: %w", err)
	}
	if err := l.sync(); err != nil {
		return fmt.Errorf("saving the change log: %w", err)
	}
	return nil
}
