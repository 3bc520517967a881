// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var versionBehaviours = []behaviour{
	{name: "a policy has at most five versions, and ids are not used twice", prove: func(s *scenario) {
		arn := s.policy("p").Arn
		for i := range 4 {
			_, err := s.newVersion(arn, i, false)
			s.ok(err, "creating a version")
		}
		_, err := s.newVersion(arn, 5, false)
		s.refused(err, "LimitExceeded")
		_, err = s.iam.DeletePolicyVersion(s.ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v5")})
		s.ok(err, "deleting version v5")
		version, err := s.newVersion(arn, 6, true)
		s.ok(err, "creating a version")
		equal(s, "version", aws.ToString(version.VersionId), "v6")
		equal(s, "default version", aws.ToString(s.getPolicy(arn).DefaultVersionId), "v6")
	}},
	{name: "the document of a version is percent-encoded, and as it was given", prove: func(s *scenario) {
		arn := s.policy("p").Arn
		out, err := s.iam.GetPolicyVersion(s.ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")})
		s.ok(err, "getting the version")
		s.encoded("the document", out.PolicyVersion.Document, readConfig)
	}},
	{name: "ListPolicyVersions shows no documents", prove: func(s *scenario) {
		out, err := s.iam.ListPolicyVersions(s.ctx, &iam.ListPolicyVersionsInput{PolicyArn: s.policy("p").Arn})
		s.ok(err, "listing the versions")
		for _, version := range out.Versions {
			equal(s, "document", aws.ToString(version.Document), "")
		}
		equal(s, "number of versions", len(out.Versions), 1)
	}},
	{name: "the default version is not deleted, and a policy with others neither", prove: func(s *scenario) {
		arn := s.policy("p").Arn
		_, err := s.newVersion(arn, 1, true)
		s.ok(err, "creating a version")
		_, err = s.iam.DeletePolicyVersion(s.ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v2")})
		s.refused(err, "DeleteConflict", "default version")
		s.refused(s.deletePolicy(arn), "DeleteConflict", "more than one version")
	}},
	{name: "SetDefaultPolicyVersion goes back to an earlier version", prove: func(s *scenario) {
		arn := s.policy("p").Arn
		_, err := s.newVersion(arn, 1, true)
		s.ok(err, "creating a version")
		_, err = s.iam.SetDefaultPolicyVersion(s.ctx, &iam.SetDefaultPolicyVersionInput{
			PolicyArn: arn, VersionId: aws.String("v1"),
		})
		s.ok(err, "setting the default")
		equal(s, "default version", aws.ToString(s.getPolicy(arn).DefaultVersionId), "v1")
	}},
}

func (s *scenario) newVersion(arn *string, number int, isDefault bool) (*types.PolicyVersion, error) {
	doc := strings.Replace(readConfig, "ReadConfig", fmt.Sprint("Version", number), 1)
	out, err := s.iam.CreatePolicyVersion(s.ctx, &iam.CreatePolicyVersionInput{
		PolicyArn: arn, PolicyDocument: aws.String(doc), SetAsDefault: isDefault,
	})
	if err != nil {
		return nil, err
	}
	return out.PolicyVersion, nil
}
