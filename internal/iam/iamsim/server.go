// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"errors"
	"net/http"
	"net/url"
)

// maxBody is more than the largest document that the API model allows, percent-encoded.
const maxBody = 1 << 20

// ServeHTTP answers one call of the AWS Query protocol. When a crash hook cuts the connection it panics with
// http.ErrAbortHandler, which net/http turns into a closed connection.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, failure("MalformedQueryString", "The query string contains a syntax error: %s", err))
		return
	}
	a, ok := actions[r.Form.Get("Action")]
	if !ok {
		s.refuse(w, failure("InvalidAction", "Could not find operation %s for version %s",
			r.Form.Get("Action"), r.Form.Get("Version")))
		return
	}
	s.delay(r.Context())
	call, result, failed := s.perform(r, a)
	s.mu.Lock()
	requestID := s.nextRequestID()
	s.mu.Unlock()
	if failed != nil {
		call.ErrorCode, call.Status = failed.code, failed.status()
		s.calls.add(call)
		a.service.sendError(w, requestID, failed)
		return
	}
	call.Status = http.StatusOK
	s.calls.add(call)
	s.crash(call, After)
	a.service.send(w, a, requestID, result)
}

// perform carries a call through all that can stop it: credentials, faults, parameters, the action itself.
func (s *Sim) perform(r *http.Request, a *action) (Call, []node, *apiError) {
	s.mu.Lock()
	who, failed := s.identify(r)
	call := Call{
		Time: s.options.Clock.Now(), Service: string(a.service), Action: a.name, Write: a.write,
		Params: clone(r.Form), Account: who.account, AccessKeyID: who.accessKeyID, UserAgent: r.UserAgent(),
	}
	account := s.accountLocked(who.account)
	s.mu.Unlock()
	if failed == nil {
		failed = s.inject(call, account)
	}
	if failed == nil {
		failed = a.validate(params(r.Form))
	}
	if failed != nil {
		return call, nil, failed
	}
	s.crash(call, Before)
	result, err := s.execute(a, account, who, params(r.Form))
	if err != nil && !errors.As(err, &failed) {
		failed = failure("InternalFailure", "%s", err)
	}
	return call, result, failed
}

func (s *Sim) execute(a *action, acct *account, who caller, p params) ([]node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx := &transaction{sim: s, account: acct, caller: who, now: s.options.Clock.Now()}
	return tx.run(a, p, s.lag)
}

// refuse answers what is not a call at all and therefore not in the call log.
func (s *Sim) refuse(w http.ResponseWriter, err *apiError) {
	s.mu.Lock()
	requestID := s.nextRequestID()
	s.mu.Unlock()
	iamService.sendError(w, requestID, err)
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
