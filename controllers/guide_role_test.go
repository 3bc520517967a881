// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// What AWS's console and the older pages of its guides write: version 2008-10-17, empty Sids, and ArnEquals or one value
// without a list where the controller writes ArnLike and lists.
const (
	consoleTrustOfTasks = `{"Version": "2008-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
		"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	guideTrustOfTasks = `{"Version": "2008-10-17", "Statement": {"Sid": "", "Effect": "Allow",
		"Principal": {"Service": ["ecs-tasks.amazonaws.com"]}, "Action": "sts:AssumeRole", "Condition": {
			"ArnEquals": {"aws:SourceArn": "arn:aws:ecs:*:111122223333:*"},
			"StringEquals": {"aws:SourceAccount": "111122223333"}}}}`
	consoleTrustOfInstances = `{"Version": "2008-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
		"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	guideInline = `{"Version": "2008-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:GetObject",
		"Resource": ["arn:aws:s3:::config/*"]}}`

	executionPolicy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
	instancePolicy  = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
)

func takesProfile(ctx context.Context, c *sdk.Client, role string) error {
	_, err := c.AddRoleToInstanceProfile(ctx, &sdk.AddRoleToInstanceProfileInput{InstanceProfileName: &role, RoleName: &role})
	return err
}

var _ = Describe("a role that was made by hand after AWS's guide", func() {
	reads := func(r *v1alpha1.ECSRole) {
		r.Spec.Statements = []v1alpha1.Statement{{
			Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
			Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::config/*"},
		}}
	}
	DescribeTable("is taken over under IfEqual with nothing but the owner tag, and never written again",
		func(ctx context.Context, kind v1alpha1.RoleType, change func(*v1alpha1.ECSRole), want []string, made ...edit) {
			w := newWorld(ctx, consenting("legacy-*"))
			w.others(ctx, "legacy-app", made...)
			before := w.iamRole("legacy-app")
			role := w.role("app", kind, legacy(v1alpha1.AdoptionIfEqual), change)
			Expect(api.Create(ctx, role)).To(Succeed())
			w.settle(ctx, role)

			expectReady(role)
			Expect(w.writes()).To(Equal(want))
			Expect(w.events.reasons()).To(Equal([]string{"Adopted"}))
			after := w.iamRole("legacy-app")
			Expect(after.ID).To(Equal(before.ID))
			Expect(after.TrustPolicy).To(Equal(before.TrustPolicy), "as it was written")
			w.expectNothingToDo(ctx, role)
		},
		Entry("the task execution role of the console", v1alpha1.RoleTypeTaskExecution, func(*v1alpha1.ECSRole) {},
			[]string{"TagRole"}, creates(consoleTrustOfTasks), attaches(executionPolicy)),
		Entry("a task role with the conditions of the guide", v1alpha1.RoleTypeTask, func(*v1alpha1.ECSRole) {},
			[]string{"TagRole"}, creates(guideTrustOfTasks)),
		Entry("a task role with an inline policy", v1alpha1.RoleTypeTask, reads,
			[]string{"TagRole"}, creates(guideTrustOfTasks), putsInline(v1alpha1.DefaultInlinePolicyName, guideInline)),
		Entry("the container instance role of the console, with its profile", v1alpha1.RoleTypeContainerInstance,
			func(*v1alpha1.ECSRole) {}, []string{"TagRole", "TagInstanceProfile"},
			creates(consoleTrustOfInstances), attaches(instancePolicy), createsProfile(), takesProfile),
	)
})
