// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// maxBody is more than the largest document that the API model allows, percent-encoded.
const maxBody = 1 << 20

// ServeHTTP answers one call of the AWS Query protocol. When a crash hook cuts the connection it panics with
// http.ErrAbortHandler, which net/http turns into a closed connection.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, levers.Path) {
		levers.Handler(s).ServeHTTP(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, wire.Failure("MalformedQueryString", "The query string contains a syntax error: %s", err))
		return
	}
	a, ok := actions[r.Form.Get("Action")]
	if !ok {
		s.refuse(w, wire.Failure("InvalidAction", "Could not find operation %s for version %s",
			r.Form.Get("Action"), r.Form.Get("Version")))
		return
	}
	s.levers.Wait(r.Context())
	call, result, failed := s.perform(r, a)
	s.mu.Lock()
	requestID := s.nextRequestID()
	s.mu.Unlock()
	if failed != nil {
		call.ErrorCode, call.Status = failed.Code, failed.Status()
		s.calls.Add(call)
		a.service.SendError(w, requestID, failed)
		return
	}
	call.Status = http.StatusOK
	s.calls.Add(call)
	s.crash(call, levers.After)
	a.service.Send(w, a.name, requestID, result)
}

// perform carries a call through all that can stop it: credentials, faults, parameters, the action itself.
func (s *Sim) perform(r *http.Request, a *action) (Call, []wire.Node, *wire.Error) {
	s.mu.Lock()
	who, failed := s.identify(r)
	call := Call{
		Time: s.options.Clock.Now(), Service: string(a.service), Action: a.name, Write: a.write,
		Params: clone(r.Form), Account: who.account, AccessKeyID: who.accessKeyID, UserAgent: r.UserAgent(),
	}
	account := s.accountLocked(who.account)
	s.mu.Unlock()
	if failed == nil {
		failed = s.inject(r.Context(), call, who)
	}
	if failed == nil {
		failed = a.service.Validate(wire.Params(r.Form), a.needs, a.takes)
	}
	if failed != nil {
		return call, nil, failed
	}
	s.crash(call, levers.Before)
	result, err := s.execute(a, account, who, wire.Params(r.Form))
	if err != nil && !errors.As(err, &failed) {
		failed = wire.Failure("InternalFailure", "%s", err)
	}
	return call, result, failed
}

func (s *Sim) execute(a *action, acct *account, who caller, p wire.Params) ([]wire.Node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx := &transaction{sim: s, account: acct, caller: who, now: s.options.Clock.Now()}
	return tx.run(a, p, s.levers.Settings().ConsistencyLag())
}

// inject meets the faults that are switched on.
func (s *Sim) inject(ctx context.Context, call calls.Call, who caller) *wire.Error {
	answer := s.levers.Inject(ctx, call, levers.Subject{Caller: who.arn, Resource: "*"})
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
	s.mu.Lock()
	requestID := s.nextRequestID()
	s.mu.Unlock()
	wire.IAM.SendError(w, requestID, err)
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
