// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Type is one type of role as Amazon ECS documents it.
type Type struct {
	// Name is the type in a manifest.
	Name v1alpha1.RoleType
	// Topic is the title of the page of the Amazon ECS Developer Guide, or of the guide that is named with it.
	Topic string
	// ConventionalName is the role name in AWS's guides, empty where they use none.
	ConventionalName string
	// Principal is the service that the trust policy names, and that the role is passed to.
	Principal Service
	// ConfusedDeputy is the condition of the trust policy.
	ConfusedDeputy ConfusedDeputy
	// ManagedPolicies are AWS's policies for every role of the type.
	ManagedPolicies []ManagedPolicy
	// Capabilities are AWS's policies by capability, for a type that has capabilities.
	Capabilities map[v1alpha1.InfrastructureCapability]ManagedPolicy
	// Limited is AWS's narrower alternative to ManagedPolicies, if there is one.
	Limited []ManagedPolicy
	// Withheld says that ManagedPolicies are attached on explicit request only, since they may pass any role of the
	// account: by default the grant Replacement is required.
	Withheld bool
	// Grants are the names of the fields of spec.grants that the type has, in the order of their statements. They follow
	// from the table of grants.
	Grants []string
	// Replacement is the grant that takes the place of ManagedPolicies by default, empty for none.
	Replacement string
	// Passes says to which service a role of the type hands other roles.
	Passes Passing
	// InstanceProfile says that the role is used through an instance profile.
	InstanceProfile bool
	// Successor is the service-linked role that made a legacy type superfluous, empty for others.
	Successor string
}

// Service is the name of a service principal, which some partitions spell differently.
type Service struct {
	// Default is the name in every partition that Partitions does not list.
	Default string
	// Partitions maps partitions to their own name.
	Partitions map[string]string
}

// In is the name of the service in a partition.
func (s Service) In(partition string) string {
	if name, ok := s.Partitions[partition]; ok {
		return name
	}
	return s.Default
}

// ManagedPolicy is one managed policy of AWS. Versions are never pinned: an attachment follows AWS's default version.
type ManagedPolicy struct {
	// Name is the name with its path, as it follows "policy/" in the ARN. The path matters: with a wrong one IAM knows no
	// such policy.
	Name string
	// Kept says that no grant takes the place of the policy.
	Kept bool
}

// ARN is the policy's ARN in a partition.
func (p ManagedPolicy) ARN(partition string) string {
	return "arn:" + partition + ":iam::aws:policy/" + p.Name
}

// Protection says when the trust policy carries the condition against a confused deputy.
type Protection int

// The values of Protection.
const (
	// Never is for services that do not send the condition keys: with the condition the role could not be assumed.
	Never Protection = iota
	// OptIn is for services that AWS documents no condition for. Whether they send the keys must be tried.
	OptIn
	// ByDefault is for services that AWS documents the condition for.
	ByDefault
)

// ConfusedDeputy is the shape of the condition against a confused deputy: aws:SourceAccount is the account, and
// aws:SourceArn is arn:<partition>:<Service>:<region or *>:<account>:<Resource>.
type ConfusedDeputy struct {
	When Protection
	// Service is the service part of aws:SourceArn. It is not always the first label of the principal.
	Service string
	// Resource is the resource part of aws:SourceArn, the widest that AWS supports.
	Resource string
}

// PassedToServices are the values of iam:PassedToService with which a user passes a role of the type. Where a partition
// spells the service differently both names are listed, as AWS's own policy AmazonECS_FullAccess does; so are further
// names, such as the one that the account has in place of the type's, unless they are empty.
func (t Type) PassedToServices(partition string, further ...string) []string {
	services := []string{t.Principal.Default}
	for _, name := range append([]string{t.Principal.In(partition)}, further...) {
		if name != "" && !slices.Contains(services, name) {
			services = append(services, name)
		}
	}
	return services
}
