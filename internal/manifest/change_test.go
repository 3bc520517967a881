// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

func TestChangesOfImmutableFieldsAreRefusedWithWhatToDo(t *testing.T) {
	role := func(spec v1alpha1.ECSRoleSpec) *v1alpha1.ECSRole {
		if spec.Type == "" {
			spec.Type = v1alpha1.RoleTypeTask
		}
		spec.AccountRef.Name = "default"
		object := &v1alpha1.ECSRole{Spec: spec}
		object.Name = "x"
		return object
	}
	account := func(id string) *v1alpha1.AWSAccount {
		object := &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{
			AccountID: id, ControllerName: "ecsiam.dev/controller",
		}}
		object.Name = "x"
		return object
	}
	named, plain := role(v1alpha1.ECSRoleSpec{RoleName: "x_y"}), role(v1alpha1.ECSRoleSpec{})
	for name, c := range map[string]struct {
		kind          string
		before, after runtime.Object
		field, says   string
	}{
		"another type": {
			v1alpha1.KindECSRole, plain, role(v1alpha1.ECSRoleSpec{Type: v1alpha1.RoleTypeTaskExecution}), "spec.type",
			"type is immutable: create a new ECSRole, move its users over, then delete this one",
		},
		"a name that is set":     {v1alpha1.KindECSRole, plain, named, "spec.roleName", "roleName is immutable"},
		"a name that is removed": {v1alpha1.KindECSRole, named, plain, "spec.roleName", "roleName is immutable"},
		"another account": {
			v1alpha1.KindAWSAccount, account("111122223333"), account("444455556666"), "spec.accountID",
			"create a new AWSAccount for the other account",
		},
		"nothing": {v1alpha1.KindECSRole, named, named, "", ""},
		"what may change": {
			v1alpha1.KindECSRole, plain, role(v1alpha1.ECSRoleSpec{Description: "x"}), "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			errs, err := manifest.RefusedChange(t.Context(), c.kind, c.before, c.after)
			g.Expect(err).NotTo(HaveOccurred())
			if c.field == "" {
				g.Expect(errs).To(BeEmpty())
				return
			}
			g.Expect(errs).To(HaveLen(1))
			g.Expect(errs[0].Field).To(Equal(c.field))
			g.Expect(errs[0].Error()).To(ContainSubstring(c.says))
		})
	}
}
