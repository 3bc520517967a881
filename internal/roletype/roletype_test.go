// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/golden"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const account = "111122223333"

var partitions = []string{"aws", "aws-cn", "aws-us-gov"}

// description is what the golden file of a type in a partition holds.
type description struct {
	TrustPolicy               json.RawMessage `json:"trustPolicy"`
	TrustPolicyWhenProtected  json.RawMessage `json:"trustPolicyWhenProtected"`
	PoliciesUnderAuto         []string        `json:"policiesUnderAuto"`
	PoliciesUnderAttach       []string        `json:"policiesUnderAttach"`
	LimitedPoliciesOfAttach   []string        `json:"limitedPoliciesOfAttach,omitempty"`
	InstanceProfile           bool            `json:"instanceProfile"`
	PassedToServices          []string        `json:"passedToServices"`
	SuccessorIfLegacy         string          `json:"successorIfLegacy,omitempty"`
	ConventionalNameAndSource string          `json:"conventionalNameAndSource"`
}

func describe(t roletype.Type, partition string) description {
	trust := func(p v1alpha1.ConfusedDeputyProtection) json.RawMessage {
		doc := t.TrustPolicy(roletype.TrustSettings{Partition: partition, AccountID: account, Protection: p})
		return doc.Render()
	}
	attach := roletype.AttachSettings{Partition: partition}
	if len(t.Capabilities) > 0 {
		attach.Capabilities = roletype.Capabilities()
	}
	d := description{
		TrustPolicy:               trust(v1alpha1.ConfusedDeputyDefault),
		TrustPolicyWhenProtected:  trust(v1alpha1.ConfusedDeputyEnabled),
		PoliciesUnderAuto:         t.PolicyARNs(attach),
		InstanceProfile:           t.InstanceProfile,
		PassedToServices:          t.PassedToServices(partition),
		SuccessorIfLegacy:         t.Successor,
		ConventionalNameAndSource: strings.TrimPrefix(t.ConventionalName+": "+t.Topic, ": "),
	}
	attach.Defaults = v1alpha1.DefaultManagedPoliciesAttach
	d.PoliciesUnderAttach = t.PolicyARNs(attach)
	if len(t.Limited) > 0 {
		attach.CodeDeploy = v1alpha1.CodeDeployLimited
		d.LimitedPoliciesOfAttach = t.PolicyARNs(attach)
	}
	return d
}

func TestEveryTypeIsAsAWSDocumentsItInEveryPartition(t *testing.T) {
	for _, kind := range roletype.All() {
		for _, partition := range partitions {
			name := string(kind.Name) + "." + partition
			t.Run(name, func(t *testing.T) {
				var got bytes.Buffer
				encoder := json.NewEncoder(&got)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				if err := encoder.Encode(describe(kind, partition)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join("testdata", name+".json")
				golden.Check(t, path, got.String(), "what a type grants changed")
			})
		}
	}
}

func TestTheCatalogueHoldsExactlyTheTypesOfTheAPI(t *testing.T) {
	want := []v1alpha1.RoleType{
		"TaskExecution", "Task", "ContainerInstance", "ManagedInstance", "ExternalInstance", "Infrastructure",
		"ServiceScheduler", "ServiceAutoScaling", "CodeDeploy", "EventBridgeRule", "EventBridgeScheduler", "LifecycleHook",
		"StepFunctions", "EventBridgePipe",
	}
	if diff := cmp.Diff(want, roletype.Names()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if _, ok := roletype.Lookup("Unheard"); ok {
		t.Error("Lookup found a type that does not exist")
	}
}

func TestEveryTrustPolicyIsOneThatIAMAccepts(t *testing.T) {
	for _, kind := range roletype.All() {
		for _, partition := range append(slices.Clone(partitions), "aws-new") {
			doc := kind.TrustPolicy(roletype.TrustSettings{
				Partition: partition, AccountID: account, Protection: v1alpha1.ConfusedDeputyEnabled,
			})
			for _, problem := range doc.Validate(policy.TrustPolicy) {
				t.Errorf("%s in %s: %s", kind.Name, partition, problem)
			}
			if size := policy.Size(doc.Render()); size > 1024 {
				t.Errorf("%s in %s: %d counted characters leave less than half of the quota to the user", kind.Name, partition, size)
			}
		}
	}
}

func TestNoARNNamesAnotherPartition(t *testing.T) {
	for _, kind := range roletype.All() {
		text, err := json.Marshal(describe(kind, "aws-new"))
		if err != nil {
			t.Fatal(err)
		}
		if rest := strings.ReplaceAll(string(text), "arn:aws-new:", ""); strings.Contains(rest, "arn:aws") {
			t.Errorf("%s names an ARN of another partition: %s", kind.Name, rest)
		}
	}
}

func TestAutoAttachesNoPolicyThatMayPassAnyRole(t *testing.T) {
	withheld := []v1alpha1.RoleType{"CodeDeploy", "EventBridgeRule", "EventBridgeScheduler"}
	for _, kind := range roletype.All() {
		want := slices.Contains(withheld, kind.Name)
		if kind.Withheld != want {
			t.Errorf("%s: withheld is %v, want %v", kind.Name, kind.Withheld, want)
		}
		if arns := kind.PolicyARNs(roletype.AttachSettings{Partition: "aws"}); want && len(arns) > 0 {
			t.Errorf("%s: Auto attaches %v", kind.Name, arns)
		}
	}
}

func TestOmitAttachesNothing(t *testing.T) {
	for _, kind := range roletype.All() {
		arns := kind.PolicyARNs(roletype.AttachSettings{
			Partition: "aws", Defaults: v1alpha1.DefaultManagedPoliciesOmit, Capabilities: roletype.Capabilities(),
		})
		if len(arns) > 0 {
			t.Errorf("%s: Omit attaches %v", kind.Name, arns)
		}
	}
}

func TestInfrastructureGetsThePoliciesOfItsCapabilitiesInOneOrder(t *testing.T) {
	kind, _ := roletype.Lookup(v1alpha1.RoleTypeInfrastructure)
	got := kind.PolicyARNs(roletype.AttachSettings{
		Partition: "aws-us-gov",
		Capabilities: []v1alpha1.InfrastructureCapability{
			v1alpha1.CapabilityLoadBalancers, v1alpha1.CapabilityVolumes,
		},
	})
	want := []string{
		"arn:aws-us-gov:iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForVolumes",
		"arn:aws-us-gov:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
}

func TestRegionsNarrowTheSourceARNAndSourceARNsReplaceIt(t *testing.T) {
	kind, _ := roletype.Lookup(v1alpha1.RoleTypeEventBridgeScheduler)
	cases := map[string]struct {
		settings roletype.TrustSettings
		want     []string
	}{
		"by default every region": {
			roletype.TrustSettings{},
			[]string{"arn:aws:scheduler:*:111122223333:schedule-group/*"},
		},
		"one ARN a region": {
			roletype.TrustSettings{Regions: []string{"eu-west-1", "us-east-1"}},
			[]string{
				"arn:aws:scheduler:eu-west-1:111122223333:schedule-group/*",
				"arn:aws:scheduler:us-east-1:111122223333:schedule-group/*",
			},
		},
		"the ARNs that were given": {
			roletype.TrustSettings{SourceARNs: []string{"arn:aws:scheduler:eu-west-1:111122223333:schedule-group/nightly"}},
			[]string{"arn:aws:scheduler:eu-west-1:111122223333:schedule-group/nightly"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.settings.Partition, c.settings.AccountID = "aws", account
			doc := kind.TrustPolicy(c.settings)
			if diff := cmp.Diff(c.want, doc.Statements[0].Condition["ArnLike"]["aws:SourceArn"]); diff != "" {
				t.Errorf("aws:SourceArn (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProtectionFollowsTheTypeUnlessOverruled(t *testing.T) {
	cases := map[string]struct {
		kind       v1alpha1.RoleType
		protection v1alpha1.ConfusedDeputyProtection
		want       bool
	}{
		"documented, by default":          {"Task", "", true},
		"documented, switched off":        {"Task", v1alpha1.ConfusedDeputyDisabled, false},
		"undocumented, by default":        {"TaskExecution", v1alpha1.ConfusedDeputyDefault, false},
		"undocumented, switched on":       {"TaskExecution", v1alpha1.ConfusedDeputyEnabled, true},
		"refused by EC2, by default":      {"ContainerInstance", "", false},
		"refused by EC2, even when asked": {"ManagedInstance", v1alpha1.ConfusedDeputyEnabled, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			kind, _ := roletype.Lookup(c.kind)
			if got := kind.Protects(c.protection); got != c.want {
				t.Errorf("Protects is %v, want %v", got, c.want)
			}
		})
	}
}
