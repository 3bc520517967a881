// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// findings are the problems as "path: IAM's message".
func findings(problems []Problem) []string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Path+": "+p.IAMMessage)
	}
	return list
}

func TestValidateTakesWhatIAMTakes(t *testing.T) {
	tests := map[string]struct {
		kind Kind
		doc  string
	}{
		"a statement of everything": {ManagedPolicy, doc(allowAll)},
		"an old inline policy":      {IdentityPolicy, `{"Statement":{"Sid":"",` + allowAll + `}}`},
		"all but": {
			ManagedPolicy,
			doc(`"Effect":"Deny","NotAction":["iam:*","a-b.c:D"],"NotResource":"arn:aws:s3:::b"`),
		},
		"wildcards and variables": {ManagedPolicy, doc(`"Effect":"Allow","Action":["*:*","s3:Get*","ec2:?*"],"Resource":` +
			`["arn:aws:s3:*","arn:aws-iso-b:s3:::x","arn:*:iam::1:role/x","arn:aws:iam:*:1:*","arn:aws:iam::${a:b}:user/${a:b}"]`)},
		"values of every type": {ManagedPolicy, withCondition(`{"Bool":{"a:b":["True",false]},"Null":{"a:b":"true"},` +
			`"NumericEquals":{"a:b":[10,"-1.5e3",".5"]},"IpAddress":{"a:b":["1.2.3.4/8","2001:DB8::/32"]},` +
			`"DateLessThan":{"a:b":["2026","2026-01","2026-01-31","2026-01-31T10:00+01:00","1767225600"]}}`)},
		"operators": {ManagedPolicy, withCondition(`{"ForAllValues:StringEqualsIfExists":{"aws:TagKeys":["ä"]},` +
			`"ForAnyValue:ArnLike":{"a:b":"x"},"Null":{"token.actions.githubusercontent.com:sub":false}}`)},
		"a service": {
			TrustPolicy,
			`{"Version":"2008-10-17","Id":"x","Statement":{` + trust + `{"Service":"ecs-tasks.amazonaws.com"}}}`,
		},
		"any session": {TrustPolicy, doc(`"Effect":"Deny","Principal":{"AWS":"*"},"Action":["sts:*","STS:TagSession"]`)},
		"principals of AWS": {TrustPolicy, doc(trust + `{"AWS":["111122223333","arn:aws:iam::111122223333:root",` +
			`"arn:aws-cn:iam::111122223333:role/a/b","arn:aws:iam::111122223333:user/a","AROAEXAMPLEEXAMPLE12",` +
			`"arn:aws:sts::111122223333:assumed-role/a/b","arn:aws:sts::111122223333:federated-user/a"]}`)},
		"federation": {TrustPolicy, doc(`"Effect":"Allow","Action":["sts:assumerolewithsaml","sts:AssumeRoleWithWebIdentity"],` +
			`"Principal":{"Federated":["accounts.google.com","arn:aws:iam::111122223333:oidc-provider/x",` +
			`"arn:aws:iam::111122223333:saml-provider/x"]}`)},
		"federation by a wildcard": {TrustPolicy, doc(`"Effect":"Allow","Action":"sts:AssumeRole*",` +
			`"Principal":{"Federated":"accounts.google.com"}`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, problems := Check([]byte(test.doc), test.kind)
			if d == nil || len(problems) > 0 {
				t.Errorf("Check found %v", problems)
			}
			if problems := d.Validate(test.kind); len(problems) > 0 {
				t.Errorf("Validate found %v", problems)
			}
		})
	}
}

func TestValidateRefusesInIdentityPoliciesWhatIAMRefuses(t *testing.T) {
	const (
		sid = "Statement IDs (SID) must be alpha-numeric. " +
			"Check that your input satisfies the regular expression [0-9A-Za-z]*"
		principal = "Policy document should not specify a principal."
		latin     = `1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: Member must ` +
			`satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+`
	)
	const vendor = "Resource vendor must be fully qualified and cannot contain regexes."
	iamPath := `IAM resource path must either be "*" or start with ` + strings.Join(iamResourceTypes, ", ") + "."
	actions := func(text string) string { return doc(`"Effect":"Allow","Resource":"*","Action":` + text) }
	resource := func(text string) string { return doc(`"Effect":"Allow","Action":"*","Resource":"` + text + `"`) }
	tests := map[string]struct {
		doc  string
		want []string
	}{
		"an old version": {
			`{"Statement":{` + allowAll + `}}`,
			[]string{"Version: Policy document must be version 2012-10-17 or greater."},
		},
		"an Id":            {`{"Id":"x",` + doc(allowAll)[1:], []string{"Id: Syntax errors in policy."}},
		"a dash in a Sid":  {doc(`"Sid":"a-b",` + allowAll), []string{"Statement[0].Sid: " + sid}},
		"a space in a Sid": {doc(`"Sid":"a b",` + allowAll), []string{"Statement[0].Sid: " + sid}},
		"a foreign letter": {doc(`"Sid":"ä",` + allowAll), []string{"Statement[0].Sid: " + sid}},
		"the same Sid twice": {
			doc(`[{"Sid":"A",` + allowAll + `},{"Sid":"a",` + allowAll + `},{"Sid":"A",` + allowAll + `}]`),
			[]string{"Statement[2].Sid: Statement IDs (SID) in a single policy must be unique."},
		},
		"no actions": {
			doc(`"Effect":"Allow","Resource":"*"`),
			[]string{"Statement[0].Action: Policy statement must contain actions."},
		},
		"empty actions": {actions(`[]`), []string{"Statement[0].Action: Policy statement must contain actions."}},
		"actions and all but": {
			doc(allowAll + `,"NotAction":"a:b"`),
			[]string{"Statement[0].NotAction: Syntax errors in policy."},
		},
		"no resources": {
			doc(`"Effect":"Allow","Action":"*","Resource":[]`),
			[]string{"Statement[0].Resource: Policy statement must contain resources."},
		},
		"resource and all but": {
			doc(allowAll + `,"NotResource":"arn:aws:s3:::b"`),
			[]string{"Statement[0].NotResource: Syntax errors in policy."},
		},
		"principals": {
			doc(allowAll + `,"Principal":"*","NotPrincipal":{"AWS":"x"}`),
			[]string{"Statement[0].Principal: " + principal, "Statement[0].NotPrincipal: " + principal},
		},
		"actions of no service": {actions(`["GetObject",":Get","s3:","s3:Get"]`), []string{
			"Statement[0].Action[0]: " + iamVendor,
			"Statement[0].Action[1]: " + iamVendor,
			"Statement[0].Action[2]: " + iamVendor,
		}},
		"two colons": {
			actions(`"s3:Get:Object"`),
			[]string{"Statement[0].Action: Actions/Condition can contain only one colon."},
		},
		"an odd service": {actions(`"s_3:Get"`), []string{"Statement[0].Action: Vendor s_3 is not valid"}},
		"a space in an action": {
			actions(`"s3:Get Object"`),
			[]string{"Statement[0].Action: The policy failed legacy parsing"},
		},
		"no ARN": {
			resource("my-bucket"),
			[]string{`Statement[0].Resource: Resource my-bucket must be in ARN format or "*".`},
		},
		"an empty resource": {
			resource(""),
			[]string{`Statement[0].Resource: Resource  must be in ARN format or "*".`},
		},
		"a foreign partition": {
			resource("arn:azure:s3:::b"),
			[]string{`Statement[0].Resource: Partition "azure" is not valid for resource "arn:azure:s3:::b".`},
		},
		"an empty partition": {
			resource("arn::s3:::b"),
			[]string{`Statement[0].Resource: Partition "" is not valid for resource "arn::s3:::b".`},
		},
		"half an ARN": {
			resource("arn:aws:s3"),
			[]string{"Statement[0].Resource: The policy failed legacy parsing"},
		},
		"an ARN of nothing": {
			resource("arn:aws:s3:::"),
			[]string{"Statement[0].Resource: The policy failed legacy parsing"},
		},
		"a region of IAM": {
			resource("arn:aws:iam:x:1:role/a"),
			[]string{"Statement[0].Resource: IAM resource arn:aws:iam:x:1:role/a cannot contain region information."},
		},
		"an unknown operator": {
			withCondition(`{"stringequals":{"a:b":"c"}}`),
			[]string{"Statement[0].Condition.stringequals: Syntax errors in policy."},
		},
		"null if it exists": {
			withCondition(`{"NullIfExists":{"a:b":"c"}}`),
			[]string{"Statement[0].Condition.NullIfExists: Syntax errors in policy."},
		},
		"a service with a wildcard":      {resource("arn:aws:*:eu:1:x"), []string{"Statement[0].Resource: " + vendor}},
		"a service with half a wildcard": {resource("arn:aws:s3*"), []string{"Statement[0].Resource: " + vendor}},
		"a service that is a variable":   {resource("arn:aws:${aws:x}:::b"), []string{"Statement[0].Resource: " + vendor}},
		"no service":                     {resource("arn:aws::::x"), []string{"Statement[0].Resource: " + vendor}},
		"nothing but a partition":        {resource("arn:*"), []string{"Statement[0].Resource: " + vendor}},
		"a partition that is a variable": {
			resource("arn:${aws:x}:s3:::b"),
			[]string{`Statement[0].Resource: Partition "${aws:x}" is not valid for resource "arn:${aws:x}:s3:::b".`},
		},
		"any type of resource of IAM": {resource("arn:aws:iam::111122223333:*/*"), []string{"Statement[0].Resource: " + iamPath}},
		"an account as a resource":    {resource("arn:aws:iam::111122223333:root"), []string{"Statement[0].Resource: " + iamPath}},
		"half a type of IAM":          {resource("arn:aws:iam::111122223333:role*"), []string{"Statement[0].Resource: " + iamPath}},
		"a date in words": {
			withCondition(`{"DateLessThan":{"a:b":["2026-01-31","yesterday","2026-13-01","${aws:CurrentTime}"]}}`),
			[]string{
				"Statement[0].Condition.DateLessThan[a:b][1]: " + iamSyntax, "Statement[0].Condition.DateLessThan[a:b][2]: " + iamSyntax,
				"Statement[0].Condition.DateLessThan[a:b][3]: " + iamSyntax,
			},
		},
		"no address": {
			withCondition(`{"NotIpAddressIfExists":{"a:b":"999.1.1.1"},"ForAnyValue:IpAddress":{"a:b":["1.2.3.4/33","1.2.3"]}}`),
			[]string{
				"Statement[0].Condition.ForAnyValue:IpAddress[a:b][0]: " + iamSyntax,
				"Statement[0].Condition.ForAnyValue:IpAddress[a:b][1]: " + iamSyntax,
				"Statement[0].Condition.NotIpAddressIfExists[a:b]: " + iamSyntax,
			},
		},
		"no number and no boolean": {
			withCondition(`{"NumericEquals":{"a:b":"ten"},"Bool":{"a:b":"yes"},"Null":{"a:b":"1"}}`),
			[]string{
				"Statement[0].Condition.Bool[a:b]: " + iamSyntax, "Statement[0].Condition.Null[a:b]: " + iamSyntax,
				"Statement[0].Condition.NumericEquals[a:b]: " + iamSyntax,
			},
		},
		"a key of no service": {
			withCondition(`{"Bool":{"b":true}}`),
			[]string{"Statement[0].Condition.Bool[b]: " + iamVendor},
		},
		"a key without values": {
			withCondition(`{"Bool":{"a:b":[]}}`),
			[]string{"Statement[0].Condition.Bool[a:b]: Syntax errors in policy."},
		},
		"characters not Latin-1": {withCondition(`{"Bool":{"a:b":"☃"}}`), []string{": " + latin}},
		"a lower-case effect": {
			`{"Statement":{"Effect":"allow"}}`,
			[]string{"Statement.Effect: The policy failed legacy parsing"},
		},
		"no JSON":       {`{`, []string{": Syntax errors in policy."}},
		"no statements": {`{"Version":"2012-10-17"}`, []string{"Statement: Syntax errors in policy."}},
		"nothing": {
			``,
			[]string{
				": 1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: " +
					"Member must have length less than or equal to 131072",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, problems := Check([]byte(test.doc), ManagedPolicy)
			if diff := cmp.Diff(test.want, findings(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			for _, p := range problems {
				validation := strings.Contains(p.IAMMessage, "1 validation error")
				if p.Message == "" || (p.Code == CodeValidation) != validation || !validation && p.Code != CodeMalformed {
					t.Errorf("problem %+v lacks its message or has the wrong code", p)
				}
			}
		})
	}
}

func TestValidateRefusesInTrustPoliciesWhatIAMRefuses(t *testing.T) {
	const only = "AssumeRole policy may only specify STS AssumeRole actions."
	invalid := func(path, kind, principal string) string {
		return "Statement[0].Principal." + path + `: Invalid principal in policy: "` + kind + `":"` + principal + `"`
	}
	tests := map[string]struct {
		doc  string
		want []string
	}{
		"no JSON":       {`{`, []string{": This policy contains invalid Json"}},
		"no statements": {`{"Statement":[]}`, []string{"Statement: Could not parse the policy: Statement is empty!"}},
		"resources": {
			doc(trust + `{"AWS":"*"},"Resource":"*"`),
			[]string{"Statement[0].Resource: Has prohibited field Resource"},
		},
		"excluded ones": {
			doc(trust + `{"AWS":"*"},"NotResource":"*"`),
			[]string{"Statement[0].NotResource: Has prohibited field NotResource"},
		},
		"no principal": {
			doc(`"Effect":"Allow","Action":"sts:AssumeRole"`),
			[]string{"Statement[0].Principal: Missing required field Principal"},
		},
		"an empty one": {
			doc(trust + `{"AWS":[]}`),
			[]string{"Statement[0].Principal: Missing required field Principal cannot be empty!"},
		},
		"all but one": {
			doc(`"Effect":"Deny","NotPrincipal":"*","Action":"sts:AssumeRole"`),
			[]string{"Statement[0].NotPrincipal: AssumeRole policy must not contain NotPrincipal field."},
		},
		"no action": {
			doc(`"Effect":"Allow","Principal":{"AWS":"*"}`),
			[]string{"Statement[0].Action: Missing required field Action"},
		},
		"other actions": {
			doc(`"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","*","s3:Get","sts:"]`),
			[]string{"Statement[0].Action[1]: " + only, "Statement[0].Action[2]: " + only, "Statement[0].Action[3]: " + only},
		},
		"all but an action": {
			doc(`"Effect":"Allow","Principal":{"AWS":"*"},"NotAction":"sts:TagSession"`),
			[]string{"Statement[0].NotAction: " + only},
		},
		"the same Sid twice": {
			doc(`[{"Sid":"A",` + trust + `{"AWS":"*"}},{"Sid":"A",` + trust + `{"AWS":"*"}}]`),
			[]string{"Statement[1].Sid: The Statement Ids in the policy are not unique"},
		},
		"a wildcard": {
			doc(trust + `{"AWS":["111122223333","arn:aws:iam::111122223333:role/*"]}`),
			[]string{invalid("AWS[1]", "AWS", "arn:aws:iam::111122223333:role/*")},
		},
		"a group": {
			doc(trust + `{"AWS":"arn:aws:iam::111122223333:group/a"}`),
			[]string{invalid("AWS", "AWS", "arn:aws:iam::111122223333:group/a")},
		},
		"a bucket": {doc(trust + `{"AWS":"arn:aws:s3:::b"}`), []string{invalid("AWS", "AWS", "arn:aws:s3:::b")}},
		"a queue": {
			doc(trust + `{"AWS":"arn:aws:sqs::111122223333:q"}`),
			[]string{invalid("AWS", "AWS", "arn:aws:sqs::111122223333:q")},
		},
		"a short id":     {doc(trust + `{"AWS":"1111"}`), []string{invalid("AWS", "AWS", "1111")}},
		"any service":    {doc(trust + `{"Service":"*"}`), []string{invalid("Service", "SERVICE", "*")}},
		"half a service": {doc(trust + `{"Service":"ecs-tasks"}`), []string{invalid("Service", "SERVICE", "ecs-tasks")}},
		"no provider": {
			doc(trust + `{"Federated":"arn:aws:iam::111122223333:role/x"}`),
			[]string{invalid("Federated", "FEDERATED", "arn:aws:iam::111122223333:role/x")},
		},
		"any provider": {doc(trust + `{"Federated":"*"}`), []string{invalid("Federated", "FEDERATED", "*")}},
		"half a provider": {
			doc(trust + `{"Federated":"arn:aws:iam"}`),
			[]string{invalid("Federated", "FEDERATED", "arn:aws:iam")},
		},
		"anyone in the short form": {
			doc(`[{` + trust + `{"AWS":"*"}},{` + trust + `"*"}]`),
			[]string{`Statement[1].Principal: Invalid principal in policy: "STAR":"*"`},
		},
		"a provider of no partition": {
			doc(`"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"arn:bogus:iam::111122223333:saml-provider/x"}`),
			[]string{invalid("Federated", "FEDERATED", "arn:bogus:iam::111122223333:saml-provider/x")},
		},
		"a provider with the action of accounts": {
			doc(trust + `{"Federated":["arn:aws:iam::111122223333:saml-provider/x"]}`),
			[]string{`Statement[0].Principal.Federated: AssumeRole policy contained an invalid principal: "Federated".`},
		},
		"a provider with the action of another kind": {
			doc(`"Effect":"Allow","Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Principal":{"Federated":` +
				`["arn:aws:iam::111122223333:saml-provider/x","accounts.google.com"]}`),
			[]string{`Statement[0].Principal.Federated[1]: AssumeRole policy contained an invalid principal: "Federated".`},
		},
		"a canonical user": {
			doc(trust + `{"CanonicalUser":"x"}`),
			[]string{invalid("CanonicalUser", "CANONICALUSER", "x")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, problems := Check([]byte(test.doc), TrustPolicy)
			if diff := cmp.Diff(test.want, findings(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateFindsWhatOnlyDocumentsMadeByCodeCanHold(t *testing.T) {
	d := &Document{Version: "2011", Statements: []Statement{{
		Effect: "allow", Actions: []string{"s3:☃"}, Resources: []string{"*"},
		Condition: Condition{"StringEquals": {"aws:x": {"a"}, "AWS:X": {"b"}}},
	}, {Actions: []string{"*"}, Resources: []string{"*"}}}}
	want := []string{
		`Version: is "2011", must be 2012-10-17 or 2008-10-17`,
		`Statement[0].Effect: is "allow", must be Allow or Deny in exactly this case`,
		`Statement[0].Condition.StringEquals[aws:x]: is the same key as "AWS:X", whose case IAM ignores; ` +
			`put all values into one list`,
		`Statement[0].Action: holds the character '☃'; IAM takes Latin-1 only (U+0020 to U+00FF)`,
		`Statement[1].Effect: is "", must be Allow or Deny in exactly this case`,
	}
	var got []string
	for _, p := range d.Validate(IdentityPolicy) {
		got = append(got, p.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestProblemsNameStatementElementAndIndexForCallersThatMapThem(t *testing.T) {
	d := parsed(t, doc(`[{`+allowAll+`},{"Effect":"Allow","Action":["*","Get"],"Resource":"*"}]`))
	want := []Problem{{
		Path: "Statement[1].Action[1]", Statement: 1, Element: "Action", Index: 1, Code: CodeMalformed, IAMMessage: iamVendor,
		Message: `"Get" is no action, the form is service:Action, e.g. s3:GetObject`,
	}}
	if diff := cmp.Diff(want, d.Validate(ManagedPolicy)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestCheckTellsTheLineOfWhatDoesNotParse(t *testing.T) {
	d, problems := Check([]byte("{\n\"Statement\": [], \"Foo\": 1}"), IdentityPolicy)
	want := []string{
		"Statement: line 2, column 14: must hold at least one statement",
		"Foo: line 2, column 18: unknown element, known are Version, Id, Statement",
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	if diff := cmp.Diff(want, got); d != nil || diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
