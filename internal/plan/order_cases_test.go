// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// states applies a plan and returns every state of the role on the way, the first one included.
func states(t *testing.T, got iam.Observation, p plan.Plan, quotas iam.Quotas) []iam.Role {
	t.Helper()
	list := []iam.Role{*got.Role}
	w := world{Observation: got, quotas: quotas}
	w.run(p, never, func(o iam.Observation) { list = append(list, *o.Role) })
	if len(w.refused) > 0 {
		t.Errorf("IAM refuses %q", w.refused)
	}
	return list
}

func trustsServices(names ...string) string {
	return trusting(policy.Statement{Principal: &policy.Principal{Service: names}})
}

func TestAMixedPolicyAtTheQuotaGoesBeforeTheAttachmentThatTakesItsPlace(t *testing.T) {
	for _, quota := range []int{2, 10} {
		want := declared()
		got := observed(want)
		got.Role.Attached = []string{arn("m1"), arn("mixed")}
		want.Role.Attached = []string{arn("m1"), arn("m4")}
		for i := range quota - 2 {
			extra := arn(fmt.Sprintf("extra%d", i))
			want.Role.Attached, got.Role.Attached = append(want.Role.Attached, extra), append(got.Role.Attached, extra)
		}
		got.PolicyDocuments[arn("mixed")] = managed[arn("mixed")]
		quotas := iam.Quotas{AttachedPoliciesPerRole: quota}
		p := plan.Diff(want, got, quotas)
		lines := []string{"detach policy mixed (first, because the role is at its quota of managed policies)", "attach policy m4"}
		if diff := cmp.Diff(lines, p.Lines()); diff != "" {
			t.Errorf("quota %d: lines (-want +got):\n%s", quota, diff)
		}
		missing := []plan.Gap{{Cause: plan.Quota, What: "what policy mixed permits, until policy m4 is attached"}}
		if diff := cmp.Diff(missing, p.Gaps); diff != "" {
			t.Errorf("quota %d: missing in between (-want +got):\n%s", quota, diff)
		}
		end := states(t, got, p, quotas)
		if !slices.Contains(end[len(end)-1].Attached, arn("m4")) {
			t.Errorf("quota %d: m4 is never attached", quota)
		}
	}
}

func TestADenyOnlyPolicyThatNeedsTheRoomOfAMixedOneIsAttached(t *testing.T) {
	want := declared()
	got := observed(want)
	want.Role.Attached = []string{arn("m1"), arn("quarantine")}
	got.Role.Attached = []string{arn("m1"), arn("mixed")}
	for _, name := range []string{"mixed", "quarantine"} {
		got.PolicyDocuments[arn(name)] = managed[arn(name)]
	}
	quotas := iam.Quotas{AttachedPoliciesPerRole: 2}
	end := states(t, got, plan.Diff(want, got, quotas), quotas)
	if diff := cmp.Diff(want.Role.Attached, end[len(end)-1].Attached); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
}

func TestAnAdoptionKeepsWhatIsDeclaredAndAlreadyPermitted(t *testing.T) {
	for _, name := range []string{"ecsiam", "by-hand"} {
		want := declared()
		want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
		want.Role.InlinePolicies["ecsiam"], want.Role.Attached = rules("s3:GetObject", "s3:PutObject"), []string{arn("m1")}
		got := observed(want)
		delete(got.Role.Tags, v1alpha1.TagOwner)
		got.Role.Attached, got.Role.InlinePolicies = nil, map[string]string{name: rules("s3:GetObject", "s3:DeleteObject")}
		p := plan.Diff(want, got, iam.DefaultQuotas())
		for i, role := range states(t, got, p, iam.DefaultQuotas()) {
			if permitted(&role)&permitted(got.Role) == 0 {
				t.Errorf("%s: after step %d of %q nothing is permitted", name, i, steps(p))
			}
		}
	}
}

func TestAServiceThatOldAndNewTrustIsTrustedThroughout(t *testing.T) {
	want := declared()
	want.Role.Boundary, want.Role.Trust = arn("boundary2"), trustsServices("ecs-tasks.amazonaws.com", "ec2.amazonaws.com")
	got := observed(want)
	got.Role.Boundary, got.Role.Trust = arn("boundary1"), trustsServices("ecs-tasks.amazonaws.com", "lambda.amazonaws.com")
	p := plan.Diff(want, got, iam.DefaultQuotas())
	if len(p.Steps) != 3 {
		t.Errorf("the plan is %q", p.Lines())
	}
	for i, role := range states(t, got, p, iam.DefaultQuotas()) {
		if !strings.Contains(role.Trust, "ecs-tasks.amazonaws.com") {
			t.Errorf("after step %d the trust policy is %s", i, role.Trust)
		}
	}
}

func TestABoundaryWithinTheOldOneTakesNothingElseAway(t *testing.T) {
	within, beside := rules("s3:GetObject"), rules("sqs:*")
	for name, e := range map[string]struct {
		old, new string
		lines    []string
	}{
		"narrower": {rules("s3:*"), within, []string{
			"change the permissions boundary from boundary1 to boundary2", "attach policy m4", "detach policy m1",
		}},
		"wider": {within, rules("s3:*"), []string{
			"attach policy m4", "detach policy m1", "change the permissions boundary from boundary1 to boundary2",
		}},
		"the same in other words": {rules("s3:*"), rules("S3:*"), []string{
			"change the permissions boundary from boundary1 to boundary2", "attach policy m4", "detach policy m1",
		}},
		"neither": {within, beside, []string{
			"detach policy m1 (first, so that nobody holds old and new permissions together)",
			"change the permissions boundary from boundary1 to boundary2", "attach policy m4",
		}},
		"not known": {within, "", []string{
			"detach policy m1 (first, so that nobody holds old and new permissions together)",
			"change the permissions boundary from boundary1 to boundary2", "attach policy m4",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			want := declared()
			want.Role.Boundary, want.Role.Attached = arn("boundary2"), []string{arn("m4")}
			got := observed(want)
			got.Role.Boundary, got.Role.Attached = arn("boundary1"), nil
			undeclared(&got, map[string]string{arn("m1"): managed[arn("m1")]})
			answers := plan.Answers{}
			for arn, text := range map[string]string{
				arn("boundary1"): e.old, arn("boundary2"): e.new, arn("m4"): managed[arn("m4")],
			} {
				if text != "" {
					q := plan.Question{Kind: plan.AskPolicy, Subject: arn}
					answers[q] = plan.Answer{Policy: &iam.Policy{ARN: arn, Document: text}}
				}
			}
			if open := answers.Unanswered(plan.RoleQuestions(want, got)); len(open) > 0 && e.new != "" {
				t.Errorf("also asked are %v", open)
			}
			p := plan.Diff(want, plan.WithDocuments(got, answers), iam.DefaultQuotas())
			if diff := cmp.Diff(e.lines, p.Lines()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatComesToARoleIsAskedForUnlessNothingDependsOnIt(t *testing.T) {
	unowned := func(o *iam.Observation) { delete(o.Role.Tags, v1alpha1.TagOwner) }
	for name, e := range map[string]struct {
		change func(*desired.Role, *iam.Observation)
		asked  []string
	}{
		"a grant": {func(*desired.Role, *iam.Observation) {}, []string{"m1"}},
		"a grant that is known": {func(_ *desired.Role, o *iam.Observation) {
			o.PolicyDocuments[arn("m1")] = managed[arn("m1")]
		}, nil},
		"a grant that is there": {func(_ *desired.Role, o *iam.Observation) { o.Role.Attached = []string{arn("m1")} }, nil},
		"an exchange of the boundary": {func(w *desired.Role, o *iam.Observation) {
			w.Role.Boundary, o.Role.Boundary, w.Role.Attached = arn("boundary2"), arn("boundary1"), nil
		}, []string{"boundary1", "boundary2"}},
		"a new boundary": {func(w *desired.Role, _ *iam.Observation) {
			w.Role.Boundary, w.Role.Attached = arn("boundary1"), nil
		}, nil},
		"an adoption": {func(w *desired.Role, o *iam.Observation) {
			unowned(o)
			w.Adoption, w.AdoptionAllowed = ownership.AdoptAny, true
		}, []string{"m1"}},
		"an adoption of what must be equal": {func(w *desired.Role, o *iam.Observation) {
			unowned(o)
			w.Adoption, w.AdoptionAllowed = ownership.AdoptIfEqual, true
		}, nil},
		"what is not ours": {func(_ *desired.Role, o *iam.Observation) { unowned(o) }, nil},
		"a deletion":       {func(w *desired.Role, o *iam.Observation) { w.Absent, o.Role.Boundary = true, arn("boundary1") }, nil},
		"a creation":       {func(_ *desired.Role, o *iam.Observation) { o.Role = nil }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			want, got := declared(), observed(declared())
			want.Role.Attached = []string{arn("m1")}
			e.change(&want, &got)
			var asked []string
			for _, q := range plan.RoleQuestions(want, got) {
				asked = append(asked, strings.TrimPrefix(q.Subject, arn("")))
			}
			if diff := cmp.Diff(e.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADenialThatSomeoneKeepsDetachingIsRestoredEachTime(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("quarantine"), arn("m1")}
	got := observed(want)
	got.Role.Attached = nil
	for _, a := range want.Role.Attached {
		got.PolicyDocuments[a] = managed[a]
	}
	contested := map[string]bool{"attached/" + arn("quarantine"): true, "attached/" + arn("m1"): true}
	p := plan.Diff(want, got, iam.DefaultQuotas()).Permit(plan.Contested(contested))
	if diff := cmp.Diff([]string{"attached/" + arn("quarantine")}, p.Fields()); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
}

func TestNothingIsTakenBeforeABoundaryThatDoesNotExist(t *testing.T) {
	want := declared()
	want.Role.Boundary, want.Role.InlinePolicies["ecsiam"] = arn("boundary2"), rules("s3:PutObject")
	want.Role.Trust = trustsEC2
	got := observed(want)
	got.Role.Boundary, got.Role.Trust = arn("boundary1"), trustsTasks
	got.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
	p := plan.Diff(want, got, iam.DefaultQuotas())
	asked := p.Inquiries()
	if !slices.Contains(asked, plan.Question{Kind: plan.AskPolicy, Subject: arn("boundary2")}) {
		t.Fatalf("asked is %v", asked)
	}
	for name, answers := range map[string]plan.Answers{
		"missing":   {asked[0]: {Missing: true}},
		"not known": {},
	} {
		foreseen := p.Foresee(answers)
		if len(foreseen.Steps) > 0 {
			t.Errorf("%s: still does %q", name, steps(foreseen))
		}
		if lines := strings.Join(foreseen.Lines(), "\n"); !strings.Contains(lines, "boundary2") {
			t.Errorf("%s: the boundary is not named in %s", name, lines)
		}
	}
	answers := plan.Answers{}
	for _, q := range asked {
		answers[q] = plan.Answer{Policy: &iam.Policy{ARN: q.Subject}}
	}
	if diff := cmp.Diff(p, p.Foresee(answers)); diff != "" {
		t.Errorf("with the boundary there (-plan +foreseen):\n%s", diff)
	}
}

func TestNothingIsAskedWhereNothingIsTaken(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("m1")}
	got := observed(want)
	got.Role.Attached = nil
	p := plan.Diff(want, got, iam.DefaultQuotas())
	if asked := p.Inquiries(); len(asked) > 0 || len(p.Foresee(nil).Steps) != 1 {
		t.Errorf("asked %v for %q", asked, p.Lines())
	}
}

func TestTextOfAnOldDocumentNeverBecomesAVariable(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("m1")}
	want.Role.InlinePolicies["ecsiam"] = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}]}`
	got := observed(want)
	got.Role.Attached = nil
	got.Role.InlinePolicies["ecsiam"] = `{"Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"},
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"}]}`
	p := plan.Diff(want, got, iam.DefaultQuotas())
	for _, role := range states(t, got, p, iam.DefaultQuotas()) {
		text := role.InlinePolicies["ecsiam"]
		if strings.Contains(text, "2012-10-17") && strings.Contains(text, "${aws:username}") {
			t.Errorf("the variable lives in %s", text)
		}
	}
}

func TestADenyOnlyAttachmentThatWasDeclaredGoesWithTheSpec(t *testing.T) {
	want := declared()
	got := observed(want)
	undeclared(&got, map[string]string{arn("quarantine"): managed[arn("quarantine")]})
	if p := plan.Diff(want, got, iam.DefaultQuotas()); len(p.Steps) > 0 || len(p.Restrictions) != 1 {
		t.Errorf("what others attached does not stay: %q, %q", p.Lines(), p.Restrictions)
	}
	got.OwnAttachments = []string{arn("quarantine")}
	want.Ignore.ManagedPolicyARNs = []string{"*"}
	if diff := cmp.Diff([]string{"detach policy quarantine"}, plan.Diff(want, got, iam.DefaultQuotas()).Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestIgnoreNeverCoversTheOwnInlinePolicy(t *testing.T) {
	for _, own := range []string{"", "statements"} {
		want := declared()
		want.InlinePolicyName, want.Ignore.InlinePolicies = own, []string{"*"}
		name := own
		if own == "" {
			name = v1alpha1.DefaultInlinePolicyName
		}
		got := observed(want)
		got.Role.InlinePolicies = map[string]string{name: rules("s3:*"), "others": rules("s3:*")}
		p := plan.Diff(want, got, iam.DefaultQuotas())
		if diff := cmp.Diff([]string{"delete inline policy " + name}, p.Lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	}
}

func TestWhatIsLeftOfTheOwnInlinePolicyGoesWithTheSpec(t *testing.T) {
	unnamed := ofSpec(t, v1alpha1.ECSRoleSpec{})
	unnamed.InlinePolicyName = ""
	for _, want := range []desired.Role{
		ofSpec(t, v1alpha1.ECSRoleSpec{}), ofSpec(t, v1alpha1.ECSRoleSpec{InlinePolicyName: "statements"}), unnamed,
	} {
		name := want.InlinePolicyName
		if name == "" {
			name = v1alpha1.DefaultInlinePolicyName
		}
		role := want.Role
		role.InlinePolicies = map[string]string{name: rules("-s3:DeleteObject")} // its Allow was removed out of band
		for how, diff := range map[string]func(desired.Role, iam.Observation, iam.Quotas) plan.Plan{
			"whole": plan.Diff, "partial": plan.DiffInline,
		} {
			p := diff(want, iam.Observation{Role: &role}, iam.DefaultQuotas())
			if diff := cmp.Diff([]string{"delete inline policy " + name}, p.Lines()); diff != "" {
				t.Errorf("%s: lines (-want +got):\n%s", how, diff)
			}
		}
	}
}

func TestDenialsLeaveLastAlsoInAnAdoption(t *testing.T) {
	want := declared()
	want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
	got := observed(want)
	delete(got.Role.Tags, v1alpha1.TagOwner)
	undeclared(&got, map[string]string{arn("a-guard"): managed[arn("mixed")], arn("z-allow"): managed[arn("m1")]})
	p := plan.Diff(want, got, iam.DefaultQuotas())
	if diff := cmp.Diff([]string{"set tags ecsiam.dev/owner", "detach policy z-allow", "detach policy a-guard"}, p.Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAPermissionThatMovesStaysUntilItsNewPlaceIsThere(t *testing.T) {
	want := declared()
	want.Role.InlinePolicies["ecsiam"], want.Role.Attached = rules("s3:GetObject", "s3:PutObject"), []string{arn("m4")}
	got := observed(want)
	got.Role.InlinePolicies["ecsiam"], got.Role.Attached = rules("s3:GetObject", "sqs:SendMessage"), nil
	p := plan.Diff(want, got, iam.DefaultQuotas())
	w := world{Observation: got, quotas: iam.DefaultQuotas()}
	w.run(p, func(step int) bool { return p.Steps[step].Op.Action() == "iam:AttachRolePolicy" }, unseen)
	left := w.Role.InlinePolicies["ecsiam"]
	if !strings.Contains(left, "sqs:SendMessage") || !strings.Contains(left, "s3:PutObject") {
		t.Errorf("after the attachment was refused the inline policy is %s", left)
	}
}

func TestATrustPolicyThatFitsOnlyAtBothEndsGoesThroughNobody(t *testing.T) {
	long := func(service, fill string) string {
		return trusting(policy.Statement{
			Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com", service}},
		}, policy.Statement{
			Effect: policy.Deny, Principal: &policy.Principal{AWS: []string{"*"}}, Sid: "EcsIamDeny1",
			Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {strings.Repeat(fill, 1300)}}},
		})
	}
	want := declared()
	want.Role.Boundary, want.Role.Trust = arn("boundary2"), long("ec2.amazonaws.com", "a")
	got := observed(want)
	got.Role.Boundary, got.Role.Trust = arn("boundary1"), long("lambda.amazonaws.com", "b")
	p := plan.Diff(want, got, iam.DefaultQuotas())
	list := states(t, got, p, iam.DefaultQuotas())
	for _, role := range list {
		if size := policy.Size([]byte(role.Trust)); size > iam.DefaultQuotas().TrustPolicySize {
			t.Errorf("a trust policy has %d counted characters", size)
		}
	}
	if end := list[len(list)-1]; end.Trust != want.Role.Trust || len(p.Gaps) != 1 || p.Gaps[0].Cause != plan.Quota {
		t.Errorf("the plan is %q with gaps %v", p.Lines(), p.Gaps)
	}
}

func TestDeletionNeverMakesAPolicyLarger(t *testing.T) {
	long := func(effect string) string {
		return `{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"` +
			effect + strings.Repeat("x", 4850) + `"}]}`
	}
	want := declared()
	want.Absent = true
	got := observed(declared())
	got.Role.InlinePolicies = map[string]string{"a": long("a"), "b": long("b")}
	p := plan.Diff(want, got, iam.DefaultQuotas())
	w := world{Observation: got, quotas: iam.DefaultQuotas()}
	w.run(p, never, unseen)
	if w.Role != nil || len(w.refused) > 0 {
		t.Errorf("the role is left, IAM refused %d calls", len(w.refused))
	}
}

func TestThePartialPassLeavesTheInstanceProfileAlone(t *testing.T) {
	want := declared()
	want.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
	want.Profile = &iam.InstanceProfile{Name: roleName, Tags: map[string]string{v1alpha1.TagOwner: owner}}
	got := observed(want)
	got.Profile.RoleName, got.Role.InlinePolicies["ecsiam"] = "", rules("s3:GetObject", "iam:PassRole")
	p := plan.DiffInline(want, got, iam.DefaultQuotas())
	if diff := cmp.Diff([]string{"inline/ecsiam"}, p.Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestAPrincipalThatDoesNotExistIsLeftOutUntilItDoes(t *testing.T) {
	const later, account = "arn:aws:iam::111122223333:role/later", "111122223333"
	tasks := policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}}
	aws := func(effect policy.Effect, arns ...string) policy.Statement {
		return policy.Statement{Effect: effect, Principal: &policy.Principal{AWS: arns}}
	}
	for name, e := range map[string]struct{ trust, reduced string }{
		"its Allow":                            {trusting(tasks, aws(policy.Allow, later)), trusting(tasks)},
		"one of several":                       {trusting(aws(policy.Allow, later, deployer)), trusting(aws(policy.Allow, deployer))},
		"its Deny, and whom the Deny limits":   {trusting(tasks, aws(policy.Allow, account), aws(policy.Deny, later)), trusting(tasks)},
		"its Deny, and anyone":                 {trusting(tasks, aws(policy.Allow, "*"), aws(policy.Deny, later)), trusting(tasks)},
		"its Deny, and the root":               {trusting(tasks, aws(policy.Allow, "arn:aws:iam::111122223333:root"), aws(policy.Deny, later)), trusting(tasks)},
		"its Deny, but no service or stranger": {trusting(tasks, aws(policy.Allow, deployer), aws(policy.Deny, later)), trusting(tasks, aws(policy.Allow, deployer))},
	} {
		t.Run(name, func(t *testing.T) {
			want := declared()
			want.Role.Trust = e.trust
			for _, got := range []iam.Observation{{}, observed(declared())} {
				got.MissingPrincipals = []string{later}
				p := plan.Diff(want, got, iam.DefaultQuotas())
				end := apply(got, p)
				if hash(end.Role.Trust) != hash(e.reduced) {
					t.Errorf("the trust policy is %s, want %s", end.Role.Trust, e.reduced)
				}
				if n := len(p.Withheld); n != 1 || p.Withheld[0].Reason != v1alpha1.ReasonReferenceNotReady ||
					!strings.Contains(p.Withheld[0].Message, "role/later") {
					t.Errorf("withheld are %v", p.Withheld)
				}
				end.MissingPrincipals = nil
				if end = apply(end, plan.Diff(want, end, iam.DefaultQuotas())); hash(end.Role.Trust) != hash(e.trust) {
					t.Errorf("completed, the trust policy is %s", end.Role.Trust)
				}
			}
		})
	}
}

func TestARoleThatDeniesItselfIsCreatedWithoutAndCompleted(t *testing.T) {
	const itself = "arn:aws:iam::111122223333:role/ecs/" + roleName
	want := declared()
	want.Role.Trust = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}},
		policy.Statement{Effect: policy.Deny, Principal: &policy.Principal{AWS: []string{itself}}})
	p := plan.Diff(want, iam.Observation{}, iam.DefaultQuotas())
	create, ok := p.Steps[0].Op.(plan.CreateRole)
	if !ok || strings.Contains(create.Role.Trust, itself) {
		t.Fatalf("the plan is %q", steps(p))
	}
	if end := apply(iam.Observation{}, p); hash(end.Role.Trust) != hash(want.Role.Trust) {
		t.Errorf("the trust policy ends as %s", end.Role.Trust)
	}
}

func TestBackOffNeverKeepsWhatOthersAllow(t *testing.T) {
	want := declared()
	want.Role.Boundary, want.Role.InlinePolicies["ecsiam"] = arn("boundary1"), rules("s3:GetObject", "-s3:PutObject")
	want.Role.Attached = []string{arn("m1")}
	got := observed(want)
	got.Role.Boundary, got.Role.InlinePolicies["ecsiam"] = "", rules("s3:*")
	got.Role.Attached = nil
	undeclared(&got, map[string]string{arn("m2"): managed[arn("m2")]})
	fields := map[string]bool{}
	p := plan.Diff(want, got, iam.DefaultQuotas())
	for _, f := range p.Fields() {
		fields[f] = true
	}
	held := map[string]bool{}
	for _, w := range p.Permit(plan.Contested(fields)).Withheld {
		if w.Reason == v1alpha1.ReasonContested {
			held[w.Op.Field()] = true
		}
	}
	if diff := cmp.Diff(map[string]bool{"attached/" + arn("m1"): true}, held); diff != "" {
		t.Errorf("held back (-want +got):\n%s", diff)
	}
}

func TestADenialThatMakesRoomIsHeldUntilWhatItKeptDownIsGone(t *testing.T) {
	quotas := iam.Quotas{AttachedPoliciesPerRole: 1}
	onOne := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::one"}}`
	for name, change := range map[string]func(want *desired.Role, got *iam.Observation){
		"an inline policy goes": func(_ *desired.Role, got *iam.Observation) {
			got.Role.InlinePolicies["ecsiam"] = rules("s3:PutObject")
		},
		"the boundary is replaced": func(want *desired.Role, got *iam.Observation) {
			want.Role.InlinePolicies["ecsiam"], got.Role.InlinePolicies["ecsiam"] = rules("s3:PutObject"), rules("s3:PutObject")
			want.Role.Boundary, got.Role.Boundary = arn("boundary2"), arn("boundary1")
		},
		"a policy that denies too takes its place": func(want *desired.Role, got *iam.Observation) {
			want.Role.InlinePolicies["ecsiam"], got.Role.InlinePolicies["ecsiam"] = onOne, onOne
			want.Role.Attached = []string{arn("boundary3")}
			got.PolicyDocuments[arn("boundary3")] = managed[arn("boundary3")]
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := declared()
			want.Role.Trust = trusting(policy.Statement{Principal: &policy.Principal{AWS: []string{deployer}}})
			got := observed(want)
			want.Role.Attached, got.Role.Attached = []string{arn("m1")}, []string{arn("quarantine")}
			got.OwnAttachments = got.Role.Attached
			got.PolicyDocuments[arn("quarantine")] = managed[arn("quarantine")]
			change(&want, &got)
			p := plan.Diff(want, got, quotas)
			either := permitted(got.Role) | permitted(expected(want, got))
			for i, role := range states(t, got, p, quotas) {
				if extra := permitted(&role) &^ either; extra != 0 {
					t.Errorf("after step %d of %q the role permits what neither end does: %b", i, steps(p), extra)
				}
			}
		})
	}
}

func TestAPolicyThatSaysTheSameAtMoreLengthIsNotRewritten(t *testing.T) {
	want := declared()
	want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
	want.Role.InlinePolicies["ecsiam"] = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::one"},
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::*"}]}`
	got := observed(want)
	delete(got.Role.Tags, v1alpha1.TagOwner)
	want.Role.Attached = []string{arn("m1")}
	got.PolicyDocuments[arn("m1")] = managed[arn("m1")]
	lines := []string{"set tags ecsiam.dev/owner", "attach policy m1"}
	if diff := cmp.Diff(lines, plan.Diff(want, got, iam.DefaultQuotas()).Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAnInlinePolicyThatCarriesNothingInTheEndIsNotRewritten(t *testing.T) {
	want := declared()
	want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
	want.Role.InlinePolicies["ecsiam"] = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::one"}]}`
	got := observed(want)
	delete(got.Role.Tags, v1alpha1.TagOwner)
	want.Role.Attached = []string{arn("mixed")}
	got.PolicyDocuments[arn("mixed")] = managed[arn("mixed")]
	lines := []string{"set tags ecsiam.dev/owner", "attach policy mixed"}
	if diff := cmp.Diff(lines, plan.Diff(want, got, iam.DefaultQuotas()).Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
