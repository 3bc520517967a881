// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// ofECS begins the ARNs of the cases.
const ofECS = "arn:aws:ecs:eu-west-1:111122223333:"

// codes are the places and codes of what is found in statements, with a correction where the case asks for it.
func codes(t *testing.T, statements string) []string {
	t.Helper()
	text := `{"Version": "2012-10-17", "Statement": [` + statements + `]}`
	found := []string{}
	for _, f := range authz.CheckText([]byte(text), policy.IdentityPolicy, "aws") {
		found = append(found, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Problem().Path))
	}
	return found
}

func allow(action, resource, more string) string {
	return fmt.Sprintf(`{"Effect": "Allow", "Action": %q, "Resource": %q%s}`, action, resource, more)
}

func condition(operator, key, value string) string {
	return fmt.Sprintf(`, "Condition": {%q: {%q: %q}}`, operator, key, value)
}

func TestStatementsThatDoNotSayWhatTheirReaderThinksAreFound(t *testing.T) {
	toTasks := condition("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")
	for name, c := range map[string]struct {
		statements string
		want       []string
	}{
		"a wildcard over actions without resource-level permissions, on a cluster": {
			allow("ecs:ListTaskDefinition*", ofECS+"cluster/shop", ""),
			[]string{"warning NoResourceLevel Statement[0].Action"},
		},
		"the same, allowed on all resources elsewhere": {
			allow("ecs:ListTaskDefinition*", ofECS+"cluster/shop", "") + "," +
				allow("ecs:ListTaskDefinition*", "*", condition("Bool", "aws:MultiFactorAuthPresent", "true")),
			[]string{},
		},
		"a wildcard of which some actions have resources": {allow("ecs:List*", ofECS+"cluster/shop", ""), []string{}},
		"a name where an ARN is compared": {
			allow("ecs:StopTask", "*", condition("ArnEquals", "ecs:cluster", "shop")),
			[]string{"error MalformedARN Statement[0].Condition.ArnEquals[ecs:cluster]"},
		},
		"an asterisk where an ARN is compared": {
			allow("ecs:StopTask", "*", condition("ArnLike", "ecs:cluster", "*:cluster/shop")), []string{},
		},
		"a variable where an ARN is compared": {
			allow("ecs:StopTask", "*", condition("ArnLike", "ecs:cluster", "${aws:PrincipalTag/cluster}")), []string{},
		},
		"an ARN without regard to case": {
			allow("ecs:StopTask", "*", condition("StringEqualsIgnoreCase", "ecs:cluster", ofECS+"cluster/shop")),
			[]string{"warning StringOperatorOnARN Statement[0].Condition.StringEqualsIgnoreCase[ecs:cluster]"},
		},
		"a task definition without revision in a condition": {
			allow("ecs:CreateService", "*", condition("ArnEquals", "ecs:task-definition", ofECS+"task-definition/web")),
			[]string{"warning NoRevision Statement[0].Condition.ArnEquals[ecs:task-definition]"},
		},
		"a short ARN in a condition": {
			allow("ecs:CreateTaskSet", "*", condition("ArnEquals", "ecs:service", ofECS+"service/web")),
			[]string{"warning ShortARN Statement[0].Condition.ArnEquals[ecs:service]"},
		},
		"an empty field in a condition": {
			allow("ecs:StopTask", "*", condition("ArnEquals", "ecs:cluster", "arn:aws:ecs:::cluster/shop")),
			[]string{"warning EmptyARNField Statement[0].Condition.ArnEquals[ecs:cluster]"},
		},
		"an ARN of another partition in a condition": {
			allow("ecs:StopTask", "*", condition("ArnEquals", "ecs:cluster",
				"arn:aws-cn:ecs:cn-north-1:111122223333:cluster/shop")),
			[]string{"error ForeignPartition Statement[0].Condition.ArnEquals[ecs:cluster]"},
		},
		"an ARN of another partition that is left out": {
			`{"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws-cn:s3:::orders/*"}`,
			[]string{"error ForeignPartition Statement[0].NotResource"},
		},
		"an account with a digit too few": {
			allow("ecs:StopTask", "arn:aws:ecs:eu-west-1:11112222333:task/shop/*", ""),
			[]string{"error MalformedARN Statement[0].Resource"},
		},
		"an account with hyphens": {
			allow("ecs:StopTask", "arn:aws:ecs:eu-west-1:1111-2222-3333:task/shop/*", ""),
			[]string{"error MalformedARN Statement[0].Resource"},
		},
		"an account that is a name": {
			allow("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", ""), []string{},
		},
		"an availability zone for a region": {
			allow("ecs:StopTask", "arn:aws:ecs:eu-west-1a:111122223333:task/shop/*", ""),
			[]string{"error MalformedARN Statement[0].Resource"},
		},
		"regions of other partitions' form, and patterns of regions": {
			allow("ecs:StopTask", "arn:aws:ecs:us-isof-south-1:111122223333:task/shop/*", "") + "," +
				allow("ecs:StopTask", "arn:aws:ecs:eu-*:111122223333:task/other/*", ""),
			[]string{},
		},
		"passing all roles but one": {
			`{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::111122223333:role/admin"` + toTasks + `}`,
			[]string{"warning PassesAnyRole Statement[0].NotResource"},
		},
		"passing nothing that is a role": {
			`{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::*:role/*"}`, []string{},
		},
		"passing roles whose names have a character": {
			allow("iam:PassRole", "arn:aws:iam::111122223333:role/?*", toTasks),
			[]string{"warning PassesAnyRole Statement[0].Resource"},
		},
		"all of IAM but for one role": {
			`{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}`,
			[]string{"warning Administration Statement[0].Action"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, codes(t, c.statements)); diff != "" {
				t.Errorf("findings (-want +found):\n%s", diff)
			}
		})
	}
}

func TestAMissingResourceNamesEveryTypeThatWouldDo(t *testing.T) {
	text := `{"Version": "2012-10-17", "Statement": [` + allow("s3:GetObject", "arn:aws:s3:::orders", "") + `]}`
	for _, f := range authz.CheckText([]byte(text), policy.IdentityPolicy, "aws") {
		if f.Code == "MissingResource" {
			const want = "s3:GetObject needs a resource of type accesspointobject or object, which no statement that allows it " +
				"names"
			if f.Reason != want {
				t.Errorf("got %q, want %q", f.Reason, want)
			}
			return
		}
	}
	t.Error("the bucket is taken for an object")
}
