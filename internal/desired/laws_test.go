// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// drawText draws text of the shapes that specs hold, more often wrong than in life.
func drawText(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "*", "arn:{partition}:s3:::b/*", "arn:aws:iam::aws:policy/X", "arn:{partition}:iam::{accountID}:policy/p",
			"{accountID}", "{region}", "{nobody}", "${aws:username}", "${", "}}", "EcsIamX", "Read", "a-b", "/ecs/", "/ecs",
			"aws:SourceArn", "StringEquals", "s3:GetObject", "eu-west-1", "AWS:x", "ecs-tasks.amazonaws.com",
		}),
		rapid.StringN(0, 70, -1),
	).Draw(t, name)
}

func drawList[T ~string](t *rapid.T, name string) []T {
	var list []T
	for range rapid.IntRange(0, 3).Draw(t, name+" length") {
		list = append(list, T(drawText(t, name)))
	}
	return list
}

func drawMap(t *rapid.T, name string) map[string]string {
	tags := map[string]string{}
	for range rapid.IntRange(0, 4).Draw(t, name+" size") {
		tags[drawText(t, name)] = drawText(t, name)
	}
	return tags
}

func drawCondition(t *rapid.T) v1alpha1.Condition {
	condition := v1alpha1.Condition{}
	for range rapid.IntRange(0, 2).Draw(t, "operators") {
		keys := v1alpha1.ConditionKeys{}
		for range rapid.IntRange(0, 2).Draw(t, "keys") {
			keys[drawText(t, "key")] = drawList[v1alpha1.ConditionValue](t, "value")
		}
		condition[drawText(t, "operator")] = keys
	}
	return condition
}

func drawEnum[T ~string](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(append(values, "", "Unheard")).Draw(t, name)
}

func drawSpec(t *rapid.T) v1alpha1.ECSRoleSpec {
	s := v1alpha1.ECSRoleSpec{
		Type:                      drawEnum(t, "type", roletype.Names()...),
		RoleName:                  drawText(t, "roleName"),
		Path:                      drawText(t, "path"),
		Description:               drawText(t, "description"),
		MaxSessionDurationSeconds: rapid.Int32().Draw(t, "session"),
		PermissionsBoundary:       v1alpha1.PolicyARN(drawText(t, "boundary")),
		Tags:                      drawMap(t, "tag"),
		Capabilities:              drawList[v1alpha1.InfrastructureCapability](t, "capability"),
		DefaultManagedPolicies:    drawEnum[v1alpha1.DefaultManagedPolicies](t, "defaults", "Auto", "Attach", "Omit"),
		InlinePolicyName:          drawText(t, "inlinePolicyName"),
		AdoptionPolicy:            drawEnum[v1alpha1.AdoptionPolicy](t, "adoption", "Never", "IfEqual", "Adopt"),
	}
	if rapid.Bool().Draw(t, "has trust") {
		s.Trust = &v1alpha1.Trust{
			ConfusedDeputyProtection: drawEnum[v1alpha1.ConfusedDeputyProtection](t, "protection", "Default", "Enabled", "Disabled"),
			Regions:                  drawList[v1alpha1.Region](t, "region"),
			SourceARNs:               drawList[v1alpha1.ResourcePattern](t, "sourceARN"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "trust statements") {
			s.Trust.AdditionalStatements = append(s.Trust.AdditionalStatements, v1alpha1.TrustStatement{
				Sid: drawText(t, "sid"), Effect: drawEnum[v1alpha1.Effect](t, "effect", "Allow", "Deny"),
				Principals: v1alpha1.Principals{
					AWS:       drawList[v1alpha1.ResourcePattern](t, "aws"),
					Services:  drawList[v1alpha1.ServicePrincipal](t, "service"),
					Federated: drawList[v1alpha1.ResourcePattern](t, "federated"),
				},
				Actions: drawList[v1alpha1.Action](t, "action"), Condition: drawCondition(t),
			})
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "statements") {
		s.Statements = append(s.Statements, v1alpha1.Statement{
			Sid: drawText(t, "sid"), Effect: drawEnum[v1alpha1.Effect](t, "effect", "Allow", "Deny"),
			Actions: drawList[v1alpha1.Action](t, "action"), NotActions: drawList[v1alpha1.Action](t, "notAction"),
			Resources: drawList[v1alpha1.ResourcePattern](t, "resource"), NotResources: drawList[v1alpha1.ResourcePattern](t, "notResource"),
			Condition: drawCondition(t),
		})
	}
	for _, arn := range drawList[v1alpha1.PolicyARN](t, "policy") {
		s.ManagedPolicies = append(s.ManagedPolicies, v1alpha1.ManagedPolicy{ARN: arn})
	}
	if rapid.Bool().Draw(t, "has profile") {
		s.InstanceProfile = &v1alpha1.InstanceProfile{Name: drawText(t, "profile")}
	}
	if rapid.Bool().Draw(t, "has code deploy") {
		s.CodeDeploy = &v1alpha1.CodeDeploy{ManagedPolicy: drawEnum[v1alpha1.CodeDeployManagedPolicy](t, "codeDeploy", "Full", "Limited")}
	}
	if rapid.Bool().Draw(t, "has ignore") {
		s.Ignore = &v1alpha1.Ignore{Tags: drawList[v1alpha1.Pattern](t, "ignored"), ManagedPolicyARNs: drawList[v1alpha1.Pattern](t, "ignored")}
	}
	return s
}

func drawInputs(t *rapid.T) desired.Inputs {
	in := desired.Inputs{
		Role: &v1alpha1.ECSRole{
			ObjectMeta: metav1.ObjectMeta{Namespace: drawText(t, "namespace"), Name: drawText(t, "name")},
			Spec:       drawSpec(t),
		},
		AccountID: account, Partition: "aws", Region: drawText(t, "region"), ClusterID: "blue", Quotas: iam.DefaultQuotas(),
	}
	if rapid.Bool().Draw(t, "has account") {
		in.Account = &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{
			Defaults:         &v1alpha1.AccountDefaults{Path: drawText(t, "default path"), Tags: drawMap(t, "default tag")},
			FormerClusterIDs: drawList[v1alpha1.ClusterID](t, "cluster"),
			Adoption: &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
				Namespaces: drawList[v1alpha1.NamespaceName](t, "namespace"), NamePattern: drawText(t, "pattern"),
			}}},
		}}
	}
	return in
}

func TestBuildNeverPanicsAndGivesARoleOrErrors(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		in := drawInputs(t)
		before := in.Role.DeepCopy()
		role, err := desired.Build(in)
		desired.Absent(in)
		if diff := cmp.Diff(before, in.Role); diff != "" {
			t.Fatalf("Build changed the object:\n%s", diff)
		}
		if err != nil {
			return
		}
		if role.Role.Name == "" || role.Role.Tags["ecsiam.dev/owner"] != role.Owner {
			t.Fatalf("Build gave a role without name or owner: %+v", role)
		}
	})
}

// drawPlausible draws statements that are right or nearly so.
func drawPlausible(t *rapid.T) desired.Inputs {
	text := rapid.OneOf(rapid.SampledFrom([]string{"{accountID}", "${aws:username}", "a\"b\\c\t", "é", "大", ""}), rapid.StringN(0, 5, -1))
	condition := func() v1alpha1.Condition {
		operator := rapid.SampledFrom([]string{"StringEquals", "ForAnyValue:StringLike", "Null", "BoolIfExists", "ArnLike", "Bool", "IpAddress", "stringLike"}).Draw(t, "operator")
		key := rapid.SampledFrom([]string{"aws:SourceAccount", "aws:PrincipalTag/{name}", "s3:prefix", "ecs:cluster", "aws:SourceIp", "x"}).Draw(t, "key")
		return v1alpha1.Condition{operator: {key: {v1alpha1.ConditionValue(text.Draw(t, "value"))}}}
	}
	resource := "arn:{partition}:s3:::b/" + text.Draw(t, "resource")
	principal := rapid.SampledFrom([]string{"{accountID}", "*", "arn:{partition}:iam::{accountID}:role/{name}", "x"}).Draw(t, "principal")
	return inputs(rapid.SampledFrom(roletype.Names()).Draw(t, "type"), spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Statements = []v1alpha1.Statement{{
			Sid: rapid.SampledFrom([]string{"", "Read", "R2", "D2", "r-d"}).Draw(t, "sid"), Effect: v1alpha1.EffectAllow,
			Actions:   []v1alpha1.Action{v1alpha1.Action(rapid.SampledFrom([]string{"*", "s3:Get*", "ecs:RunTask", "x-y:Z?", "s3"}).Draw(t, "action"))},
			Resources: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern(resource)},
			Condition: condition(),
		}}
		s.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Effect: v1alpha1.EffectDeny, Condition: condition(),
			Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern(principal)}},
		}}}
	}))
}

func TestWhatBuildAcceptsIAMAccepts(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		role, err := desired.Build(drawPlausible(t))
		if err != nil {
			return
		}
		if _, problems := policy.Check([]byte(role.Role.Trust), policy.TrustPolicy); len(problems) > 0 {
			t.Fatalf("IAM would refuse the trust policy %s: %v", role.Role.Trust, problems)
		}
		for name, text := range role.Role.InlinePolicies {
			if _, problems := policy.Check([]byte(text), policy.IdentityPolicy); len(problems) > 0 {
				t.Fatalf("IAM would refuse the inline policy %s %s: %v", name, text, problems)
			}
		}
	})
}

func TestBuildIsDeterministic(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		in := drawInputs(t)
		first, firstErr := desired.Build(in)
		second, secondErr := desired.Build(in)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("the role changed:\n%s", diff)
		}
		if (firstErr == nil) != (secondErr == nil) || firstErr != nil && firstErr.Error() != secondErr.Error() {
			t.Fatalf("the errors changed:\n%v\n%v", firstErr, secondErr)
		}
	})
}
