// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

func TestInstanceProfile(t *testing.T) {
	checkout := func(w *desired.Role) {
		w.Profile = &iam.InstanceProfile{Name: "checkout", Path: "/ecs/", Tags: map[string]string{v1alpha1.TagOwner: owner}}
	}
	adopt := func(mode ownership.Adoption) func(*desired.Role) {
		return func(w *desired.Role) {
			checkout(w)
			w.Adoption, w.AdoptionAllowed = mode, true
		}
	}
	drift := func(o *iam.Observation) { o.Role.InlinePolicies["by-hand"] = rules("*") }
	check(t, map[string]example{
		"a profile that is as desired asks for nothing": {want: checkout},
		"a name that differs in case is the same role": {
			want: checkout,
			got:  func(o *iam.Observation) { o.Profile.RoleName = "Payments_Checkout" },
		},
		"a profile that is missing is made and the role put into it": {
			want:  checkout,
			got:   func(o *iam.Observation) { o.Profile = nil },
			lines: []string{"create instance profile checkout", "add the role to instance profile checkout"},
			needs: [][]int{nil, {0}},
		},
		"the role goes back into a profile that lost it": {
			want: checkout,
			got: func(o *iam.Observation) {
				o.Profile.RoleName, o.Profile.Tags["left"] = "", "x"
			},
			lines: []string{"remove tags left of instance profile checkout", "add the role to instance profile checkout"},
			needs: [][]int{nil, nil},
		},
		"a role that was deleted is made again before it goes into the profile": {
			want: checkout,
			got: func(o *iam.Observation) {
				o.Role, o.Profile.RoleName = nil, ""
			},
			lines: []string{"create role payments_checkout", "add the role to instance profile checkout"},
			needs: [][]int{nil, {0}},
		},
		"someone else's profile is left alone and does not stop the role": {
			want: checkout,
			got: func(o *iam.Observation) {
				drift(o)
				o.Profile.Tags[v1alpha1.TagOwner], o.Profile.RoleName = otherOwner, ""
			},
			lines: []string{
				"delete inline policy by-hand",
				"add the role to instance profile checkout (withheld: instance profile checkout is not available: choose another " +
					"name in a new object, or ask the operator of the controller, whose log names the owner)",
			},
		},
		"an untagged profile is left alone and does not stop the role": {
			want: checkout,
			got: func(o *iam.Observation) {
				drift(o)
				o.Profile.Tags, o.Profile.RoleName = nil, ""
			},
			lines: []string{
				"delete inline policy by-hand",
				"add the role to instance profile checkout (withheld: instance profile checkout exists already without the tag " +
					"ecsiam.dev/owner: choose another name in a new object, delete it in AWS, or set adoptionPolicy to IfEqual or Adopt. " +
					"If it is this object's and the tag was removed, set the tag to blue/payments/checkout again)",
			},
		},
		"a foreign role is not taken out of our profile, and the profile stays as it is": {
			want: checkout,
			got: func(o *iam.Observation) {
				drift(o)
				o.Profile.RoleName, o.Profile.Tags["left"] = "stranger", "x"
			},
			lines: []string{
				"delete inline policy by-hand",
				"add the role to instance profile checkout (withheld: instance profile checkout holds the role stranger: " +
					"take that role out of it in AWS, or name another profile in a new object)",
			},
		},
		"an adopted profile is claimed before anything else is done to it": {
			want: adopt(ownership.AdoptAny),
			got:  func(o *iam.Observation) { o.Profile.RoleName, o.Profile.Tags = "", map[string]string{"left": "x"} },
			lines: []string{
				"set tags ecsiam.dev/owner of instance profile checkout", "remove tags left of instance profile checkout",
				"add the role to instance profile checkout",
			},
			needs:  [][]int{nil, {0}, {0}},
			adopts: true,
		},
		"IfEqual takes a profile that lacks nothing but the owner tag": {
			want:   adopt(ownership.AdoptIfEqual),
			got:    func(o *iam.Observation) { o.Profile.Tags = map[string]string{v1alpha1.TagReleased: owner} },
			lines:  []string{"set tags ecsiam.dev/owner of instance profile checkout", "remove tags ecsiam.dev/released of instance profile checkout"},
			needs:  [][]int{nil, {0}},
			adopts: true,
		},
		"a profile that this object released is taken back without any consent": {
			want:   checkout,
			got:    func(o *iam.Observation) { o.Profile.Tags = map[string]string{v1alpha1.TagReleased: owner} },
			lines:  []string{"set tags ecsiam.dev/owner of instance profile checkout", "remove tags ecsiam.dev/released of instance profile checkout"},
			needs:  [][]int{nil, {0}},
			adopts: true,
		},
		"IfEqual leaves a profile without the role alone": {
			want: adopt(ownership.AdoptIfEqual),
			got:  func(o *iam.Observation) { o.Profile.Tags, o.Profile.RoleName = nil, "" },
			lines: []string{
				"add the role to instance profile checkout (withheld: instance profile checkout exists already and differs from the spec, " +
					"and adoptionPolicy is IfEqual: make them equal, or set Adopt. The difference: set tags ecsiam.dev/owner of instance " +
					"profile checkout; add the role to instance profile checkout)",
			},
		},
		"a foreign role in a profile that may be adopted keeps it from being adopted": {
			want: adopt(ownership.AdoptAny),
			got:  func(o *iam.Observation) { o.Profile.Tags, o.Profile.RoleName = nil, "stranger" },
			lines: []string{
				"add the role to instance profile checkout (withheld: instance profile checkout holds the role stranger: " +
					"take that role out of it in AWS, or name another profile in a new object)",
			},
		},
		"the hold tag of the profile does not stop the role": {
			want: checkout,
			got: func(o *iam.Observation) {
				drift(o)
				o.Profile.RoleName, o.Profile.Tags[v1alpha1.TagHold] = "", ""
			},
			lines: []string{
				"delete inline policy by-hand",
				"add the role to instance profile checkout (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)",
			},
		},
		"the hold tag of the role stops both": {
			want: checkout,
			got: func(o *iam.Observation) {
				drift(o)
				o.Profile.RoleName, o.Role.Tags[v1alpha1.TagHold] = "", ""
			},
			lines: []string{
				"delete inline policy by-hand (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)",
				"add the role to instance profile checkout (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)",
			},
		},
	})
}
