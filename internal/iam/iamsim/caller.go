// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// caller is who signed a call.
type caller struct {
	account     string
	accessKeyID string
	arn         string
	userID      string
	roleARN     string // of the role behind an assumed-role session
}

// session is what AssumeRole issued.
type session struct {
	caller  caller
	expires time.Time
}

var (
	credentialPattern = regexp.MustCompile(`Credential=([^/,\s]+)/`)
	accountIDPattern  = regexp.MustCompile(`^[0-9]{12}$`)
)

// identify finds the caller by the access key id in the signature. The signature itself is not checked. The caller
// holds the lock.
func (s *Sim) identify(r *http.Request) (caller, *wire.Error) {
	match := credentialPattern.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		return caller{account: s.options.AccountID},
			wire.Failure("MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	key := match[1]
	if issued, ok := s.credentials[key]; ok {
		if s.options.Clock.Now().After(issued.expires) {
			return issued.caller, wire.Failure("ExpiredToken", "The security token included in the request is expired")
		}
		return issued.caller, nil
	}
	return s.longTerm(key), nil
}

func (s *Sim) longTerm(key string) caller {
	id := s.options.AccountID
	if mapped, ok := s.options.AccessKeys[key]; ok {
		id = mapped
	} else if accountIDPattern.MatchString(key) {
		id = key
	}
	arn := s.arn(id, "user/operator")
	if id == s.options.AccountID {
		arn = s.options.CallerARN
	}
	return caller{account: id, accessKeyID: key, arn: arn, userID: "AIDA" + strings.Repeat("A", 5) + id}
}
