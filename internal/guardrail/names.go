// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// Name is a name in IAM that an object of a namespace asks for.
type Name struct {
	// Entity is what has the name in IAM.
	Entity Entity
	// Kind is the object's kind.
	Kind string
	// Namespace is the object's namespace.
	Namespace string
	// Value is the name in IAM.
	Value string
	// Field is the field of the object that sets the name.
	Field string
	// Object is the object's name where that, with the account's naming, makes the name in IAM; else empty.
	Object string
	// Path is that of a role in IAM, as far as it is known.
	Path string
}

// Entity is a sort of thing in IAM whose names are unique among themselves.
type Entity string

// The entities that objects name.
const (
	EntityRole    Entity = "role"
	EntityProfile Entity = "instance profile"
	EntityPolicy  Entity = "policy"
)

// Right is by what right an object may have a name. A higher one wins over a lower one.
type Right int

const (
	// RightNone needs a rule of the account that is not there.
	RightNone Right = iota
	// RightFree is that to a name which begins with no namespace's name.
	RightFree
	// RightRule is given by a rule of the account.
	RightRule
	// RightHome is that of the namespace with whose name the name begins.
	RightHome
)

// Right returns by what right the object may have the name in an account. Names are compared without regard to case,
// as IAM compares them.
func (n Name) Right(account *v1alpha1.AWSAccountSpec) Right {
	naming, reserved := desired.NamingOf(account), n.reserved() != ""
	_, hasHome := naming.Home(n.Value)
	switch {
	case !reserved && naming.Gives(n.Namespace, n.Value):
		return RightHome
	case n.ruled(account, reserved):
		return RightRule
	case !reserved && !naming.Custom() && strings.Contains(n.Value, "_") && !hasHome:
		return RightFree
	}
	return RightNone
}

// ruled reports whether a rule of the account gives the namespace the name. A rule for adoption is one too: whoever may
// take over what is there may also make what is not.
func (n Name) ruled(account *v1alpha1.AWSAccountSpec, reserved bool) bool {
	if account == nil {
		return false
	}
	matches := func(namespaces []v1alpha1.NamespaceName, pattern string) bool {
		return slices.Contains(namespaces, v1alpha1.NamespaceName(n.Namespace)) && n.matches(pattern, reserved)
	}
	if account.Guardrails != nil && slices.ContainsFunc(account.Guardrails.Names, func(r v1alpha1.NameRule) bool {
		return (len(r.Kinds) == 0 || slices.Contains(r.Kinds, v1alpha1.NamedKind(n.Kind))) &&
			NamePatternAdvice(string(r.NamePattern)) == "" && matches(r.Namespaces, string(r.NamePattern))
	}) {
		return true
	}
	return account.Adoption != nil && slices.ContainsFunc(account.Adoption.Allow, func(r v1alpha1.AdoptionRule) bool {
		return matches(r.Namespaces, r.NamePattern)
	})
}

// matches reports whether a rule's pattern gives the name. A reserved name must be spelt out as far as it is reserved.
func (n Name) matches(pattern string, reserved bool) bool {
	pattern = strings.ReplaceAll(pattern, desired.NamespacePlaceholder, n.Namespace)
	if !desired.MatchesFold(pattern, n.Value) {
		return false
	}
	literal, _, _ := strings.Cut(strings.ReplaceAll(pattern, "?", "*"), "*")
	spelt := strings.TrimRight(n.reserved(), "*")
	return !reserved || len(literal) >= len(spelt) && strings.EqualFold(literal[:len(spelt)], spelt)
}

// NamePatternAdvice says what is wrong with the pattern of a rule for names, or nothing.
func NamePatternAdvice(pattern string) string {
	return desired.PlaceholderAdvice(pattern, "{namespace}_* or team.{namespace}.*")
}

// reservedNames are names of entities with far-reaching permissions that AWS's own services and tools create under
// well-known names. A rule opens them only if it spells them out. Sources: "Accessing member accounts in an
// organization", "Referencing permission sets in resource policies", "Roles in AWS Control Tower", "Grant self-managed
// permissions" (StackSets), "Customize AWS CDK bootstrapping", "IAM roles for Amazon EMR", "Create the dms-vpc-role".
var reservedNames = []string{
	"AWSReservedSSO_*", "AWSServiceRoleFor*", "OrganizationAccountAccessRole", "AWSControlTower*", "aws-controltower-*",
	"AWSCloudFormationStackSet*", "stacksets-exec-*", "cdk-*", "AWS-QuickSetup-*", "AWS-SystemsManager-*",
	"AWSAccelerator*", "AWSBackupDefaultServiceRole", "EMR_*DefaultRole*", "dms-vpc-role", "dms-cloudwatch-logs-role",
	"dms-access-for-endpoint", "AmazonSSMRoleFor*", "aws-elasticbeanstalk-*", "aws-opsworks-*", "aws-ec2-spot-fleet-*",
	"AWSDataLifecycleManagerDefault*", "AWSGlueServiceRole*", "AWSCodePipelineServiceRole*",
}

// reserved returns the pattern that reserves the name, or nothing.
func (n Name) reserved() string {
	i := slices.IndexFunc(reservedNames, func(pattern string) bool { return desired.MatchesFold(pattern, n.Value) })
	if i < 0 {
		return ""
	}
	literal, _, wild := strings.Cut(reservedNames[i], "*")
	if wild {
		return literal + "*"
	}
	return literal
}

// Advice says why the object may not have a name that it has no right to, and which rule would give it.
func (n Name) Advice(account *v1alpha1.AWSAccount) string {
	naming := desired.NamingOf(&account.Spec)
	if naming.Malformed() && n.reserved() == "" {
		return fmt.Sprintf("%s: the name %s needs a pattern of names that can be read: ask the owner of AWSAccount %s to "+
			"correct spec.guardrails.defaultNamePattern", n.Field, n.Value, account.Name)
	}
	why := fmt.Sprintf("the name %s does not %s", n.Value, naming.Names(n.Namespace))
	if home, found := naming.Home(n.Value); found && home != n.Namespace {
		why = fmt.Sprintf("the name %s belongs to namespace %s", n.Value, home)
	}
	if n.reserved() != "" {
		why = fmt.Sprintf("the name %s is one that AWS's own services and tools use", n.Value)
	}
	return fmt.Sprintf("%s: %s; choose names that %s in a new object, or ask the owner of AWSAccount %s to add the rule "+
		"{namespaces: [%s], kinds: [%s], namePattern: %q} to spec.guardrails.names",
		n.Field, why, naming.Names(n.Namespace), account.Name, n.Namespace, n.Kind, n.Value)
}
