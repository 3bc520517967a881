// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"net/http"
)

// apiError is an answer of IAM or STS that is not success: a code from the API reference and a message.
type apiError struct {
	code    string
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

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
	"RequestLimitExceeded":          http.StatusServiceUnavailable,
	"ServiceUnavailable":            http.StatusServiceUnavailable,
	"ServiceFailure":                http.StatusInternalServerError,
	"InternalFailure":               http.StatusInternalServerError,
}

func (e *apiError) status() int {
	if status, ok := httpStatus[e.code]; ok {
		return status
	}
	return http.StatusBadRequest
}

// fault says whose fault it is: the <Type> of the error body.
func (e *apiError) fault() string {
	if e.status() >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

func failure(code, format string, args ...any) *apiError {
	return &apiError{code: code, message: fmt.Sprintf(format, args...)}
}

func noSuchEntity(format string, args ...any) *apiError {
	return failure("NoSuchEntity", format, args...)
}

func alreadyExists(format string, args ...any) *apiError {
	return failure("EntityAlreadyExists", format, args...)
}

func limitExceeded(format string, args ...any) *apiError {
	return failure("LimitExceeded", format, args...)
}

func quotaExceeded(quota string, limit int) *apiError {
	return limitExceeded("Cannot exceed quota for %s: %d", quota, limit)
}

func deleteConflict(message string) *apiError { return failure("DeleteConflict", "%s", message) }

func invalidInput(format string, args ...any) *apiError {
	return failure("InvalidInput", format, args...)
}

func validationError(format string, args ...any) *apiError {
	return failure("ValidationError", format, args...)
}

func malformedPolicy(format string, args ...any) *apiError {
	return failure("MalformedPolicyDocument", format, args...)
}
