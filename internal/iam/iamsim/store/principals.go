// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"

// PrincipalID is the unique id of the role or user with an ARN.
func (s *State) PrincipalID(arn string) (string, bool) {
	name := NameIn(arn)
	if role, ok := s.Roles.Get(name); ok && role.ARN == arn {
		return role.ID, true
	}
	if user, ok := s.Users.Get(name); ok && user.ARN == arn {
		return user.ID, true
	}
	return "", false
}

// PrincipalByID is the ARN of the role or user with a unique id, in any account.
func (w *World) PrincipalByID(id string) (string, bool) {
	if !IsUniqueID(id) {
		return "", false
	}
	for _, a := range w.accounts {
		for _, role := range a.State.Roles {
			if role.ID == id {
				return role.ARN, true
			}
		}
		for _, user := range a.State.Users {
			if user.ID == id {
				return user.ARN, true
			}
		}
	}
	return "", false
}

// ShowTrust is a trust policy as it is read now: unique ids of principals that exist become ARNs again, those of
// deleted ones stay. The order of principals is arbitrary in IAM; shuffled makes it so.
func (w *World) ShowTrust(trust access.Document, shuffled bool) string {
	shown, _ := trust.MapAWS(func(principal string) (string, error) {
		if arn, ok := w.PrincipalByID(principal); ok {
			return arn, nil
		}
		return principal, nil
	})
	if shuffled {
		w.shuffle(shown)
	}
	return shown.String()
}

func (w *World) shuffle(trust access.Document) {
	for _, statement := range trust.Statements {
		for _, kind := range []string{"AWS", "Federated", "Service"} {
			list := statement.Principal[kind]
			w.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
	}
}
