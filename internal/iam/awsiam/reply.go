// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func decoded(action string, document *string) (string, error) {
	text, err := policy.Decode(aws.ToString(document))
	if err != nil {
		return "", &iam.Error{
			Action: action, Code: "UndecodableDocument", Message: err.Error(), Class: iam.ClassUnavailable,
		}
	}
	return string(text), nil
}

// emptyReply is the error of an answer that says neither what there is nor that there is nothing.
func emptyReply(action string) error {
	return &iam.Error{Action: action, Code: "EmptyReply", Class: iam.ClassUnavailable}
}

func tagsOf(list []types.Tag) map[string]string {
	tags := make(map[string]string, len(list))
	for _, tag := range list {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

func ignoreNotFound(err error) error {
	if iam.IsNotFound(err) {
		return nil
	}
	return err
}

// vanished turns "not found" about a role that was there a moment ago into "look again".
func vanished(err error) error {
	var e *iam.Error
	if !errors.As(err, &e) || e.Class != iam.ClassNotFound {
		return err
	}
	stale := *e
	stale.Class = iam.ClassStale
	return &stale
}
