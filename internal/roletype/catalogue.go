// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// The services that ECS roles trust. Sources: the trust policies in the Amazon ECS Developer Guide. The names hold in
// every partition; ecs.amazonaws.com.cn and ecs-tasks.amazonaws.com.cn do not exist.
var (
	ecsTasks      = Service{Default: "ecs-tasks.amazonaws.com"}
	ecs           = Service{Default: "ecs.amazonaws.com"}
	ssm           = Service{Default: "ssm.amazonaws.com"}
	autoScaling   = Service{Default: "application-autoscaling.amazonaws.com"}
	codeDeploy    = Service{Default: "codedeploy.amazonaws.com"}
	events        = Service{Default: "events.amazonaws.com"}
	scheduler     = Service{Default: "scheduler.amazonaws.com"}
	stepFunctions = Service{Default: "states.amazonaws.com"}
	pipes         = Service{Default: "pipes.amazonaws.com"}
	ec2Instances  = Service{
		Default: "ec2.amazonaws.com",
		// The China regions refused ec2.amazonaws.com as an invalid principal; AmazonECS_FullAccess names both. IAM
		// refuses a document with a principal that it does not know, so only one is listed; who needs the other adds it
		// with spec.trust.additionalStatements.
		Partitions: map[string]string{"aws-cn": "ec2.amazonaws.com.cn"},
	}
)

// catalogue holds the role types. Sources: the Amazon ECS Developer Guide, page by Topic, for principal, name and
// policies; AWS Managed Policy Reference for the paths of policies; the pages that ConfusedDeputy names for conditions.
var catalogue = withGrants([]Type{
	{
		Name:             v1alpha1.RoleTypeTaskExecution,
		Topic:            "Amazon ECS task execution IAM role",
		ConventionalName: "ecsTaskExecutionRole",
		Principal:        ecsTasks,
		ConfusedDeputy:   ConfusedDeputy{OptIn, "ecs", "*"},
		ManagedPolicies:  []ManagedPolicy{{Name: "service-role/AmazonECSTaskExecutionRolePolicy"}},
	},
	{
		Name:      v1alpha1.RoleTypeTask,
		Topic:     "Amazon ECS task IAM role",
		Principal: ecsTasks,
		// The page asks for all of ECS in the account: the ARN of one cluster is not supported.
		ConfusedDeputy: ConfusedDeputy{ByDefault, "ecs", "*"},
	},
	{
		Name:             v1alpha1.RoleTypeContainerInstance,
		Topic:            "Amazon ECS container instance IAM role",
		ConventionalName: "ecsInstanceRole",
		Principal:        ec2Instances,
		ManagedPolicies:  []ManagedPolicy{{Name: "service-role/AmazonEC2ContainerServiceforEC2Role"}},
		InstanceProfile:  true,
		Replacement:      grantClusters,
	},
	{
		Name:             v1alpha1.RoleTypeManagedInstance,
		Topic:            "Amazon ECS Managed Instances instance profile",
		ConventionalName: "ecsInstanceRole",
		Principal:        ec2Instances,
		ManagedPolicies:  []ManagedPolicy{{Name: "AmazonECSInstanceRolePolicyForManagedInstances"}},
		InstanceProfile:  true,
	},
	{
		Name:             v1alpha1.RoleTypeExternalInstance,
		Topic:            "Amazon ECS Anywhere IAM role",
		ConventionalName: "ecsAnywhereRole",
		Principal:        ssm,
		// AWS Systems Manager User Guide, "Create the IAM service role required for Systems Manager in hybrid and
		// multicloud environments".
		ConfusedDeputy: ConfusedDeputy{ByDefault, "ssm", "*"},
		ManagedPolicies: []ManagedPolicy{
			{Name: "AmazonSSMManagedInstanceCore", Kept: true},
			{Name: "service-role/AmazonEC2ContainerServiceforEC2Role"},
		},
		Replacement: grantClusters,
	},
	{
		Name:             v1alpha1.RoleTypeInfrastructure,
		Topic:            "Amazon ECS infrastructure IAM role",
		ConventionalName: "ecsInfrastructureRole",
		Principal:        ecs,
		ConfusedDeputy:   ConfusedDeputy{OptIn, "ecs", "*"},
		Capabilities: map[v1alpha1.InfrastructureCapability]ManagedPolicy{
			v1alpha1.CapabilityVolumes: {Name: "service-role/AmazonECSInfrastructureRolePolicyForVolumes"},
			v1alpha1.CapabilityServiceConnectTLS: {
				Name: "service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity",
			},
			v1alpha1.CapabilityVPCLattice:       {Name: "AmazonECSInfrastructureRolePolicyForVpcLattice"},
			v1alpha1.CapabilityManagedInstances: {Name: "AmazonECSInfrastructureRolePolicyForManagedInstances"},
			v1alpha1.CapabilityLoadBalancers:    {Name: "AmazonECSInfrastructureRolePolicyForLoadBalancers"},
			// AWS writes this one "Rolefor", in lower case and without "Policy".
			v1alpha1.CapabilityExpressGateway: {Name: "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"},
		},
		Passes: toInstances,
	},
	{
		Name:             v1alpha1.RoleTypeServiceScheduler,
		Topic:            "Amazon ECS service scheduler IAM role",
		ConventionalName: "ecsServiceRole",
		Principal:        ecs,
		ConfusedDeputy:   ConfusedDeputy{OptIn, "ecs", "*"},
		ManagedPolicies:  []ManagedPolicy{{Name: "service-role/AmazonEC2ContainerServiceRole"}},
		Successor:        "AWSServiceRoleForECS",
	},
	{
		Name:             v1alpha1.RoleTypeServiceAutoScaling,
		Topic:            "Amazon ECS service auto scaling IAM role",
		ConventionalName: "ecsAutoscaleRole",
		Principal:        autoScaling,
		ConfusedDeputy:   ConfusedDeputy{OptIn, "application-autoscaling", "*"},
		ManagedPolicies:  []ManagedPolicy{{Name: "service-role/AmazonEC2ContainerServiceAutoscaleRole"}},
		Successor:        "AWSServiceRoleForApplicationAutoScaling_ECSService",
	},
	{
		Name:             v1alpha1.RoleTypeCodeDeploy,
		Topic:            "Amazon ECS CodeDeploy IAM role",
		ConventionalName: "ecsCodeDeployRole",
		Principal:        codeDeploy,
		ConfusedDeputy:   ConfusedDeputy{OptIn, "codedeploy", "*"},
		ManagedPolicies:  []ManagedPolicy{{Name: "AWSCodeDeployRoleForECS"}},
		Limited:          []ManagedPolicy{{Name: "AWSCodeDeployRoleForECSLimited"}},
		Withheld:         true,
		Replacement:      grantPassRoles,
		Passes:           toTasks,
	},
	{
		Name:             v1alpha1.RoleTypeEventBridgeRule,
		Topic:            "Amazon ECS EventBridge IAM role",
		ConventionalName: "ecsEventsRole",
		Principal:        events,
		// Amazon EventBridge User Guide, "Cross-service confused deputy prevention in Amazon EventBridge".
		ConfusedDeputy:  ConfusedDeputy{ByDefault, "events", "rule/*"},
		ManagedPolicies: []ManagedPolicy{{Name: "service-role/AmazonEC2ContainerServiceEventsRole"}},
		Withheld:        true,
		Replacement:     grantRunTask,
		Passes:          toTasks,
	},
	{
		Name:      v1alpha1.RoleTypeEventBridgeScheduler,
		Topic:     "Amazon ECS EventBridge IAM role",
		Principal: scheduler,
		// EventBridge Scheduler User Guide, "Confused deputy prevention in EventBridge Scheduler": the ARN is that of the
		// schedule group, not of a schedule.
		ConfusedDeputy:  ConfusedDeputy{ByDefault, "scheduler", "schedule-group/*"},
		ManagedPolicies: []ManagedPolicy{{Name: "service-role/AmazonEC2ContainerServiceEventsRole"}},
		Withheld:        true,
		Replacement:     grantRunTask,
		Passes:          toTasks,
	},
	{
		Name:           v1alpha1.RoleTypeLifecycleHook,
		Topic:          "Permissions required for Lambda functions in Amazon ECS blue/green deployments",
		Principal:      ecs,
		ConfusedDeputy: ConfusedDeputy{OptIn, "ecs", "*"},
	},
	{
		Name:      v1alpha1.RoleTypeStepFunctions,
		Topic:     `AWS Step Functions Developer Guide, "IAM policies for Amazon ECS/AWS Fargate"`,
		Principal: stepFunctions,
		// AWS Step Functions Developer Guide, "Creating an IAM role for your state machine in Step Functions".
		ConfusedDeputy: ConfusedDeputy{ByDefault, "states", "stateMachine:*"},
		Passes:         toTasks,
	},
	{
		Name:      v1alpha1.RoleTypeEventBridgePipe,
		Topic:     `Amazon EventBridge User Guide, "Event source permissions for Amazon EventBridge Pipes"`,
		Principal: pipes,
		// Amazon EventBridge User Guide, "Cross-service confused deputy prevention in Amazon EventBridge".
		ConfusedDeputy: ConfusedDeputy{ByDefault, "pipes", "pipe/*"},
		Passes:         toTasks,
	},
})

// Lookup finds a type by its name.
func Lookup(name v1alpha1.RoleType) (Type, bool) {
	i := slices.IndexFunc(catalogue, func(t Type) bool { return t.Name == name })
	if i < 0 {
		return Type{}, false
	}
	return catalogue[i], true
}

// All lists the catalogue in the order of the documentation. The caller may change the list, not what its types hold.
func All() []Type { return slices.Clone(catalogue) }

// Names lists the names of all types in the order of the documentation.
func Names() []v1alpha1.RoleType {
	names := make([]v1alpha1.RoleType, len(catalogue))
	for i := range catalogue {
		names[i] = catalogue[i].Name
	}
	return names
}
