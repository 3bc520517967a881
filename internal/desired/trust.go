// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

var trustPath = specPath.Child("trust")

// trust is the trust policy of the type with the object's own statements behind it.
func (b *builder) trust() string {
	var t v1alpha1.Trust
	if b.spec.Trust != nil {
		t = *b.spec.Trust
	}
	settings := roletype.TrustSettings{
		Partition: b.in.Partition, AccountID: b.in.AccountID, Service: b.servicePrincipal(),
		Protection: oneOf(&b.base, trustPath.Child("confusedDeputyProtection"), t.ConfusedDeputyProtection,
			v1alpha1.ConfusedDeputyDefault, v1alpha1.ConfusedDeputyEnabled, v1alpha1.ConfusedDeputyDisabled),
		Regions:    b.regions(t.Regions),
		SourceARNs: b.sourceARNs(t.SourceARNs),
	}
	b.checkProtection(t)
	statements := b.trustStatements(trustPath.Child("additionalStatements"), t.AdditionalStatements)
	if !b.known {
		return ""
	}
	doc := b.kind.TrustPolicy(settings)
	doc.Statements = append(doc.Statements, statements...)
	b.checkDocument(&doc, policy.TrustPolicy, func(p policy.Problem) *field.Path {
		if p.Statement < 1 {
			return trustPath
		}
		return problemPath(trustPath.Child("additionalStatements").Index(p.Statement-1), p, &doc.Statements[p.Statement])
	})
	b.find(&doc, policy.TrustPolicy, len(doc.Statements)-len(statements), len(statements),
		trustPath.Child("additionalStatements"))
	markDenials(doc.Statements)
	text := doc.Render()
	n, quota := policy.Size(text), b.in.Quotas.TrustPolicySize
	switch {
	case n > checkedSize:
		b.refuse(field.Invalid(trustPath, field.OmitValueType{}, fmt.Sprintf(
			"the trust policy has %d counted characters, more than any account's quota: shorten trust", n)))
	case n > quota && quota > 0:
		b.exceed(field.Invalid(trustPath, field.OmitValueType{}, fmt.Sprintf(
			"the trust policy has %d counted characters, the account's quota is %d: shorten trust, or have AWS raise the "+
				"quota \"Role trust policy length\"", n, quota)))
	}
	return string(text)
}

// servicePrincipalText is the schema's pattern.
var servicePrincipalText = lazyregexp.New(`^[a-z0-9_-]+([.][a-z0-9_-]+){2,}$`)

// servicePrincipal is what the account has in place of the type's own principal, empty for nothing. Those of the types
// that the role passes end up in its policy.
func (b *builder) servicePrincipal() string {
	for i, principal := range b.account.ServicePrincipals {
		used := principal.Type == b.spec.Type || slices.Contains(b.kind.Passes.Types, principal.Type)
		if used && !servicePrincipalText.MatchString(principal.Name) {
			b.refuse(field.Invalid(accountPath.Child("servicePrincipals").Index(i).Child("name"), principal.Name,
				"a service principal looks like ecs-tasks.amazonaws.com, without wildcards"))
		}
	}
	return b.account.ServicePrincipal(b.spec.Type)
}

// checkProtection refuses settings of the confused-deputy condition that the type does not take or that do nothing.
func (b *builder) checkProtection(t v1alpha1.Trust) {
	narrowed, narrowing := trustPath.Child("regions"), len(t.Regions) > 0
	if len(t.SourceARNs) > 0 {
		narrowed, narrowing = trustPath.Child("sourceARNs"), true
	}
	if len(t.Regions) > 0 && len(t.SourceARNs) > 0 {
		b.refuse(field.Forbidden(trustPath.Child("sourceARNs"),
			"trust.regions narrows the default aws:SourceArn and trust.sourceARNs replaces it: give one or the other"))
	}
	switch {
	case !b.known:
	case b.kind.ConfusedDeputy.When == roletype.Never &&
		(narrowing || t.ConfusedDeputyProtection == v1alpha1.ConfusedDeputyEnabled):
		b.refuse(field.Forbidden(trustPath, "EC2 instance roles take no confused-deputy condition, EC2 would refuse the "+
			"role: remove confusedDeputyProtection, regions and sourceARNs"))
	case narrowing && t.ConfusedDeputyProtection == v1alpha1.ConfusedDeputyDisabled:
		b.refuse(field.Forbidden(trustPath, "trust.regions and trust.sourceARNs narrow the confused-deputy condition that "+
			"confusedDeputyProtection: Disabled removes: give one or the other"))
	case narrowing && !b.kind.Protects(t.ConfusedDeputyProtection):
		b.refuse(field.Forbidden(narrowed, fmt.Sprintf("the type %s has no confused-deputy condition by default, so there "+
			"is nothing to narrow: set trust.confusedDeputyProtection: Enabled, or remove the field", b.spec.Type)))
	}
}

func (b *builder) regions(list []v1alpha1.Region) []string {
	for i, region := range list {
		b.checkRegion(trustPath.Child("regions").Index(i), region)
	}
	return plain(list)
}

func (b *builder) sourceARNs(list []v1alpha1.ResourcePattern) []string {
	path := trustPath.Child("sourceARNs")
	arns := expandAll(&b.base, path, list)
	for i, arn := range arns {
		if advice := b.sourceARNAdvice(arn); advice != "" {
			b.refuseOnce(field.Invalid(path.Index(i), string(list[i]), advice))
		}
	}
	return arns
}

// sourceARNAdvice says what keeps an aws:SourceArn from ever matching, if anything does.
//
//nolint:cyclop // one case for each thing that AWS never sends
func (b *builder) sourceARNAdvice(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn" || parts[2] == "" || parts[5] == "":
		return "aws:SourceArn is compared with an ARN, such as arn:{partition}:ecs:*:{accountID}:*"
	case b.partitionAdvice(arn) != "":
		return b.partitionAdvice(arn)
	case regionName.MatchString(parts[3]) && b.regionAdvice(parts[3]) != "":
		return "its region " + parts[3] + " " + b.regionAdvice(parts[3])
	case !Matches(parts[4], b.in.AccountID):
		return fmt.Sprintf("is an ARN of account %q, aws:SourceAccount is %s and both must match: write {accountID}",
			parts[4], b.in.AccountID)
	case b.kind.ConfusedDeputy.When == roletype.ByDefault && !Matches(parts[2], b.kind.ConfusedDeputy.Service):
		return fmt.Sprintf("is an ARN of the service %s, this role type is assumed on behalf of resources of %s: write "+
			"arn:{partition}:%s:…", parts[2], b.kind.ConfusedDeputy.Service, b.kind.ConfusedDeputy.Service)
	case (b.spec.Type == v1alpha1.RoleTypeTask || b.spec.Type == v1alpha1.RoleTypeTaskExecution) &&
		names(parts[5], "cluster"):
		return "ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or " +
			"trust.regions"
	case b.spec.Type == v1alpha1.RoleTypeStepFunctions && strings.HasPrefix(parts[5], "execution:"):
		return "Step Functions sends the ARN of the state machine, not of an execution: use " +
			"arn:{partition}:states:<region>:{accountID}:stateMachine:<name>"
	case b.spec.Type == v1alpha1.RoleTypeEventBridgeScheduler && names(parts[5], "schedule") &&
		!names(parts[5], "schedule-group"):
		return "EventBridge Scheduler sends the ARN of the schedule group, not of a schedule: use " +
			"arn:{partition}:scheduler:<region>:{accountID}:schedule-group/<group>"
	}
	return ""
}

// names reports whether a pattern of the last part of an ARN is about resources of a type in particular: whether what
// stands before its first slash matches the type, in whatever case, unless the pattern is for everything.
func names(pattern, kind string) bool {
	before, _, _ := strings.Cut(pattern, "/")
	return strings.Trim(pattern, "*") != "" && MatchesFold(before, kind)
}
