// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/actions"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/queue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// ServeHTTP answers one call of IAM, STS or SQS, or pulls a lever. Where a crash hook cuts the connection it panics
// with http.ErrAbortHandler, which net/http turns into a closed connection.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, levers.Path) {
		levers.Handler(s).ServeHTTP(w, r)
		return
	}
	if action, ok := queue.Target(r); ok {
		s.serveQueue(w, r, action)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, wire.Failure("MalformedQueryString", "The query string contains a syntax error: %s", err))
		return
	}
	action, ok := actions.Find(r.Form.Get("Action"))
	if !ok {
		s.refuse(w, wire.Failure("InvalidAction", "Could not find operation %s for version %s",
			r.Form.Get("Action"), r.Form.Get("Version")))
		return
	}
	s.levers.Wait(r.Context())
	s.answer(w, r, action)
}

func (s *Sim) answer(w http.ResponseWriter, r *http.Request, action *actions.Action) {
	call, result, failed := s.perform(r, action)
	requestID := s.nextRequestID()
	if failed != nil {
		call.ErrorCode, call.Status = failed.Code, failed.Status()
		s.calls.Add(call)
		s.trail(call)
		action.Service.SendError(w, requestID, failed)
		return
	}
	call.Status = http.StatusOK
	s.calls.Add(call)
	s.trail(call)
	s.crash(call, levers.After)
	action.Service.Send(w, action.Name, requestID, result)
}

// perform carries a call through all that can stop it: credentials, faults, parameters, the action itself.
func (s *Sim) perform(r *http.Request, action *actions.Action) (calls.Call, []wire.Node, *wire.Error) {
	call, tx, failed := s.begin(r, action)
	p := wire.Params(r.Form)
	if failed == nil {
		failed = s.inject(r.Context(), call, s.subject(tx, action, p))
	}
	if failed == nil {
		failed = action.Validate(p)
	}
	if failed != nil {
		return call, nil, failed
	}
	s.crash(call, levers.Before)
	result, err := s.execute(tx, action, p)
	if err != nil && !errors.As(err, &failed) {
		failed = wire.Failure("InternalFailure", "%s", err)
	}
	return call, result, failed
}

// begin finds out who calls.
func (s *Sim) begin(r *http.Request, action *actions.Action) (calls.Call, *actions.Transaction, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, failed := s.identify(r)
	now := s.options.Clock.Now()
	call := calls.Call{
		Time: now, Service: string(action.Service), Action: action.Name, Write: action.Write,
		Params: clone(r.Form), Account: who.Account, AccessKeyID: who.AccessKeyID, CallerARN: who.ARN,
		UserAgent:  r.UserAgent(),
		SessionARN: who.SessionARN(), SessionTags: who.Tags(),
	}
	return call, &actions.Transaction{World: s.world, Account: s.world.Account(who.Account), Caller: who}, failed
}

func (s *Sim) execute(tx *actions.Transaction, action *actions.Action, p wire.Params) ([]wire.Node, error) {
	settings := s.levers.Settings()
	s.mu.Lock()
	defer s.mu.Unlock()
	tx.Now, tx.Lag, tx.PageLimit = s.options.Clock.Now(), settings.ConsistencyLag(), settings.PageLimit
	tx.DeletionPolls, tx.Enforce = s.deletionPolls, settings.EnforcePolicies
	return action.Run(tx, p)
}

// subject is what a denial of the call would name.
func (s *Sim) subject(tx *actions.Transaction, action *actions.Action, p wire.Params) levers.Subject {
	s.mu.Lock()
	defer s.mu.Unlock()
	return levers.Subject{Caller: tx.Caller.ARN, Resource: action.Resource(tx, p)}
}

// inject meets the faults that are switched on.
func (s *Sim) inject(ctx context.Context, call calls.Call, subject levers.Subject) *wire.Error {
	answer := s.levers.Inject(ctx, call, subject)
	if answer.Cut {
		s.calls.Add(call)
		panic(http.ErrAbortHandler)
	}
	if answer.Code == "" {
		return nil
	}
	return wire.Failure(answer.Code, "%s", answer.Message)
}

// crash cuts the connection when the hook says so.
func (s *Sim) crash(call calls.Call, moment levers.Moment) {
	if !s.levers.Crashes(call, moment) {
		return
	}
	if moment == levers.Before {
		s.calls.Add(call)
	}
	panic(http.ErrAbortHandler)
}

// refuse answers what is not a call at all and therefore not in the call log.
func (s *Sim) refuse(w http.ResponseWriter, err *wire.Error) {
	wire.IAM.SendError(w, s.nextRequestID(), err)
}

func clone(form url.Values) url.Values {
	c := make(url.Values, len(form))
	for key, values := range form {
		if key != "Action" && key != "Version" {
			c[key] = values
		}
	}
	return c
}
