// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// consequences are what happens without the statements of the policy that the controller can do without.
var consequences = map[string]string{
	"CreateServiceLinkedRoles": "no ECSServiceLinkedRole can be created",
	"DeleteServiceLinkedRoles": "no ECSServiceLinkedRole with deletionPolicy: Delete can be deleted",
	"ReadQuotas":               "the quotas of a new account are assumed",
	"ReadAllRolesTogether":     "each role is read by itself, in about four calls a role and interval",
}

// permissions asks which actions of the policy are allowed, one check a statement: IAM's simulation where the caller
// may ask it, calls that only read elsewhere.
func (o Options) permissions(ctx context.Context, account iam.PermissionReader, identity iam.Identity) []Check {
	ask, first := o.simulation(ctx, account, identity)
	checks := []Check{first}
	for i := range o.Policy.Statements {
		statement := &o.Policy.Statements[i]
		if len(statement.Actions) == 0 || len(statement.Resources) == 0 {
			continue // a policy of the controller names what it allows
		}
		verdicts, err := ask(ctx, statement)
		checks = append(checks, o.judged(statement, verdicts, err))
	}
	return checks
}

// answer is what is known of an action: known is false where it could not be asked about.
type answer struct {
	verdict iam.Verdict
	known   bool
}

// asker finds out about the actions of a statement.
type asker func(context.Context, *policy.Statement) ([]answer, error)

// simulation chooses the asker: one question shows whether the caller may simulate.
func (o Options) simulation(
	ctx context.Context, account iam.PermissionReader, identity iam.Identity,
) (asker, Check) {
	simulates := func(principal string) asker {
		return func(ctx context.Context, s *policy.Statement) ([]answer, error) {
			verdicts, err := account.Simulate(ctx, iam.Simulation{
				Principal: principal, Actions: s.Actions, Resource: o.example(s.Resources[0], identity), Context: o.keys(s),
			})
			answers := make([]answer, 0, len(verdicts))
			for _, v := range verdicts {
				answers = append(answers, answer{verdict: v, known: true})
			}
			return answers, err
		}
	}
	principal, err := account.Principal(ctx)
	if err == nil {
		_, err = account.Simulate(ctx, iam.Simulation{
			Principal: principal, Actions: []string{"iam:GetRole"}, Resource: "*",
		})
	}
	if err == nil {
		return simulates(principal), Check{Name: "permissions", Status: OK, Message: "asked by iam:SimulatePrincipalPolicy"}
	}
	return reads(account), Check{
		Name: "permissions", Status: Unknown,
		Message: fmt.Sprintf("the policies cannot be simulated (%v), so only reads are tried", err),
		Next:    "to have writes checked too, attach config/iam/preflight-policy.json, which changes nothing",
	}
}

// reads makes the calls of a statement that only read.
func reads(account iam.PermissionReader) asker {
	return func(ctx context.Context, s *policy.Statement) ([]answer, error) {
		answers := make([]answer, 0, len(s.Actions))
		for _, action := range s.Actions {
			made, err := account.Probe(ctx, action)
			found := answer{verdict: iam.Verdict{Action: action, Allowed: err == nil}, known: made}
			if denied := iam.Classify(err) == iam.ClassDenied; err != nil && !denied {
				return nil, fmt.Errorf("trying %s: %w", action, err)
			}
			answers = append(answers, found)
		}
		return answers, nil
	}
}

// example is an entity that the pattern of a resource matches: a role of the namespace, on the path.
func (o Options) example(pattern string, identity iam.Identity) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return pattern
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	if name == "*" {
		name = strings.TrimPrefix(o.Path, "/") + o.Namespace + "_preflight"
	}
	name = strings.Replace(name, "*", "ecs.amazonaws.com/AWSServiceRoleForECS", 1)
	return "arn:" + identity.Partition + ":iam::" + identity.AccountID + ":" + kind + "/" + name
}

// keys are the condition keys of a call as the controller makes it: with its owner tag, and with what the conditions of
// the statement ask for.
func (o Options) keys(s *policy.Statement) map[string]string {
	owner := o.ClusterID + "/" + o.Namespace + "/preflight"
	keys := map[string]string{
		"aws:RequestTag/" + v1alpha1.TagOwner: owner, "aws:ResourceTag/" + v1alpha1.TagOwner: owner,
		"iam:ResourceTag/" + v1alpha1.TagOwner: owner,
	}
	if o.Boundary != "" {
		keys["iam:PermissionsBoundary"] = o.Boundary
	}
	for key, values := range s.Condition["StringEquals"] {
		keys[key] = values[0]
	}
	return keys
}

// judged is the check of one statement.
func (o Options) judged(s *policy.Statement, answers []answer, err error) Check {
	check := Check{Name: "statement " + s.Sid, Status: OK}
	if err != nil {
		check.Status, check.Message = Failed, fmt.Sprintf("it could not be found out: %v", err)
		check.Next = "check that the endpoint of IAM can be reached (TCP 443), and run it again"
		return check
	}
	var why []string
	for _, a := range answers {
		switch {
		case !a.known:
			check.NotAsked = append(check.NotAsked, a.verdict.Action)
		case !a.verdict.Allowed && !o.meant(a.verdict):
			check.Denied = append(check.Denied, a.verdict.Action)
			why = append(why, reason(a.verdict))
		}
	}
	allowed := len(answers) - len(check.Denied) - len(check.NotAsked)
	switch {
	case len(check.Denied) > 0:
		o.deny(&check, s.Sid, slices.Compact(why))
	case len(check.NotAsked) == 0:
		check.Message = fmt.Sprintf("%d of %d actions are allowed", allowed, len(answers))
	default:
		check.Status = Unknown
		check.Message = fmt.Sprintf("%d of %d actions are allowed; not asked: %s", allowed, len(answers),
			strings.Join(check.NotAsked, ", "))
	}
	return check
}

// deny says what is denied and what to do.
func (o Options) deny(check *Check, sid string, why []string) {
	check.Status = Failed
	check.Message = "denied: " + strings.Join(check.Denied, ", ")
	if text := strings.Join(why, "; "); text != "" {
		check.Message += " (" + text + ")"
	}
	check.Next = "attach config/iam/controller-policy.json to the role, or say that it is left out on purpose: " +
		"--optional=" + sid
	if strings.Contains(check.Message, "iam:PermissionsBoundary") && o.Boundary == "" {
		check.Next = "name the boundary that guardrails.permissionsBoundary forces by --boundary, and run it again"
	}
	consequence, dispensable := consequences[sid]
	if dispensable {
		check.Status = Warning
		check.Message += ": " + consequence
	}
	needed := func(action string) bool { return !slices.Contains(o.Optional, action) }
	if !needed(sid) || !slices.ContainsFunc(check.Denied, needed) {
		check.Status, check.Next = Warning, ""
	}
}

// meant tells whether an action is denied because a boundary is forced: config/iam/guard-policy.json lets nobody take
// it away.
func (o Options) meant(v iam.Verdict) bool {
	return v.Explicit && o.Boundary != "" && v.Action == "iam:DeleteRolePermissionsBoundary"
}

// reason says which kind of policy denies, and which condition keys it would want to know.
func reason(v iam.Verdict) string {
	if v.DeniedBy == "" {
		return ""
	}
	text := "no " + string(v.DeniedBy) + " allows it"
	if v.Explicit {
		text = "an explicit deny in a policy of the kind " + string(v.DeniedBy)
	}
	if len(v.Missing) > 0 {
		text += ", depending on " + strings.Join(v.Missing, ", ")
	}
	return text
}
