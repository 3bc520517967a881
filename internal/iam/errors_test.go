// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestAnErrorIsClassifiedThroughWrapping(t *testing.T) {
	denied := &iam.Error{Action: "iam:GetRole", Code: "AccessDenied", Class: iam.ClassDenied}
	for name, tc := range map[string]struct {
		err  error
		want iam.Class
	}{
		"bare":             {denied, iam.ClassDenied},
		"wrapped":          {fmt.Errorf("observing role: %w", denied), iam.ClassDenied},
		"joined":           {errors.Join(errors.New("first"), denied), iam.ClassDenied},
		"an error of ours": {errors.New("something else"), iam.ClassUnknown},
		"an ended context": {fmt.Errorf("calling iam:GetRole: %w", context.Canceled), iam.ClassUnknown},
		"no error":         {nil, iam.ClassUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			if got := iam.Classify(tc.err); got != tc.want {
				t.Errorf("class is %d, want %d", got, tc.want)
			}
		})
	}
}

func TestTheTextOfAnErrorNamesActionAndCodeAndNeverTheMessageOfAWS(t *testing.T) {
	const secret = "arn:aws:iam::111122223333:user/alice is not authorized"
	for want, e := range map[string]iam.Error{
		"iam:CreateRole: AccessDenied":                            {Action: "iam:CreateRole", Code: "AccessDenied", Class: iam.ClassDenied},
		"iam:GetRole: no answer from AWS":                         {Action: "iam:GetRole", Class: iam.ClassUnavailable},
		"iam:GetRole: held back by the rate limit of the account": {Action: "iam:GetRole", Class: iam.ClassThrottled},
		"iam:TagRole: Throttling":                                 {Action: "iam:TagRole", Code: "Throttling", Class: iam.ClassThrottled},
	} {
		e.Message = secret
		if got := e.Error(); got != want || strings.Contains(got, secret) {
			t.Errorf("text is %q, want %q", got, want)
		}
	}
}

func TestOnlyWhatTimeHealsIsTransient(t *testing.T) {
	for class, want := range map[iam.Class]bool{
		iam.ClassUnknown: true, iam.ClassPrincipalNotFound: true, iam.ClassStale: true, iam.ClassThrottled: true,
		iam.ClassUnavailable: true, iam.ClassCredentials: true,
		iam.ClassNotFound: false, iam.ClassConflict: false, iam.ClassRejected: false, iam.ClassDenied: false,
		iam.ClassLimit: false, iam.ClassInUse: false, iam.ClassUnmodifiable: false,
		iam.ClassUnavailable + 1: true,
	} {
		if got := class.Transient(); got != want {
			t.Errorf("class %d is transient: %t, want %t", class, got, want)
		}
	}
}

func TestNotFoundIsToldFromOtherErrors(t *testing.T) {
	if !iam.IsNotFound(fmt.Errorf("detaching: %w", &iam.Error{Code: "NoSuchEntity", Class: iam.ClassNotFound})) {
		t.Error("NoSuchEntity is not taken for not found")
	}
	if iam.IsNotFound(&iam.Error{Code: "AccessDenied", Class: iam.ClassDenied}) {
		t.Error("a denied call is taken for not found")
	}
}

func TestTheObjectOfACallTravelsInItsContext(t *testing.T) {
	if object, ok := iam.ObjectFrom(t.Context()); ok {
		t.Errorf("a context without an object has %v", object)
	}
	ctx := iam.WithObject(t.Context(), "ECSRole", "payments", "checkout")
	want := iam.Object{Kind: "ECSRole", Namespace: "payments", Name: "checkout"}
	if got, ok := iam.ObjectFrom(ctx); !ok || got != want {
		t.Errorf("object is %v, want %v", got, want)
	}
}
