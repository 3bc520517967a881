// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"errors"
	"fmt"
	"time"
)

// Class says what an error of AWS means for the controller. Source of the codes: IAM API reference, and the behaviour
// that the conformance suite records.
type Class int

// The classes.
const (
	// ClassUnknown is an error that no rule covers; it is tried again with back-off.
	ClassUnknown Class = iota
	// ClassNotFound: the entity, or one that the call refers to, does not exist.
	ClassNotFound
	// ClassConflict: an entity of that name exists already.
	ClassConflict
	// ClassRejected: IAM judged the content of the call and will refuse it again.
	ClassRejected
	// ClassPrincipalNotFound: a trust policy names a principal that IAM cannot find yet; heals when the principal is new.
	ClassPrincipalNotFound
	// ClassDenied: AWS knows the caller and does not let it make the call.
	ClassDenied
	// ClassCredentials: AWS does not know the caller: the credentials are missing, expired or invalid. It heals when they
	// are renewed, which their source usually does by itself.
	ClassCredentials
	// ClassLimit: a quota is reached.
	ClassLimit
	// ClassInUse: the entity cannot be deleted while something refers to it.
	ClassInUse
	// ClassUnmodifiable: the entity belongs to AWS.
	ClassUnmodifiable
	// ClassStale: another change was under way; look again and repeat.
	ClassStale
	// ClassThrottled: the rate of calls is too high.
	ClassThrottled
	// ClassUnavailable: AWS did not answer, or answered with an error of its own.
	ClassUnavailable
)

// Error is a failed call to AWS, classified. Its text names the action and the code, which are safe to show; AWS's own
// message, which may hold account details, is kept in Message for verbose logs only.
type Error struct {
	// Action is the name of the call, such as "iam:CreateRole".
	Action string
	// Code is AWS's error code, or empty when AWS did not answer or was not asked.
	Code string
	// Message is AWS's own text.
	Message string
	// Class says what the error means.
	Class Class
	// Detail is what could be read from Message; unlike it, it is safe to show.
	Detail Detail
	// RetryAfter is when a throttled call is worth repeating; zero when unknown.
	RetryAfter time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	if e.Code == "" && e.Class == ClassThrottled {
		return fmt.Sprintf("%s: held back by the rate limit of the account", e.Action)
	}
	if e.Code == "" {
		return fmt.Sprintf("%s: no answer from AWS", e.Action)
	}
	return fmt.Sprintf("%s: %s", e.Action, e.Code)
}

// Classify returns the class of the first Error in err's chain, and ClassUnknown for any other error.
func Classify(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return ClassUnknown
}

// HeldBack reports whether an error is that of a call which was not made, because the rate limit of the account left no
// room for it.
func HeldBack(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Class == ClassThrottled && e.Code == ""
}

// IsNotFound tells whether err says that the entity does not exist.
func IsNotFound(err error) bool { return Classify(err) == ClassNotFound }

// Transient tells whether time alone is likely to heal an error of class c.
func (c Class) Transient() bool {
	switch c {
	case ClassUnknown, ClassPrincipalNotFound, ClassStale, ClassThrottled, ClassUnavailable, ClassCredentials:
		return true
	case ClassNotFound, ClassConflict, ClassRejected, ClassDenied, ClassLimit, ClassInUse, ClassUnmodifiable:
		return false
	}
	return true
}
