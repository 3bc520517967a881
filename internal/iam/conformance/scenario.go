// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// scenario is what one behaviour is proved with: clients, fresh names, expectations, and a list of what to clean up.
type scenario struct {
	ctx       context.Context //nolint:containedctx // one scenario is one flow of calls
	iam       *iam.Client
	sts       *sts.Client
	account   string
	partition string
	prefix    string
	problems  []string
	undo      [stages][]func()
}

// The stages of cleaning up: what holds something goes before what it holds.
const (
	holders    = iota // instance profiles
	principals        // roles, users, groups
	documents         // managed policies
	stages
)

// stopped is the panic that ends a scenario whose next steps would make no sense.
const stopped = "scenario stopped"

// name makes a name that no other scenario and no other run uses.
func (s *scenario) name(base string) string { return s.prefix + base }

func (s *scenario) wrong(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// ok stops the scenario when a call that it needs failed.
func (s *scenario) ok(err error, doing string) {
	if err != nil {
		s.wrong("%s: %v", doing, err)
		panic(stopped)
	}
}

// refused expects a call to fail with one error code, whose message holds all of the given texts.
func (s *scenario) refused(err error, code string, texts ...string) {
	var failure smithy.APIError
	switch {
	case err == nil:
		s.wrong("the call succeeded, want it refused with %s", code)
	case !errors.As(err, &failure):
		s.wrong("got %v, want %s", err, code)
	case failure.ErrorCode() != code:
		s.wrong("got %s (%s), want %s", failure.ErrorCode(), failure.ErrorMessage(), code)
	default:
		for _, text := range texts {
			if !strings.Contains(failure.ErrorMessage(), text) {
				s.wrong("got the message %q, want it to hold %q", failure.ErrorMessage(), text)
			}
		}
	}
}

// equal expects a value.
func equal[T any](s *scenario, what string, got, want T) {
	if diff := cmp.Diff(want, got); diff != "" {
		s.wrong("%s differs (-want +got):\n%s", what, diff)
	}
}

// encoded expects the text of a document as IAM sends it: percent-encoded, and the same after decoding.
func (s *scenario) encoded(what string, got *string, want string) {
	text := aws.ToString(got)
	if strings.HasPrefix(text, "{") {
		s.wrong("%s is not percent-encoded: %s", what, text)
		return
	}
	decoded, err := url.PathUnescape(text)
	s.ok(err, "decoding "+what)
	if want != "" {
		equal(s, what, decoded, want)
	}
}

func (s *scenario) cleanUp() {
	for _, stage := range s.undo {
		for _, undo := range slices.Backward(stage) {
			undo()
		}
	}
}

func (s *scenario) later(stage int, undo func()) { s.undo[stage] = append(s.undo[stage], undo) }

// trust is the simplest trust policy of a task role.
const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// readConfig is a small identity policy.
const readConfig = `{"Version":"2012-10-17","Statement":[{"Sid":"ReadConfig","Effect":"Allow",` +
	`"Action":"s3:GetObject","Resource":"*"}]}`

// trusting is a trust policy for one AWS principal.
func trusting(principals ...string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["` +
		strings.Join(principals, `","`) + `"]},"Action":"sts:AssumeRole"}]}`
}

// role makes a role with changes to the simplest input, to be deleted at the end.
func (s *scenario) role(base string, changes ...func(*iam.CreateRoleInput)) *types.Role {
	out, err := s.tryRole(base, changes...)
	s.ok(err, "creating a role")
	return out
}

func (s *scenario) tryRole(base string, changes ...func(*iam.CreateRoleInput)) (*types.Role, error) {
	input := &iam.CreateRoleInput{RoleName: aws.String(s.name(base)), AssumeRolePolicyDocument: aws.String(trust)}
	for _, change := range changes {
		change(input)
	}
	out, err := s.iam.CreateRole(s.ctx, input)
	if err != nil {
		return nil, err
	}
	s.later(principals, func() { s.removeRole(input.RoleName) })
	return out.Role, nil
}

// removeRole takes a role apart as far as it exists; nothing that fails here is a behaviour.
func (s *scenario) removeRole(name *string) {
	attached, err := s.iam.ListAttachedRolePolicies(s.ctx, &iam.ListAttachedRolePoliciesInput{
		RoleName: name,
	})
	if err == nil {
		for _, policy := range attached.AttachedPolicies {
			_, _ = s.iam.DetachRolePolicy(s.ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: policy.PolicyArn})
		}
	}
	if inline, err := s.iam.ListRolePolicies(s.ctx, &iam.ListRolePoliciesInput{RoleName: name}); err == nil {
		for _, policy := range inline.PolicyNames {
			_, _ = s.iam.DeleteRolePolicy(s.ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: &policy})
		}
	}
	_, _ = s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: name})
}

func (s *scenario) getRole(name *string) *types.Role {
	out, err := s.iam.GetRole(s.ctx, &iam.GetRoleInput{RoleName: name})
	s.ok(err, "getting the role")
	return out.Role
}

// trustOf is the decoded trust policy of a role.
func (s *scenario) trustOf(name *string) string {
	return s.decoded("the trust policy", s.getRole(name).AssumeRolePolicyDocument)
}

// decoded is the text of a document, encoded or not.
func (s *scenario) decoded(what string, doc *string) string {
	text := aws.ToString(doc)
	if strings.HasPrefix(text, "{") {
		return text
	}
	decoded, err := url.PathUnescape(text)
	s.ok(err, "decoding "+what)
	return decoded
}

// profile makes an instance profile, to be emptied and deleted at the end.
func (s *scenario) profile(base string, tags ...types.Tag) *types.InstanceProfile {
	name := aws.String(s.name(base))
	out, err := s.iam.CreateInstanceProfile(s.ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: name, Tags: tags})
	s.ok(err, "creating an instance profile")
	s.later(holders, func() {
		if got, err := s.iam.GetInstanceProfile(s.ctx, &iam.GetInstanceProfileInput{InstanceProfileName: name}); err == nil {
			for _, role := range got.InstanceProfile.Roles {
				_, _ = s.iam.RemoveRoleFromInstanceProfile(s.ctx, &iam.RemoveRoleFromInstanceProfileInput{
					InstanceProfileName: name, RoleName: role.RoleName,
				})
			}
		}
		_, _ = s.iam.DeleteInstanceProfile(s.ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name})
	})
	return out.InstanceProfile
}

// policy makes a customer managed policy, to be deleted with its versions at the end.
func (s *scenario) policy(base string, changes ...func(*iam.CreatePolicyInput)) *types.Policy {
	out, err := s.tryPolicy(base, changes...)
	s.ok(err, "creating a policy")
	return out
}

func (s *scenario) tryPolicy(base string, changes ...func(*iam.CreatePolicyInput)) (*types.Policy, error) {
	input := &iam.CreatePolicyInput{PolicyName: aws.String(s.name(base)), PolicyDocument: aws.String(readConfig)}
	for _, change := range changes {
		change(input)
	}
	out, err := s.iam.CreatePolicy(s.ctx, input)
	if err != nil {
		return nil, err
	}
	s.later(documents, func() { s.removePolicy(out.Policy.Arn) })
	return out.Policy, nil
}

func (s *scenario) removePolicy(arn *string) {
	if versions, err := s.iam.ListPolicyVersions(s.ctx, &iam.ListPolicyVersionsInput{PolicyArn: arn}); err == nil {
		for _, version := range versions.Versions {
			if !version.IsDefaultVersion {
				_, _ = s.iam.DeletePolicyVersion(s.ctx, &iam.DeletePolicyVersionInput{
					PolicyArn: arn, VersionId: version.VersionId,
				})
			}
		}
	}
	_, _ = s.iam.DeletePolicy(s.ctx, &iam.DeletePolicyInput{PolicyArn: arn})
}

// user makes a user, to be taken apart at the end.
func (s *scenario) user(base string) *types.User {
	name := aws.String(s.name(base))
	out, err := s.iam.CreateUser(s.ctx, &iam.CreateUserInput{UserName: name})
	s.ok(err, "creating a user")
	s.later(principals, func() {
		attached, err := s.iam.ListAttachedUserPolicies(s.ctx, &iam.ListAttachedUserPoliciesInput{
			UserName: name,
		})
		if err == nil {
			for _, policy := range attached.AttachedPolicies {
				_, _ = s.iam.DetachUserPolicy(s.ctx, &iam.DetachUserPolicyInput{UserName: name, PolicyArn: policy.PolicyArn})
			}
		}
		_, _ = s.iam.DeleteUser(s.ctx, &iam.DeleteUserInput{UserName: name})
	})
	return out.User
}

// group makes a group, to be taken apart at the end.
func (s *scenario) group(base string) *types.Group {
	name := aws.String(s.name(base))
	out, err := s.iam.CreateGroup(s.ctx, &iam.CreateGroupInput{GroupName: name})
	s.ok(err, "creating a group")
	s.later(principals, func() {
		attached, err := s.iam.ListAttachedGroupPolicies(s.ctx, &iam.ListAttachedGroupPoliciesInput{
			GroupName: name,
		})
		if err == nil {
			for _, policy := range attached.AttachedPolicies {
				_, _ = s.iam.DetachGroupPolicy(s.ctx, &iam.DetachGroupPolicyInput{GroupName: name, PolicyArn: policy.PolicyArn})
			}
		}
		_, _ = s.iam.DeleteGroup(s.ctx, &iam.DeleteGroupInput{GroupName: name})
	})
	return out.Group
}

// awsPolicy is the ARN of a policy that AWS manages, its path included.
func (s *scenario) awsPolicy(pathAndName string) *string {
	return aws.String("arn:" + s.partition + ":iam::aws:policy/" + pathAndName)
}

// missingPolicy is the ARN of a policy of this account that does not exist.
func (s *scenario) missingPolicy() *string {
	return aws.String("arn:" + s.partition + ":iam::" + s.account + ":policy/" + s.name("missing"))
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// tagMap makes tags comparable.
func tagMap(tags []types.Tag) map[string]string {
	m := map[string]string{}
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}
