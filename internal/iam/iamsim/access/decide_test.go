// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
)

// one is a set of one document with one statement, given by all but its braces.
func one(t *testing.T, statement string) access.Set {
	t.Helper()
	return set(t, "2012-10-17", statement)
}

func set(t *testing.T, version, statements string) access.Set {
	t.Helper()
	document, err := access.Parse(`{"Version":"` + version + `","Statement":[{` + statements + `}]}`)
	if err != nil {
		t.Fatalf("reading {%s}: %v", statements, err)
	}
	return access.Set{{Name: "p", Document: document}}
}

func request(action, resource string, keys map[string][]string) access.Request {
	r := access.Request{Action: action, Resource: resource, Context: access.Context{}}
	for key, values := range keys {
		r.Context.Set(key, values...)
	}
	return r
}

func TestAStatementIsAboutItsActionsAndResources(t *testing.T) {
	for name, c := range map[string]struct {
		statement, action, resource string
		want                        access.Effect
	}{
		"an action by name":          {`"Action":"iam:GetRole","Resource":"*"`, "iam:GetRole", "r", access.Allowed},
		"an action in any case":      {`"Action":"IAM:getrole","Resource":"*"`, "iam:GetRole", "r", access.Allowed},
		"an action by pattern":       {`"Action":["s3:*","iam:Get*"],"Resource":"*"`, "iam:GetRole", "r", access.Allowed},
		"another action":             {`"Action":"iam:List*","Resource":"*"`, "iam:GetRole", "r", access.ImplicitDeny},
		"all but an action":          {`"NotAction":"iam:*","Resource":"*"`, "s3:GetObject", "r", access.Allowed},
		"not the action left out":    {`"NotAction":"iam:*","Resource":"*"`, "iam:GetRole", "r", access.ImplicitDeny},
		"a resource by pattern":      {`"Action":"*","Resource":"arn:aws:iam::1:role/a*"`, "x:Y", "arn:aws:iam::1:role/a/b", access.Allowed},
		"a resource in another case": {`"Action":"*","Resource":"arn:aws:iam::1:role/A"`, "x:Y", "arn:aws:iam::1:role/a", access.ImplicitDeny},
		"all but a resource":         {`"Action":"*","NotResource":"arn:b"`, "x:Y", "arn:a", access.Allowed},
		"not the one left out":       {`"Action":"*","NotResource":"arn:b"`, "x:Y", "arn:b", access.ImplicitDeny},
	} {
		got, _ := one(t, `"Effect":"Allow",`+c.statement).Decide(request(c.action, c.resource, nil))
		if got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestAConditionHoldsAsItsOperatorSays(t *testing.T) {
	for name, c := range map[string]struct {
		condition string
		keys      map[string][]string
		want      bool
	}{
		"equal":                            {`"StringEquals":{"k":"a"}`, map[string][]string{"K": {"a"}}, true},
		"equal to one of several":          {`"StringEquals":{"k":["b","a"]}`, map[string][]string{"k": {"a"}}, true},
		"an asterisk is no pattern there":  {`"StringEquals":{"k":"*"}`, map[string][]string{"k": {"a"}}, false},
		"a missing key":                    {`"StringEquals":{"k":"a"}`, nil, false},
		"a missing key, if it exists":      {`"StringEqualsIfExists":{"k":"a"}`, nil, true},
		"not equal":                        {`"StringNotEquals":{"k":["a","b"]}`, map[string][]string{"k": {"b"}}, false},
		"not equal to what is missing":     {`"StringNotEquals":{"k":"a"}`, nil, true},
		"without regard to case":           {`"StringEqualsIgnoreCase":{"k":"A"}`, map[string][]string{"k": {"a"}}, true},
		"like":                             {`"StringLike":{"k":"a*c"}`, map[string][]string{"k": {"abc"}}, true},
		"not like":                         {`"StringNotLike":{"k":"a*"}`, map[string][]string{"k": {"abc"}}, false},
		"an ARN part by part":              {`"ArnLike":{"k":"arn:aws:ecs:*:1:*"}`, map[string][]string{"k": {"arn:aws:ecs:eu-west-1:1:task/x"}}, true},
		"an asterisk stays in its part":    {`"ArnLike":{"k":"arn:aws:ecs:*:task/x"}`, map[string][]string{"k": {"arn:aws:ecs:eu-west-1:1:task/x"}}, false},
		"ArnEquals takes patterns too":     {`"ArnEquals":{"k":"arn:aws:ecs:*:1:*"}`, map[string][]string{"k": {"arn:aws:ecs:r:1:t"}}, true},
		"a number":                         {`"NumericLessThan":{"k":"10.0"}`, map[string][]string{"k": {"9"}}, true},
		"equal numbers in other digits":    {`"NumericEquals":{"k":"10.0"}`, map[string][]string{"k": {"10"}}, true},
		"a date":                           {`"DateGreaterThan":{"k":"2026-01-01T00:00:00Z"}`, map[string][]string{"k": {"2026-06-01"}}, true},
		"a boolean":                        {`"Bool":{"k":true}`, map[string][]string{"k": {"True"}}, true},
		"an address in a network":          {`"IpAddress":{"k":"10.0.0.0/8"}`, map[string][]string{"k": {"10.1.2.3"}}, true},
		"an address outside":               {`"NotIpAddress":{"k":"10.0.0.1"}`, map[string][]string{"k": {"10.0.0.2"}}, true},
		"null where the key is missing":    {`"Null":{"k":"true"}`, nil, true},
		"null where the key is there":      {`"Null":{"k":"true"}`, map[string][]string{"k": {"a"}}, false},
		"all values":                       {`"ForAllValues:StringEquals":{"k":["a","b"]}`, map[string][]string{"k": {"a", "b"}}, true},
		"not all values":                   {`"ForAllValues:StringEquals":{"k":["a"]}`, map[string][]string{"k": {"a", "b"}}, false},
		"all of no values":                 {`"ForAllValues:StringEquals":{"k":["a"]}`, nil, true},
		"any value":                        {`"ForAnyValue:StringEquals":{"k":["a"]}`, map[string][]string{"k": {"a", "b"}}, true},
		"any of no values":                 {`"ForAnyValue:StringEquals":{"k":["a"]}`, nil, false},
		"any value that differs":           {`"ForAnyValue:StringNotEquals":{"k":["a"]}`, map[string][]string{"k": {"a", "b"}}, true},
		"two operators, one of which not":  {`"StringEquals":{"k":"a"},"StringLike":{"l":"x*"}`, map[string][]string{"k": {"a"}, "l": {"y"}}, false},
		"a variable":                       {`"StringEquals":{"k":"${aws:PrincipalTag/team}"}`, map[string][]string{"k": {"x"}, "aws:PrincipalTag/team": {"x"}}, true},
		"a variable without a value":       {`"StringEquals":{"k":"${aws:PrincipalTag/team}"}`, map[string][]string{"k": {""}}, false},
		"a variable with a default":        {`"StringEquals":{"k":"${aws:PrincipalTag/team, 'none'}"}`, map[string][]string{"k": {"none"}}, true},
		"what a variable holds is literal": {`"StringLike":{"k":"${aws:PrincipalTag/team}"}`, map[string][]string{"k": {"abc"}, "aws:PrincipalTag/team": {"*"}}, false},
		"a literal asterisk":               {`"StringLike":{"k":"a${*}"}`, map[string][]string{"k": {"a*"}}, true},
		"an operator that IAM lacks":       {`"StringSounds":{"k":"a"}`, map[string][]string{"k": {"a"}}, false},
	} {
		got, _ := one(t, `"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+c.condition+`}`).
			Decide(request("x:Y", "*", c.keys))
		if (got == access.Allowed) != c.want {
			t.Errorf("%s: got %s, want it to hold: %t", name, got, c.want)
		}
	}
}

func TestVariablesLiveInVersion2012Alone(t *testing.T) {
	statement := `"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:username}/*"`
	asked := request("s3:GetObject", "arn:aws:s3:::home/ann/x", map[string][]string{"aws:username": {"ann"}})
	for version, want := range map[string]access.Effect{
		"2012-10-17": access.Allowed, "2008-10-17": access.ImplicitDeny,
	} {
		if got, _ := set(t, version, statement).Decide(asked); got != want {
			t.Errorf("version %s: got %s, want %s", version, got, want)
		}
	}
}

func TestADenyAnywhereWinsAndEveryKindHasToAllow(t *testing.T) {
	allow, deny := one(t, `"Effect":"Allow","Action":"*","Resource":"*"`), one(t, `"Effect":"Deny","Action":"*","Resource":"*"`)
	other := one(t, `"Effect":"Allow","Action":"s3:*","Resource":"*"`)
	for name, c := range map[string]struct {
		policies access.Policies
		want     access.Effect
		blames   access.Kind
	}{
		"identity alone":                  {access.Policies{Identity: allow}, access.Allowed, ""},
		"nothing":                         {access.Policies{}, access.ImplicitDeny, access.Identity},
		"a boundary that allows":          {access.Policies{Identity: allow, Boundary: allow}, access.Allowed, ""},
		"a boundary that does not":        {access.Policies{Identity: allow, Boundary: other}, access.ImplicitDeny, access.Boundary},
		"a boundary alone":                {access.Policies{Boundary: allow}, access.ImplicitDeny, access.Identity},
		"a session policy that does not":  {access.Policies{Identity: allow, Session: other}, access.ImplicitDeny, access.Session},
		"a deny in the session":           {access.Policies{Identity: allow, Session: deny}, access.ExplicitDeny, access.Session},
		"a deny in the identity":          {access.Policies{Identity: append(allow, deny...)}, access.ExplicitDeny, access.Identity},
		"a deny in the boundary":          {access.Policies{Identity: allow, Boundary: deny}, access.ExplicitDeny, access.Boundary},
		"a boundary that cannot be found": {access.Policies{Identity: allow, Boundary: access.Set{}}, access.ImplicitDeny, access.Boundary},
	} {
		got := c.policies.Decide(request("iam:GetRole", "*", nil))
		if got.Effect != c.want || got.Blames != c.blames {
			t.Errorf("%s: got %s by %q, want %s by %q", name, got.Effect, got.Blames, c.want, c.blames)
		}
	}
}

func TestStatementsKnowWhereTheyStand(t *testing.T) {
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow"},{"Effect":"Deny"}]}`
	document, err := access.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`{"Effect":"Allow"}`, `{"Effect":"Deny"}`} {
		if got := text[document.Statements[i].Start:document.Statements[i].End]; got != want {
			t.Errorf("statement %d stands at %q, want %q", i, got, want)
		}
	}
}
