// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"net/http"
)

// Error is an answer of IAM or STS that is not success: a code from the API reference and a message.
type Error struct {
	Code    string
	Message string
}

// Error is the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// httpStatus gives the status that AWS sends with each error code, by the page "Common errors" of the IAM API reference
// and the errors listed with each action. A code that is missing here is sent with 400.
var httpStatus = map[string]int{
	"NoSuchEntity":                  http.StatusNotFound,
	"EntityAlreadyExists":           http.StatusConflict,
	"DeleteConflict":                http.StatusConflict,
	"LimitExceeded":                 http.StatusConflict,
	"ConcurrentModification":        http.StatusConflict,
	"EntityTemporarilyUnmodifiable": http.StatusConflict,
	"AccessDenied":                  http.StatusForbidden,
	"AccessDeniedException":         http.StatusForbidden,
	"InvalidClientTokenId":          http.StatusForbidden,
	"ExpiredToken":                  http.StatusForbidden,
	"SignatureDoesNotMatch":         http.StatusForbidden,
	"MissingAuthenticationToken":    http.StatusForbidden,
	"OptInRequired":                 http.StatusForbidden,
	"RegionDisabledException":       http.StatusForbidden,
	"RequestLimitExceeded":          http.StatusServiceUnavailable,
	"ServiceUnavailable":            http.StatusServiceUnavailable,
	"ServiceFailure":                http.StatusInternalServerError,
	"PolicyEvaluation":              http.StatusInternalServerError,
	"InternalFailure":               http.StatusInternalServerError,
}

// Status is the HTTP status of the answer.
func (e *Error) Status() int {
	if status, ok := httpStatus[e.Code]; ok {
		return status
	}
	return http.StatusBadRequest
}

// fault says whose fault it is: the <Type> of the error body.
func (e *Error) fault() string {
	if e.Status() >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

// Failure is an error with any code.
func Failure(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NoSuchEntity says that an entity does not exist.
func NoSuchEntity(format string, args ...any) *Error {
	return Failure("NoSuchEntity", format, args...)
}

// AlreadyExists says that a name is taken.
func AlreadyExists(format string, args ...any) *Error {
	return Failure("EntityAlreadyExists", format, args...)
}

// LimitExceeded says that a limit is reached.
func LimitExceeded(format string, args ...any) *Error {
	return Failure("LimitExceeded", format, args...)
}

// QuotaExceeded says which quota of the account is reached.
func QuotaExceeded(quota string, limit int) *Error {
	return LimitExceeded("Cannot exceed quota for %s: %d", quota, limit)
}

// DeleteConflict says what must go before an entity can be deleted.
func DeleteConflict(message string) *Error { return Failure("DeleteConflict", "%s", message) }

// InvalidInput says that a value is refused for its meaning.
func InvalidInput(format string, args ...any) *Error {
	return Failure("InvalidInput", format, args...)
}

// ValidationError says that a parameter is refused for its form.
func ValidationError(format string, args ...any) *Error {
	return Failure("ValidationError", format, args...)
}

// MalformedPolicy says what is wrong with a policy document.
func MalformedPolicy(format string, args ...any) *Error {
	return Failure("MalformedPolicyDocument", format, args...)
}
