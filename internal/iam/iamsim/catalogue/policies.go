// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

// policyTable holds the AWS managed policies that ECS role types use, with their versions of September 2026 as in the
// AWS managed policy reference, and a few that users attach. AmazonEC2ContainerServiceFullAccess is missing on purpose:
// it was phased out in 2021 and cannot be attached.
//
// The documents are in the folder documents, each as AWS has it in partition aws. ReadOnlyAccess, SecurityAudit and
// ViewOnlyAccess are abridged: theirs run to tens of thousands of characters that say nothing about ECS.
var policyTable = []row{
	{"/", "AmazonECSInfrastructureRolePolicyForLoadBalancers", 6, "2026-02-12"},
	{"/aws-service-role/", "AmazonECSComputeServiceRolePolicy", 6, "2026-02-12"},
	{"/", "AWSDenyAll", 2, "2023-12-18"},
	{"/", "AmazonEC2ContainerRegistryReadOnly", 3, "2019-12-10"},
	{"/service-role/", "AmazonECSInfrastructureRolePolicyForVolumes", 5, "2026-02-12"},
	{"/", "AWSXRayDaemonWriteAccess", 2, "2024-02-13"},
	{"/", "IAMFullAccess", 2, "2019-06-21"},
	{"/service-role/", "AmazonECSTaskExecutionRolePolicy", 1, "2017-11-16"},
	{"/", "AmazonS3FullAccess", 2, "2021-09-27"},
	{"/", "AmazonECSInstanceRolePolicyForManagedInstances", 4, "2026-07-02"},
	{"/", "SecretsManagerReadWrite", 5, "2024-02-22"},
	{"/service-role/", "AmazonEC2ContainerServiceEventsRole", 3, "2023-03-06"},
	{"/service-role/", "AmazonEC2ContainerServiceforEC2Role", 10, "2026-02-12"},
	{"/", "AmazonDynamoDBReadOnlyAccess", 15, "2024-11-18"},
	{"/", "AmazonECS_FullAccess", 22, "2026-09-02"},
	{"/", "SecurityAudit", 92, "2026-08-17"},
	{"/service-role/", "AmazonECSInfrastructureRoleforExpressGatewayServices", 6, "2026-02-12"},
	{"/aws-service-role/", "AmazonECSServiceRolePolicy", 24, "2026-04-22"},
	{"/", "AmazonEC2ContainerRegistryPullOnly", 1, "2024-10-04"},
	{"/", "CloudWatchLogsFullAccess", 8, "2026-02-12"},
	{"/", "AmazonSSMReadOnlyAccess", 1, "2015-05-29"},
	{"/", "AmazonSSMManagedInstanceCore", 2, "2019-05-23"},
	{"/", "AmazonECSInfrastructureRolePolicyForManagedInstances", 12, "2026-09-15"},
	{"/service-role/", "AmazonEC2ContainerServiceAutoscaleRole", 2, "2018-02-05"},
	{"/", "AmazonPrometheusRemoteWriteAccess", 1, "2020-12-19"},
	{"/", "AWSCodeDeployRoleForECS", 3, "2019-09-23"},
	{"/", "AWSCodeDeployRoleForECSLimited", 3, "2019-09-23"},
	{"/", "CloudWatchAgentServerPolicy", 3, "2024-02-06"},
	{"/aws-service-role/", "AutoScalingServiceRolePolicy", 10, "2025-11-12"},
	{"/", "AmazonECSInfrastructureRolePolicyForVpcLattice", 1, "2024-11-15"},
	{"/", "AmazonEventBridgeSchedulerFullAccess", 4, "2026-02-12"},
	{"/", "AWSAppMeshEnvoyAccess", 1, "2019-07-03"},
	{"/", "PowerUserAccess", 12, "2026-02-12"},
	{"/", "AmazonS3ReadOnlyAccess", 3, "2023-08-10"},
	{"/aws-service-role/", "AWSEC2SpotServiceRolePolicy", 4, "2018-12-12"},
	{"/job-function/", "ViewOnlyAccess", 45, "2026-04-22"},
	{"/", "AdministratorAccess", 1, "2015-02-06"},
	{"/", "ReadOnlyAccess", 188, "2026-07-21"},
	{"/", "AmazonFSxReadOnlyAccess", 1, "2018-11-28"},
	{"/service-role/", "AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity", 4, "2026-02-12"},
	{"/aws-service-role/", "AWSApplicationAutoscalingECSServicePolicy", 3, "2026-05-20"},
	{"/service-role/", "AmazonEC2ContainerServiceRole", 2, "2016-08-11"},
}
