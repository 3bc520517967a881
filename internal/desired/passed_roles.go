// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// passedRoles are the ARNs of grants.passRoles, each once.
func (b *builder) passedRoles(path *field.Path, list []v1alpha1.PassedRole) []string {
	var arns []string
	for i, passed := range list {
		var arn string
		at := path.Index(i)
		switch {
		case (passed.RoleRef != nil) == (passed.ARN != ""):
			b.refuse(field.Invalid(at, field.OmitValueType{},
				"give exactly one of roleRef, which is an ECSRole in this namespace, and arn"))
			continue
		case passed.RoleRef != nil:
			arn = b.passedByName(at.Child("roleRef", "name"), passed.RoleRef.Name)
		default:
			arn = b.passedByARN(at.Child("arn"), string(passed.ARN))
		}
		if arn != "" && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	return arns
}

func (b *builder) passedByName(path *field.Path, name string) string {
	ref, ok := b.in.RoleRefs[name]
	switch {
	case !ok:
		b.await(path, v1alpha1.KindECSRole, name, notThere)
		return ""
	case !slices.Contains(b.kind.Passes.Types, ref.Type):
		b.refuse(field.Invalid(path, name, b.typeAdvice(ref.Type)))
	case !strings.HasPrefix(ref.ARN, b.rolePrefix()):
		b.refuse(field.Invalid(path, name, "is in another AWS account, and a role can pass only roles of its own: name an "+
			"ECSRole whose accountRef is the same"))
	case ref.Unready != "":
		b.await(path, v1alpha1.KindECSRole, name, ref.Unready)
	}
	if ref.Disowned {
		return ""
	}
	return ref.ARN
}

func (b *builder) typeAdvice(kind v1alpha1.RoleType) string {
	return fmt.Sprintf("is of type %s, which %s does not take: name a role of type %s",
		kind, b.kind.Passes.Service, strings.Join(plain(b.kind.Passes.Types), " or "))
}

func (b *builder) rolePrefix() string {
	return "arn:" + b.in.Partition + ":iam::" + b.in.AccountID + ":role/"
}

// passedByARN takes roles of the namespace only: whoever may pass a role can act as it.
func (b *builder) passedByARN(path *field.Path, raw string) string {
	arn := b.arn(path, raw, roleForm)
	if arn == "" {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(b.in.RoleRefs)) {
		if b.in.RoleRefs[name].ARN == arn {
			return b.passedByName(path, name)
		}
	}
	if !b.in.ownName(lastPart(arn)) {
		b.refuse(field.Forbidden(path, fmt.Sprintf("role %s does not belong to this namespace: whoever passes a role can "+
			"act as it, so that only roles are allowed whose names %s, and those of ECSRoles here", lastPart(arn),
			b.in.naming().Names(b.in.Role.Namespace))))
	}
	return arn
}

// passes reports whether the object may have passRoles at all.
func (b *builder) passes() bool {
	capability := b.kind.Passes.Capability
	return capability == "" || slices.Contains(b.spec.Capabilities, capability)
}
