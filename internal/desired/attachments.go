// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// maxAttachments is the most that the quota of managed policies per role can be raised to.
const maxAttachments = 25

// attached are the policies of the type and those of the object, each once.
func (b *builder) attached() []string {
	arns := b.kind.PolicyARNs(roletype.AttachSettings{
		Partition: b.in.Partition,
		Defaults: oneOf(&b.base, specPath.Child("defaultManagedPolicies"), b.spec.DefaultManagedPolicies,
			v1alpha1.DefaultManagedPoliciesAuto, v1alpha1.DefaultManagedPoliciesAttach, v1alpha1.DefaultManagedPoliciesOmit),
		Capabilities: b.capabilities(),
		CodeDeploy:   b.codeDeploy(),
		Replaced:     b.replaced(),
	})
	ofType := len(arns)
	path, declared := specPath.Child("managedPolicies"), map[string]int{}
	for i := range b.spec.ManagedPolicies {
		at, arn := b.managedPolicy(path.Index(i), b.spec.ManagedPolicies[i])
		if arn == "" {
			continue
		}
		if first, twice := declared[policyKey(arn)]; twice {
			b.refuseOnce(field.Invalid(at, arn, fmt.Sprintf(
				"managedPolicies[%d] is the same policy: remove one of the two", first)))
			continue
		}
		declared[policyKey(arn)] = i
		if slices.Contains(arns, arn) {
			continue
		}
		if twin := slices.IndexFunc(arns[:ofType], func(a string) bool { return strings.EqualFold(a, arn) }); twin >= 0 {
			b.refuse(field.Invalid(at, arn, fmt.Sprintf(
				"differs by case only from %s, which the type %s attaches: remove it", arns[twin], b.spec.Type)))
			continue
		}
		arns = append(arns, arn)
	}
	b.checkAttachmentQuota(path, ofType, len(arns)-ofType)
	return arns
}

// policyKey is equal for ARNs of which at most one can exist: the name of a policy is unique in an account, whatever
// its path and case. AWS's own policies are told apart by their paths too.
func policyKey(arn string) string {
	prefix, resource, _ := strings.Cut(arn, ":policy/")
	if !strings.HasSuffix(prefix, ":aws") {
		resource = resource[strings.LastIndexByte(resource, '/')+1:]
	}
	return strings.ToLower(prefix + ":" + resource)
}

// checkAttachmentQuota refuses more policies than the account lets a role have, before the first is attached.
func (b *builder) checkAttachmentQuota(path *field.Path, ofType, own int) {
	n, quota := ofType+own, b.in.Quotas.AttachedPoliciesPerRole
	counted := fmt.Sprintf(
		"these are %d managed policies, %d of the type %s and %d listed here", n, ofType, b.spec.Type, own)
	switch {
	case n > max(maxAttachments, quota):
		b.refuse(field.Invalid(path, field.OmitValueType{}, fmt.Sprintf(
			"%s, and IAM attaches at most %d to a role: merge some", counted, max(maxAttachments, quota))))
	case quota > 0 && n > quota:
		b.exceed(field.Invalid(path, field.OmitValueType{}, fmt.Sprintf("%s, and the account's quota \"Managed policies per "+
			"role\" is %d: merge some into one ECSPolicy, move permissions to spec.statements, or have AWS raise the quota",
			counted, quota)))
	}
}

// managedPolicy is the ARN of a policy to attach, empty beside an error, and the field that it comes from.
func (b *builder) managedPolicy(path *field.Path, p v1alpha1.ManagedPolicy) (*field.Path, string) {
	if (p.ARN != "") == (p.PolicyRef != nil) {
		b.refuse(field.Invalid(path, field.OmitValueType{},
			"give exactly one of arn and policyRef, which is an ECSPolicy in this namespace"))
		return path, ""
	}
	if p.PolicyRef != nil {
		path = path.Child("policyRef", "name")
		return path, b.referredPolicy(path, p.PolicyRef.Name)
	}
	path = path.Child("arn")
	return path, b.policyARN(path, string(p.ARN))
}

// capabilities of an Infrastructure role; other types have none.
func (b *builder) capabilities() []v1alpha1.InfrastructureCapability {
	path, list := specPath.Child("capabilities"), b.spec.Capabilities
	const advice = "type Infrastructure needs capabilities, a list of Volumes, ServiceConnectTLS, VPCLattice, " +
		"ManagedInstances, LoadBalancers, ExpressGateway; other types have none"
	switch takes := len(b.kind.Capabilities) > 0; {
	case b.known && takes && len(list) == 0:
		b.refuse(field.Required(path, advice))
	case b.known && !takes && len(list) > 0:
		b.refuse(field.Forbidden(path, advice))
		return nil
	}
	for i, capability := range list {
		if !slices.Contains(roletype.Capabilities(), capability) {
			b.refuse(field.NotSupported(path.Index(i), capability, roletype.Capabilities()))
		} else if slices.Contains(list[:i], capability) {
			b.refuse(field.Duplicate(path.Index(i), capability))
		}
	}
	return list
}

func (b *builder) codeDeploy() v1alpha1.CodeDeployManagedPolicy {
	path, settings := specPath.Child("codeDeploy"), b.spec.CodeDeploy
	if settings == nil {
		return v1alpha1.CodeDeployFull
	}
	if b.known && len(b.kind.Limited) == 0 {
		b.refuse(field.Forbidden(path, "codeDeploy belongs to the type CodeDeploy: remove it"))
	}
	return oneOf(&b.base, path.Child("managedPolicy"), settings.ManagedPolicy,
		v1alpha1.CodeDeployFull, v1alpha1.CodeDeployLimited)
}

// boundary is that of the account, which every role has, or the spec's. That the spec's is another one is for the
// guardrails to say.
func (b *builder) boundary() string {
	if g := b.account.Guardrails; g != nil && g.PermissionsBoundary != "" {
		if arn, err := b.values.expand(g.PermissionsBoundary); err == nil {
			return arn
		}
	}
	if b.spec.PermissionsBoundary == "" {
		return ""
	}
	return b.policyARN(specPath.Child("permissionsBoundary"), string(b.spec.PermissionsBoundary))
}

// referredPolicy is the ARN of an ECSPolicy.
func (b *builder) referredPolicy(path *field.Path, name string) string {
	ref, ok := b.in.PolicyRefs[name]
	switch {
	case name == "":
		b.refuse(field.Required(path, "name an ECSPolicy in this namespace"))
	case !ok:
		b.await(path, v1alpha1.KindECSPolicy, name, notThere)
	case b.policyARNAdvice(ref.ARN) != "":
		b.refuse(field.Invalid(path, name, b.policyARNAdvice(ref.ARN)))
	case ref.Unready != "":
		b.await(path, v1alpha1.KindECSPolicy, name, ref.Unready)
	}
	return ref.ARN
}
