// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// classes maps AWS's error codes to classes. Errors are told apart by code and never by type: the SDK has types only
// for the errors that an operation's model lists, and every other one is generic. Sources: the IAM and STS API
// references with their lists of common errors.
var classes = map[string]iam.Class{
	"NoSuchEntity": iam.ClassNotFound,
	// of SQS, by its name in either protocol
	"QueueDoesNotExist":                       iam.ClassNotFound,
	"AWS.SimpleQueueService.NonExistentQueue": iam.ClassNotFound,

	"EntityAlreadyExists": iam.ClassConflict,

	"MalformedPolicyDocument": iam.ClassRejected,
	"InvalidInput":            iam.ClassRejected,
	"ValidationError":         iam.ClassRejected,
	"InvalidParameterValue":   iam.ClassRejected,
	"MissingParameter":        iam.ClassRejected,
	"PolicyNotAttachable":     iam.ClassRejected,
	"PolicyEvaluation":        iam.ClassRejected,
	"PackedPolicyTooLarge":    iam.ClassRejected,

	"AccessDenied":            iam.ClassDenied,
	"AccessDeniedException":   iam.ClassDenied,
	"UnauthorizedOperation":   iam.ClassDenied,
	"NotAuthorized":           iam.ClassDenied,
	"OptInRequired":           iam.ClassDenied,
	"RegionDisabledException": iam.ClassDenied,
	"RegionDisabled":          iam.ClassDenied,

	"AuthFailure":                         iam.ClassCredentials,
	"ExpiredToken":                        iam.ClassCredentials,
	"ExpiredTokenException":               iam.ClassCredentials,
	"RequestExpired":                      iam.ClassCredentials,
	"RequestTimeTooSkewed":                iam.ClassCredentials,
	"InvalidClientTokenId":                iam.ClassCredentials,
	"InvalidAccessKeyId":                  iam.ClassCredentials,
	"InvalidToken":                        iam.ClassCredentials,
	"UnrecognizedClientException":         iam.ClassCredentials,
	"InvalidIdentityToken":                iam.ClassCredentials,
	"IDPRejectedClaim":                    iam.ClassCredentials,
	"MissingAuthenticationToken":          iam.ClassCredentials,
	"MissingAuthenticationTokenException": iam.ClassCredentials,
	"IncompleteSignature":                 iam.ClassCredentials,
	"IncompleteSignatureException":        iam.ClassCredentials,
	"SignatureDoesNotMatch":               iam.ClassCredentials,
	"InvalidSignatureException":           iam.ClassCredentials,

	"LimitExceeded": iam.ClassLimit,

	"DeleteConflict": iam.ClassInUse,

	"UnmodifiableEntity": iam.ClassUnmodifiable,

	"ConcurrentModification":        iam.ClassStale,
	"EntityTemporarilyUnmodifiable": iam.ClassStale,

	"Throttling":               iam.ClassThrottled,
	"ThrottlingException":      iam.ClassThrottled,
	"RequestLimitExceeded":     iam.ClassThrottled,
	"RequestThrottled":         iam.ClassThrottled,
	"TooManyRequestsException": iam.ClassThrottled,

	"ServiceFailure":        iam.ClassUnavailable,
	"InternalFailure":       iam.ClassUnavailable,
	"InternalError":         iam.ClassUnavailable,
	"ServiceUnavailable":    iam.ClassUnavailable,
	"IDPCommunicationError": iam.ClassUnavailable,
	"RequestTimeout":        iam.ClassUnavailable,
}

// nameTaken is part of the InvalidInput that CreateServiceLinkedRole answers when the role exists.
const nameTaken = "has been taken in this account"

// classified turns what the SDK returned into an *iam.Error. When the call ended because ctx did, the cause is
// wrapped instead.
func classified(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*iam.Error](err); ok {
		return known
	}
	action := actionOf(err)
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		class := classOf(err, answer)
		detail := detailOf(class, answer.ErrorMessage())
		detail.Role = unassumed(err)
		return &iam.Error{
			Action: action, Code: cmp.Or(answer.ErrorCode(), noCredentials), Message: answer.ErrorMessage(),
			Class: class, Detail: detail,
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("calling %s: %w", action, context.Cause(ctx))
	}
	e := &iam.Error{Action: action, Message: err.Error(), Class: iam.ClassUnavailable}
	if !sent(err) || strings.HasPrefix(action, "ec2imds:") {
		e.Code, e.Class = noCredentials, iam.ClassCredentials
	}
	return e
}

// noCredentials is the code of a call that was never sent. The SDK looks for credentials in the environment and at
// last in the metadata of the instance, so a failure there means that there are none.
const noCredentials = "NoCredentials"

func classOf(err error, answer smithy.APIError) iam.Class {
	if answer.ErrorCode() == "MalformedPolicyDocument" && mayAppear(answer.ErrorMessage()) {
		return iam.ClassPrincipalNotFound
	}
	if answer.ErrorCode() == "InvalidInput" && strings.Contains(answer.ErrorMessage(), nameTaken) {
		return iam.ClassConflict
	}
	var reply *smithyhttp.ResponseError
	if !errors.As(err, &reply) || strings.HasPrefix(actionOf(err), "sso") {
		return classOfSource(answer)
	}
	if class, ok := classes[answer.ErrorCode()]; ok {
		return class
	}
	switch status := reply.HTTPStatusCode(); {
	case status == http.StatusTooManyRequests:
		return iam.ClassThrottled
	case status >= http.StatusInternalServerError:
		return iam.ClassUnavailable
	}
	return iam.ClassUnknown
}

// classOfSource is the class of an answer that came from where the SDK fetches credentials: the endpoint of EKS Pod
// Identity and of containers, whose answers alone carry no reply of AWS, or IAM Identity Center.
func classOfSource(answer smithy.APIError) iam.Class {
	if answer.ErrorFault() == smithy.FaultServer {
		return iam.ClassUnavailable
	}
	return iam.ClassCredentials
}

// sent tells whether an error without a code of AWS comes from the network or from an unreadable reply.
func sent(err error) bool {
	var (
		unsent     *smithyhttp.RequestSendError
		reply      *smithyhttp.ResponseError
		canceled   *smithy.CanceledError
		unreadable *smithy.DeserializationError
	)
	return errors.As(err, &unsent) || errors.As(err, &reply) || errors.As(err, &canceled) || errors.As(err, &unreadable)
}

// actionOf names the innermost operation: it is sts:AssumeRole when the credentials for a call to IAM cannot be had.
func actionOf(err error) string {
	action := "aws"
	for {
		var op *smithy.OperationError
		if !errors.As(err, &op) {
			return action
		}
		action = strings.ToLower(op.ServiceID) + ":" + op.OperationName
		err = op.Err
	}
}
