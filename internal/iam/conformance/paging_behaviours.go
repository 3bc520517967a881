// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var pagingBehaviours = []behaviour{
	{name: "ListRoles pages by MaxItems and Marker, and shows each role once", prove: func(s *scenario) {
		want := make([]string, 0, 5)
		for i := range cap(want) {
			role := s.role(fmt.Sprint("r", i), func(in *iam.CreateRoleInput) { in.Path = aws.String("/" + s.prefix + "/") })
			want = append(want, aws.ToString(role.RoleName))
		}
		var got []string
		var marker *string
		for pages := 1; ; pages++ {
			out, err := s.iam.ListRoles(s.ctx, &iam.ListRolesInput{
				PathPrefix: aws.String("/" + s.prefix), MaxItems: aws.Int32(2), Marker: marker,
			})
			s.ok(err, "listing roles")
			for _, role := range out.Roles {
				got = append(got, aws.ToString(role.RoleName))
			}
			equal(s, fmt.Sprintf("whether page %d is the last", pages), !out.IsTruncated, out.Marker == nil)
			if marker = out.Marker; marker == nil || pages > 5 {
				break
			}
		}
		slices.Sort(got)
		equal(s, "roles over all pages", got, want)
	}},
	{name: "attached policies page by MaxItems and Marker", prove: func(s *scenario) {
		name := s.role("r").RoleName
		for _, policy := range []string{"AmazonS3ReadOnlyAccess", "AmazonSSMManagedInstanceCore", "ReadOnlyAccess"} {
			s.ok(s.attach(name, s.awsPolicy(policy)), "attaching")
		}
		pages := iam.NewListAttachedRolePoliciesPaginator(s.iam, &iam.ListAttachedRolePoliciesInput{
			RoleName: name, MaxItems: aws.Int32(2),
		})
		var sizes []int
		for pages.HasMorePages() {
			page, err := pages.NextPage(s.ctx)
			s.ok(err, "listing")
			sizes = append(sizes, len(page.AttachedPolicies))
		}
		equal(s, "sizes of the pages", sizes, []int{2, 1})
	}},
	{name: "a marker that IAM did not give is refused", prove: func(s *scenario) {
		_, err := s.iam.ListRoles(s.ctx, &iam.ListRolesInput{Marker: aws.String("no-such-marker")})
		s.refused(err, "ValidationError")
	}},
	{name: "more than 1000 items a page are refused", prove: func(s *scenario) {
		_, err := s.iam.ListRoles(s.ctx, &iam.ListRolesInput{MaxItems: aws.Int32(1001)})
		s.refused(err, "ValidationError")
	}},
	{name: "GetAccountAuthorizationDetails pages by MaxItems", prove: func(s *scenario) {
		s.role("a")
		s.role("b")
		out, err := s.iam.GetAccountAuthorizationDetails(s.ctx, &iam.GetAccountAuthorizationDetailsInput{
			Filter: []types.EntityType{types.EntityTypeRole}, MaxItems: aws.Int32(1),
		})
		s.ok(err, "getting details")
		equal(s, "whether there is more", out.IsTruncated, true)
	}},
}
