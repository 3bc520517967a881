// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func TestTheOrderOfPrincipalsChangesBetweenReads(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	var accounts []string
	for i := range 6 {
		accounts = append(accounts, fmt.Sprintf("arn:aws:iam::%012d:root", i+1))
	}
	list, err := json.Marshal(accounts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String("r"),
		AssumeRolePolicyDocument: aws.String(strings.Replace(trust, `"Service":"ecs-tasks.amazonaws.com"`, `"AWS":`+string(list), 1)),
	})
	wantCode(t, err, "")
	seen := map[string]bool{}
	for range 20 {
		out, err := getRole(t, c, "r")
		wantCode(t, err, "")
		doc, err := url.PathUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument))
		if err != nil {
			t.Fatal(err)
		}
		seen[doc] = true
		for _, account := range accounts {
			if strings.Count(doc, account) != 1 {
				t.Errorf("got %s, want %s in it once", doc, account)
			}
		}
	}
	if len(seen) < 2 {
		t.Errorf("got %d orders in 20 reads, want several", len(seen))
	}
}

func TestPrincipalsOfOtherAccountsMustExistWhereTheAccountIsKnown(t *testing.T) {
	sim := start(t, iamsim.Options{})
	sim.AddAccount("222222222222")
	c := client(sim)
	for principal, want := range map[string]string{
		"arn:aws:iam::222222222222:role/ghost":              "MalformedPolicyDocument",
		"arn:aws:iam::999999999999:role/ghost":              "",
		"arn:aws:iam::222222222222:root":                    "",
		"arn:aws-cn:iam::222222222222:root":                 "MalformedPolicyDocument",
		"arn:aws:sts::222222222222:assumed-role/ghost/name": "",
		"arn:aws:s3:::bucket":                               "MalformedPolicyDocument",
		"arn:aws:iam::111122223333:user/operator":           "",
		"AROAAAAAAAAAAAAAAAAAA":                             "MalformedPolicyDocument",
	} {
		t.Run(principal, func(t *testing.T) {
			createRole(t, c, "r")
			_, err := c.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
				RoleName:       aws.String("r"),
				PolicyDocument: aws.String(strings.Replace(trust, `"Service":"ecs-tasks.amazonaws.com"`, `"AWS":"`+principal+`"`, 1)),
			})
			wantCode(t, err, want)
			_, err = c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("r")})
			wantCode(t, err, "")
		})
	}
}

func TestServicePrincipalsFollowThePartition(t *testing.T) {
	for _, test := range []struct{ partition, service, want string }{
		{"aws", "ec2.amazonaws.com", ""},
		{"aws", "ec2.amazonaws.com.cn", "MalformedPolicyDocument"},
		{"aws-cn", "ec2.amazonaws.com.cn", ""},
		{"aws-cn", "ecs-tasks.amazonaws.com", ""},
		{"aws-cn", "ecs-tasks.amazonaws.com.cn", "MalformedPolicyDocument"},
		{"aws-us-gov", "codedeploy.us-gov-west-1.amazonaws.com", ""},
	} {
		t.Run(test.partition+" "+test.service, func(t *testing.T) {
			sim := start(t, iamsim.Options{Partition: test.partition})
			_, err := client(sim).CreateRole(t.Context(), &iam.CreateRoleInput{
				RoleName:                 aws.String("r"),
				AssumeRolePolicyDocument: aws.String(strings.Replace(trust, "ecs-tasks.amazonaws.com", test.service, 1)),
			})
			wantCode(t, err, test.want)
		})
	}
}

func TestQuotasAreAdjustable(t *testing.T) {
	quotas := iamsim.DefaultQuotas()
	quotas.Roles, quotas.TrustPolicySize = 1, 100
	sim := start(t, iamsim.Options{Quotas: quotas})
	c := client(sim)
	_, err := tryCreateRole(t, c, "a")
	wantCode(t, err, "LimitExceeded")
	quotas.TrustPolicySize = 4096
	sim.SetQuotas(quotas)
	createRole(t, c, "a")
	_, err = tryCreateRole(t, c, "b")
	wantCode(t, err, "LimitExceeded")
	summary, err := c.GetAccountSummary(t.Context(), &iam.GetAccountSummaryInput{})
	wantCode(t, err, "")
	got := map[string]int32{}
	for _, key := range []string{"AssumeRolePolicySizeQuota", "Roles", "RolesQuota"} {
		got[key] = summary.SummaryMap[key]
	}
	want := map[string]int32{"AssumeRolePolicySizeQuota": 4096, "Roles": 1, "RolesQuota": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the summary differs (-want +got):\n%s", diff)
	}
}

func TestAServiceLinkedRoleThatIsInUseIsNotDeleted(t *testing.T) {
	sim := start(t, iamsim.Options{})
	c := client(sim)
	_, err := c.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String("ecs.amazonaws.com"),
	})
	wantCode(t, err, "")
	cluster := "arn:aws:ecs:eu-west-1:111122223333:cluster/shop"
	sim.SetServiceLinkedRoleUsage("AWSServiceRoleForECS", iamsim.RegionUsage{Region: "eu-west-1", Resources: []string{cluster}})
	first, statuses := deleteServiceLinked(t, c)
	if diff := cmp.Diff([]string{"NOT_STARTED", "IN_PROGRESS", "FAILED"}, statuses); diff != "" {
		t.Errorf("statuses differ (-want +got):\n%s", diff)
	}
	out, err := c.GetServiceLinkedRoleDeletionStatus(t.Context(), &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: &first})
	wantCode(t, err, "")
	if usage := out.Reason.RoleUsageList; len(usage) != 1 || !slices.Equal(usage[0].Resources, []string{cluster}) {
		t.Errorf("got the usage %v, want %s", usage, cluster)
	}
	sim.SetServiceLinkedRoleUsage("AWSServiceRoleForECS")
	sim.SetServiceLinkedRoleDeletionPolls(0)
	second, statuses := deleteServiceLinked(t, c)
	if second == first {
		t.Error("a deletion after a failed one has the old task")
	}
	if diff := cmp.Diff([]string{"SUCCEEDED"}, statuses); diff != "" {
		t.Errorf("statuses differ (-want +got):\n%s", diff)
	}
	if !sim.In(sim.AccountID()).Empty() {
		t.Error("the role is still there")
	}
}

// deleteServiceLinked deletes the role of ECS and returns the task and every status until the end.
func deleteServiceLinked(t *testing.T, c *iam.Client) (string, []string) {
	t.Helper()
	out, err := c.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: aws.String("AWSServiceRoleForECS")})
	wantCode(t, err, "")
	var statuses []string
	for range 5 {
		status, err := c.GetServiceLinkedRoleDeletionStatus(t.Context(), &iam.GetServiceLinkedRoleDeletionStatusInput{
			DeletionTaskId: out.DeletionTaskId,
		})
		wantCode(t, err, "")
		statuses = append(statuses, string(status.Status))
		if status.Status == types.DeletionTaskStatusTypeFailed || status.Status == types.DeletionTaskStatusTypeSucceeded {
			break
		}
	}
	return aws.ToString(out.DeletionTaskId), statuses
}

func TestAssumedCredentialsReachTheOtherAccountUntilTheyExpire(t *testing.T) {
	clock := clocktesting.NewFakePassiveClock(time.Unix(1_800_000_000, 0))
	sim := start(t, iamsim.Options{Clock: clock})
	other := iam.NewFromConfig(config(sim, "222222222222"))
	out, err := other.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 aws.String("controller"),
		AssumeRolePolicyDocument: aws.String(strings.Replace(trust, `"Service":"ecs-tasks.amazonaws.com"`, `"AWS":"111122223333"`, 1)),
	})
	wantCode(t, err, "")
	asking := sts.NewFromConfig(config(sim, "key"))
	session, err := asking.AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: out.Role.Arn, RoleSessionName: aws.String("ecsiam"), DurationSeconds: aws.Int32(900),
	})
	wantCode(t, err, "")
	cfg := config(sim, "")
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*session.Credentials.AccessKeyId, "x", "y")
	assumed := iam.NewFromConfig(cfg)
	createRole(t, assumed, "r")
	if _, ok := sim.In("222222222222").Role("r"); !ok {
		t.Error("the role was not created in the account of the assumed role")
	}
	clock.SetTime(clock.Now().Add(901 * time.Second))
	_, err = getRole(t, assumed, "r")
	wantCode(t, err, "ExpiredToken")
	_, err = asking.AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: out.Role.Arn, RoleSessionName: aws.String("ecsiam"), DurationSeconds: aws.Int32(7200),
	})
	wantCode(t, err, "ValidationError")
}

func TestTheDocumentsOfAWSManagedPoliciesAreValid(t *testing.T) {
	for _, partition := range []string{"aws", "aws-cn"} {
		sim := start(t, iamsim.Options{Partition: partition})
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(client(sim), &iam.GetAccountAuthorizationDetailsInput{
			Filter: []types.EntityType{types.EntityTypeAWSManagedPolicy},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatalf("listing AWS's policies: %v", err)
			}
			for _, managed := range page.Policies {
				checkManaged(t, partition, managed)
			}
		}
	}
}

func checkManaged(t *testing.T, partition string, managed types.ManagedPolicyDetail) {
	t.Helper()
	doc, err := url.PathUnescape(aws.ToString(managed.PolicyVersionList[0].Document))
	if err != nil {
		t.Fatal(err)
	}
	if _, problems := policy.Check([]byte(doc), policy.ManagedPolicy); len(problems) > 0 {
		t.Errorf("%s: %v", aws.ToString(managed.PolicyName), problems)
	}
	if strings.Contains(doc, "${P}") || partition != "aws" && strings.Contains(doc, "arn:aws:") {
		t.Errorf("%s names another partition: %s", aws.ToString(managed.PolicyName), doc)
	}
	if managed.CreateDate.IsZero() || managed.CreateDate.Year() < 2010 {
		t.Errorf("%s has the date %s", aws.ToString(managed.PolicyName), managed.CreateDate)
	}
}
