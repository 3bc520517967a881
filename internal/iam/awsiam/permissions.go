// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

var _ iam.PermissionReader = (*Account)(nil)

// CredentialSource implements iam.PermissionReader.
func (a *Account) CredentialSource(ctx context.Context) (string, error) {
	if a.credentials == nil {
		return "", &iam.Error{Action: "aws", Code: noCredentials, Class: iam.ClassCredentials}
	}
	credentials, err := a.credentials.Retrieve(ctx)
	if err != nil {
		return "", classified(ctx, err)
	}
	return credentials.Source, nil
}

// Principal implements iam.PermissionReader. The ARN of a session lacks the path of its role, so the role is read.
// Where that is denied, a role without a path is assumed.
func (a *Account) Principal(ctx context.Context) (string, error) {
	identity, err := a.Identity(ctx)
	if err != nil {
		return "", err
	}
	role, isSession := sessionRole(identity)
	if !isSession {
		return identity.CallerARN, nil
	}
	out, err := a.iam.GetRole(ctx, &sdk.GetRoleInput{RoleName: aws.String(role)})
	if err = classified(ctx, err); iam.Classify(err) == iam.ClassDenied {
		return "arn:" + identity.Partition + ":iam::" + identity.AccountID + ":role/" + role, nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Role.Arn), nil
}

// sessionRole is the name of the role whose session the caller is.
func sessionRole(identity iam.Identity) (name string, isSession bool) {
	_, name, isSession = strings.Cut(identity.Caller(), ":assumed-role/")
	return name, isSession
}

// Simulate implements iam.PermissionReader. IAM refuses to judge actions together that need different kinds of
// information; then it is asked about one after the other.
func (a *Account) Simulate(ctx context.Context, s iam.Simulation) ([]iam.Verdict, error) {
	verdicts, err := a.simulateTogether(ctx, s)
	if iam.Classify(err) != iam.ClassRejected || len(s.Actions) == 1 {
		return verdicts, err
	}
	verdicts = nil
	for _, action := range s.Actions {
		alone := s
		alone.Actions = []string{action}
		one, err := a.simulateTogether(ctx, alone)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, one...)
	}
	return verdicts, nil
}

func (a *Account) simulateTogether(ctx context.Context, s iam.Simulation) ([]iam.Verdict, error) {
	pages := sdk.NewSimulatePrincipalPolicyPaginator(a.iam, &sdk.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String(s.Principal), ActionNames: s.Actions, ResourceArns: []string{s.Resource},
		ContextEntries: contextEntries(s.Context),
	})
	var verdicts []iam.Verdict
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classified(ctx, err)
		}
		for i := range page.EvaluationResults {
			verdicts = append(verdicts, verdictOf(&page.EvaluationResults[i]))
		}
	}
	return verdicts, nil
}

func contextEntries(keys map[string]string) []types.ContextEntry {
	entries := make([]types.ContextEntry, 0, len(keys))
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		entries = append(entries, types.ContextEntry{
			ContextKeyName: aws.String(key), ContextKeyType: types.ContextKeyTypeEnumString,
			ContextKeyValues: []string{keys[key]},
		})
	}
	return entries
}

func verdictOf(r *types.EvaluationResult) iam.Verdict {
	verdict := iam.Verdict{
		Action:   aws.ToString(r.EvalActionName),
		Allowed:  r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed,
		Explicit: r.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny,
		Missing:  r.MissingContextValues,
	}
	switch {
	case verdict.Allowed:
	case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
		verdict.DeniedBy = iam.ServiceControlPolicy
	case r.PermissionsBoundaryDecisionDetail != nil && !r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary:
		verdict.DeniedBy = iam.BoundaryPolicy
	default:
		verdict.DeniedBy = iam.IdentityPolicy
	}
	return verdict
}
