// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// managing are the actions of each service that AWS counts as permissions management.
var managing = sync.OnceValue(func() map[string][]string {
	actions := map[string][]string{}
	for _, a := range authz.WithAccess(authz.PermissionsManagement) {
		actions[a.Service] = append(actions[a.Service], a.Name)
	}
	return actions
})

// boundsOf are the guardrails of an account for a namespace.
func boundsOf(account *v1alpha1.AWSAccount, namespace string, identity iam.Identity, region string) *guardrail.Bounds {
	place := guardrail.Values{
		Account: account.Name, Namespace: namespace, AccountID: identity.AccountID, Partition: identity.Partition,
		Region: region,
	}
	if account.Spec.Region != "" {
		place.Region = string(account.Spec.Region)
	}
	return guardrail.NewBounds(&account.Spec, place, func(service string) []string { return managing()[service] })
}

// ownersIn are the beginnings of the owner tags of a namespace's objects, under each cluster id that counts.
func ownersIn(account *v1alpha1.AWSAccount, cluster, namespace string) []string {
	prefixes := make([]string, 0, 1+len(account.Spec.FormerClusterIDs))
	prefixes = append(prefixes, cluster+"/"+namespace+"/")
	for _, id := range account.Spec.FormerClusterIDs {
		prefixes = append(prefixes, string(id)+"/"+namespace+"/")
	}
	return prefixes
}

// ownRoles says of an ARN whether it is that of the role which an ECSRole of the namespace stands for in the account,
// and whether a role that is not there yet would be theirs: not under a name that the object may not have, or lost to
// another. The zero value knows none.
type ownRoles struct {
	lookup func(arn string) (comes, named bool)
}

func (o ownRoles) of(arn string) (comes, named bool) {
	if o.lookup == nil {
		return false, false
	}
	return o.lookup(arn)
}

// ownRolesOf looks roles up when they are asked for, by their names in the indices of the cache: a namespace has many,
// and a document passes few of them. Within a pass the answer for an ARN stays the first.
func ownRolesOf(ctx context.Context, by *pass.Reconciler, in desired.Inputs) ownRoles {
	type answer struct{ comes, named bool }
	known := map[string]answer{}
	return ownRoles{func(arn string) (bool, bool) {
		if _, asked := known[arn]; !asked {
			role := namedBy(ctx, by, in, arn)
			known[arn] = answer{role != nil && mayHaveName(role, in.Account), role != nil}
		}
		return known[arn].comes, known[arn].named
	}}
}

// namedBy is the ECSRole of the namespace that stands for the role of an ARN, or nil.
func namedBy(ctx context.Context, by *pass.Reconciler, in desired.Inputs, arn string) *v1alpha1.ECSRole {
	asked := guardrail.Name{Entity: guardrail.EntityRole, Value: strings.ToLower(nameIn(arn))}
	asking, err := by.RolesAskingFor(ctx, asked, in.Account,
		client.InNamespace(in.Role.Namespace), client.UnsafeDisableDeepCopy)
	if err != nil { // then nothing is taken for the namespace's own
		logf.FromContext(ctx).Error(err, "looking for the ECSRole of a role that is passed")
		return nil
	}
	for i := range asking {
		role := in
		if role.Role = &asking[i]; role.Role.Spec.AccountRef == in.Role.Spec.AccountRef &&
			role.Role.DeletionTimestamp.IsZero() && desired.RoleARN(role) == arn {
			return role.Role
		}
	}
	return nil
}

// mayHaveName reports whether an object may have the name of its role, and did not lose it to another.
func mayHaveName(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) bool {
	if pass.ReadyReason(role) == string(v1alpha1.ReasonNameTaken) {
		return false
	}
	return !slices.ContainsFunc(guardrail.RoleNames(role, account), func(name guardrail.Name) bool {
		return name.Entity == guardrail.EntityRole && name.Right(&account.Spec) == guardrail.RightNone
	})
}

// passing says which roles a document may pass: those that ECSRoles of the namespace stand for and, where IAM was
// asked, that IAM shows as theirs. A role that is not there yet is that of the object which is to make it.
type passing struct {
	// own are the roles of the namespace's ECSRoles.
	own ownRoles
	// owners are the beginnings of their owner tags.
	owners []string
}

// questions ask whose the roles are that documents pass.
func (p passing) questions(texts ...string) []plan.Question {
	var questions []plan.Question
	for _, arn := range passedIn(texts...) {
		if _, named := p.own.of(arn); named {
			questions = append(questions, plan.Question{Kind: plan.AskRole, Subject: nameIn(arn)})
		}
	}
	return questions
}

// admits says which roles may be passed.
func (p passing) admits(answers plan.Answers) func(arn string) bool {
	return func(arn string) bool {
		comes, named := p.own.of(arn)
		answer, asked := answers[plan.Question{Kind: plan.AskRole, Subject: nameIn(arn)}]
		switch {
		case !named:
			return false
		case !asked: // nothing widens
			return true
		case answer.Role == nil:
			return comes
		default:
			return answer.Role.ARN == arn && p.owns(answer.Role.Tags)
		}
	}
}

func (p passing) owns(tags map[string]string) bool {
	owner, _ := ownership.Tag(tags, v1alpha1.TagOwner)
	return slices.ContainsFunc(p.owners, func(prefix string) bool { return strings.HasPrefix(owner, prefix) })
}

// passedIn are the ARNs of the roles that documents pass by name.
func passedIn(texts ...string) []string {
	var arns []string
	passRole := policy.ActionTerm("iam:PassRole")
	for _, text := range texts {
		for _, s := range policy.NewContent(text).Allows() {
			if !slices.ContainsFunc(s.Actions, func(a string) bool { return policy.ActionTerm(a).Meets(passRole) }) {
				continue
			}
			for _, resource := range s.Resources {
				if policy.ResourceTerm(resource).Exact() && !slices.Contains(arns, resource) {
					arns = append(arns, resource)
				}
			}
		}
	}
	return arns
}

// passesRoles reports whether a statement may pass a role.
func passesRoles(statements []v1alpha1.Statement) bool {
	passRole := policy.ActionTerm("iam:PassRole")
	return slices.ContainsFunc(statements, func(s v1alpha1.Statement) bool {
		return slices.ContainsFunc(s.Actions, func(a v1alpha1.Action) bool {
			return policy.ActionTerm(string(a)).Meets(passRole)
		})
	})
}

func nameIn(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// declared are the tags that are neither the controller's nor the account's nor AWS's, and that the account does not
// let objects leave alone.
func declared(tags map[string]string, account *v1alpha1.AWSAccount, ignored []string) map[string]string {
	rest := map[string]string{}
	for key, value := range tags {
		folded := strings.ToLower(key)
		if strings.HasPrefix(folded, v1alpha1.TagPrefix) || strings.HasPrefix(folded, v1alpha1.TagAWSPrefix) {
			continue
		}
		if desired.MatchesAnyFold(ignored, key) {
			continue
		}
		if d := account.Spec.Defaults; d != nil {
			if of, ok := d.Tags[key]; ok && of == value {
				continue
			}
		}
		rest[key] = value
	}
	return rest
}

// widening reports whether the plan changes documents so that they permit more.
func widening(p plan.Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Op.Effect().Widens() })
}
