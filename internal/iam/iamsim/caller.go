// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var credential = regexp.MustCompile(`Credential=([^/,\s]+)/`)

// identify finds the caller by the access key id in the signature. The signature itself is not checked. The caller
// holds the lock.
func (s *Sim) identify(r *http.Request) (store.Caller, *wire.Error) {
	match := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		return store.Caller{Account: s.options.AccountID},
			wire.Failure("MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	key := match[1]
	issued, ok := s.world.Issued(key)
	if !ok {
		return s.longTerm(key), nil
	}
	if s.options.Clock.Now().After(issued.Session.Expires) {
		return issued, wire.Failure("ExpiredToken", "The security token included in the request is expired")
	}
	return issued, nil
}

func (s *Sim) longTerm(key string) store.Caller {
	id := s.options.AccountID
	if mapped, ok := s.options.AccessKeys[key]; ok {
		id = mapped
	} else if store.IsAccountID(key) {
		id = key
	}
	arn := s.world.ARN(id, "user/operator")
	if id == s.options.AccountID {
		arn = s.options.CallerARN
	}
	return store.Caller{Account: id, AccessKeyID: key, ARN: arn, UserID: "AIDA" + strings.Repeat("A", 5) + id}
}
