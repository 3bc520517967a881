// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Policy is what one ECSPolicy stands for in IAM.
type Policy struct {
	// Absent says that the policy must not exist. Then only ARN, name and roles of Policy, the owners in Claim
	// and Ignore count.
	Absent bool
	// Policy is the policy as it should be, with the owner tag among its tags. Users and Groups are to have it attached;
	// Roles may have it attached, which is their own affair, and no other role may.
	Policy iam.Policy
	// AccountTags are the keys of the tags that the account sets, sorted.
	AccountTags []string
	// PathFixed says that the spec sets the path. Otherwise an existing policy keeps the path it has.
	PathFixed bool
	// Claim says whose the policy is to be, and what was consented to.
	ownership.Claim
	// Ignore lists patterns of what others may add.
	Ignore PolicyIgnore
	// Findings are what checks say of the statements.
	Findings []Finding
	// Forbidden are the attachments that the account does not allow; they are not among those of Policy.
	Forbidden field.ErrorList
}

// BuildPolicy gives the policy that the object stands for. The error is an aggregate of one *field.Error for each
// thing that is wrong, as of Build.
func BuildPolicy(in PolicyInputs) (Policy, error) {
	if in.Policy == nil || in.AccountID == "" || in.Partition == "" || in.ClusterID == "" {
		return Policy{}, errors.New("building the desired policy: object, account id, partition and cluster id must be known")
	}
	b := newPolicyBuilder(in)
	built := b.buildPolicy()
	if len(b.errs) > 0 {
		return Policy{}, append(b.errs, b.forbidden...).ToAggregate()
	}
	built.Forbidden = b.forbidden
	return built, nil
}

// AbsentPolicy is what a deleted object stands for: no policy under its name. It asks for no valid spec.
func AbsentPolicy(in PolicyInputs) Policy {
	absent := Policy{Absent: true}
	if in.Policy == nil {
		return absent
	}
	absent.Policy = iam.Policy{
		Name: PolicyName(in.Policy, in.Account), Roles: in.Roles,
		ARN: PolicyARN(in.Policy, in.Account, in.AccountID, in.Partition),
	}
	absent.Owner, absent.FormerOwners = policyOwners(in)
	absent.Ignore = policyIgnore(in.Policy)
	return absent
}

func (b *policyBuilder) buildPolicy() Policy {
	name := b.policyName()
	path := b.checkedPath()
	built := Policy{
		Policy: iam.Policy{
			Name: name, Path: path, ARN: PolicyARN(b.object, b.from.Account, b.from.AccountID, b.from.Partition),
			Description: b.policyDescription(), Tags: b.policyTags(), Document: b.document(), Roles: b.from.Roles,
		},
		AccountTags: b.accountTags(),
		PathFixed:   b.object.Spec.Path != "",
		Claim:       b.policyClaim(name),
		Ignore:      b.checkedIgnore(),
	}
	built.Findings = b.findings
	built.Policy.Users, built.Policy.Groups = b.attachTo()
	oneOf(&b.base, specPath.Child("deletionPolicy"), b.object.Spec.DeletionPolicy,
		v1alpha1.DeletionDelete, v1alpha1.DeletionRetain)
	oneOf(&b.base, specPath.Child("reconcilePolicy"), b.object.Spec.ReconcilePolicy,
		v1alpha1.ReconcileEnforce, v1alpha1.ReconcileObserve)
	return built
}

func (b *policyBuilder) policyClaim(name string) ownership.Claim {
	owner, former := policyOwners(b.from)
	b.checkFormerClusters(b.from.ClusterID)
	return ownership.Claim{
		Owner: owner, FormerOwners: former,
		Adoption: adoptionOf(b.policyAdoption()), AdoptionAllowed: b.mayAdopt(name),
	}
}

func (b *policyBuilder) policyAdoption() v1alpha1.AdoptionPolicy {
	return oneOf(&b.base, specPath.Child("adoptionPolicy"), b.object.Spec.AdoptionPolicy,
		v1alpha1.AdoptionNever, v1alpha1.AdoptionIfEqual, v1alpha1.AdoptionAdopt)
}

func (b *policyBuilder) policyName() string {
	metadata, path, name := field.NewPath("metadata"), specPath.Child("policyName"), PolicyName(b.object, b.from.Account)
	if b.object.Name == "" {
		b.refuse(field.Required(metadata.Child("name"), "the object needs a name"))
	}
	if b.object.Namespace == "" {
		b.refuse(field.Required(metadata.Child("namespace"), "the owner tag and the default policy name need the namespace"))
	}
	if n := len(b.object.Name); n > objectNameLength {
		b.refuse(field.Invalid(metadata.Child("name"), b.object.Name, fmt.Sprintf(
			"is %d characters long, the limit is %d: choose a shorter name, and spec.policyName for the name in IAM",
			n, objectNameLength)))
	}
	if b.object.Name != "" && b.object.Namespace != "" {
		b.checkName(path, name, "a policy name", iam.PolicyNameLength)
	}
	return name
}

// policyPathText is IAM's pattern of the path of managed policies, which is stricter than that of roles.
var policyPathText = lazyregexp.New(`^((/[A-Za-z0-9.,+@=_-]+)*)/$`)

func (b *policyBuilder) checkedPath() string {
	value, path := policyPath(b.object, b.from.Account)
	switch {
	case len(value) > pathLength:
		b.refuse(field.Invalid(path, value, fmt.Sprintf(
			"is %d characters long, IAM's limit is %d: choose a shorter path", len(value), pathLength)))
	case !policyPathText.MatchString(value):
		b.refuse(field.Invalid(path, value, "the path of a policy begins and ends with a slash, such as / or /ecs/, and "+
			"holds letters, digits and .,+@=_- between single slashes: set spec.path"))
	case strings.HasPrefix(value, "/aws-service-role/") || strings.HasPrefix(value, "/aws-reserved/"):
		b.refuse(field.Invalid(path, value, "the paths /aws-service-role/ and /aws-reserved/ belong to AWS: choose another"))
	}
	return value
}

// policyDescription has no pattern in IAM's model. Quotation marks and dashes outside Latin-1 are refused as for roles,
// because a description can never be corrected.
func (b *policyBuilder) policyDescription() string {
	return b.checkedDescription(b.object.Spec.Description)
}

// document is the rendered policy.
func (b *policyBuilder) document() string {
	path := specPath.Child("statements")
	if len(b.object.Spec.Statements) == 0 {
		b.refuse(field.Required(path, "a managed policy has at least one statement"))
		return ""
	}
	statements := b.statements(path, b.object.Spec.Statements)
	doc := policy.Document{Version: policy.Version2012, Statements: statements}
	b.checkDocument(&doc, policy.ManagedPolicy, func(p policy.Problem) *field.Path {
		if p.Statement < 0 {
			return path
		}
		return problemPath(path.Index(p.Statement), p, &doc.Statements[p.Statement])
	})
	b.find(&doc, policy.ManagedPolicy, 0, len(statements), path)
	text := doc.Render()
	if n := policy.Size(text); n > iam.ManagedPolicySize {
		b.refuse(field.Invalid(path, field.OmitValueType{}, fmt.Sprintf(
			"the policy has %d counted characters, IAM's limit is %d: use wildcards, or split it into two ECSPolicies",
			n, iam.ManagedPolicySize)))
	}
	return string(text)
}
