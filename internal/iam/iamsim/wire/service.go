// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

// Service is the API that an action belongs to. Both are served on one port; the action decides.
type Service string

// The services.
const (
	IAM Service = "iam"
	STS Service = "sts"
)

// namespace is the XML namespace of the service's replies.
func (s Service) namespace() string {
	if s == STS {
		return "https://sts.amazonaws.com/doc/2011-06-15/"
	}
	return "https://iam.amazonaws.com/doc/2010-05-08/"
}
