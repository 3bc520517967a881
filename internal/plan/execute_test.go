// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// world is IAM as a plan meets it: the state, and the quotas that it enforces.
type world struct {
	iam.Observation
	quotas iam.Quotas
	// refused are the operations that IAM refused.
	refused []string
}

// run executes a plan as the controller does: every step whose needs have succeeded. fails tells which steps IAM refuses;
// seen is given each state that IAM goes through.
func (w *world) run(p plan.Plan, fails func(step int) bool, seen func(iam.Observation)) {
	done := make([]bool, len(p.Steps))
	for i, step := range p.Steps {
		if slices.ContainsFunc(step.Needs, func(n int) bool { return !done[n] }) || fails(i) {
			continue
		}
		next := plan.After(w.Observation, step.Op)
		if !w.withinQuotas(next, step.Op) {
			w.refused = append(w.refused, step.Op.String())
			continue
		}
		w.Observation, done[i] = next, true
		seen(next)
	}
}

func (w *world) withinQuotas(next iam.Observation, op plan.Operation) bool {
	if trust := op.Trust(); trust != "" && !w.takesTrust(trust) {
		return false
	}
	switch op.(type) {
	case plan.AttachRolePolicy:
		return len(next.Role.Attached) <= w.quotas.AttachedPoliciesPerRole
	case plan.PutRolePolicy:
		size := 0
		for _, text := range next.Role.InlinePolicies {
			size += policy.Size([]byte(text))
		}
		return size <= iam.InlinePoliciesSize
	case plan.TagRole:
		return taxed(next.Role.Tags) <= iam.TagsPerRole
	case plan.TagInstanceProfile:
		return taxed(next.Profile.Tags) <= iam.TagsPerRole
	default: // the others meet no quota
	}
	return true
}

// takesTrust tells whether a trust policy is not too long and names only whom there is.
func (w *world) takesTrust(trust string) bool {
	if w.quotas.TrustPolicySize > 0 && policy.Size([]byte(trust)) > w.quotas.TrustPolicySize {
		return false
	}
	named := func(arn string) bool { return strings.Contains(trust, `"`+arn+`"`) }
	return !slices.ContainsFunc(w.MissingPrincipals, named) && (w.Role != nil || !named(itself))
}

// taxed counts the tags that count towards the limit.
func taxed(tags map[string]string) int {
	n := 0
	for k := range tags {
		if !strings.HasPrefix(strings.ToLower(k), "aws:") {
			n++
		}
	}
	return n
}

func never(int) bool { return false }

func unseen(iam.Observation) {}

// generous quotas refuse no plan.
var generous = iam.Quotas{AttachedPoliciesPerRole: 1000}

// apply executes a whole plan without failures.
func apply(got iam.Observation, p plan.Plan) iam.Observation {
	w := world{Observation: got, quotas: generous}
	w.run(p, never, unseen)
	return w.Observation
}

// meaning is what an observation means to IAM, without notation, in a form that can be compared.
type meaning struct {
	Role    *iam.Role
	Profile *iam.InstanceProfile
}

func meaningOf(got iam.Observation) meaning {
	var m meaning
	if got.Role != nil {
		role := *got.Role
		if role.ID != "" { // IAM shows the role's own id for a while
			role.Trust = strings.ReplaceAll(role.Trust, role.ID, role.ARN)
		}
		role.Trust = hash(role.Trust)
		role.InlinePolicies = map[string]string{}
		for name, text := range got.Role.InlinePolicies {
			role.InlinePolicies[name] = hash(text)
		}
		role.Attached = append([]string{}, role.Attached...)
		slices.Sort(role.Attached)
		role.Tags = map[string]string{}
		for k, v := range got.Role.Tags {
			if mark := strings.ToLower(k); strings.HasPrefix(mark, v1alpha1.TagPrefix) {
				k = mark // the controller knows its marks in any spelling
			}
			role.Tags[k] = v
		}
		m.Role = &role
	}
	if got.Profile != nil {
		profile := *got.Profile
		profile.Tags = map[string]string{}
		maps.Copy(profile.Tags, got.Profile.Tags)
		m.Profile = &profile
	}
	return m
}

func hash(text string) string {
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		return "unreadable: " + text
	}
	return doc.Hash()
}
