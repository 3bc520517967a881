// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

const passedToTasks = `{"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}`

const managedByECS = `{"StringEquals": {"aws:ResourceTag/AmazonECSManaged": "true"}}`

// awsPolicyTable holds the AWS managed policies that ECS role types use, with their versions of September 2026 as in
// the AWS managed policy reference, and a few that users attach. AmazonEC2ContainerServiceFullAccess is missing on
// purpose: it was phased out in 2021 and cannot be attached.
var awsPolicyTable = []awsPolicy{
	{"/service-role/", "AmazonEC2ContainerServiceforEC2Role", 10, "2026-02-12", []awsStatement{
		allow("ec2:DescribeTags", "ecs:CreateCluster", "ecs:DeregisterContainerInstance", "ecs:DiscoverPollEndpoint",
			"ecs:Poll", "ecs:RegisterContainerInstance", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState",
			"ecs:Submit*", "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
			"ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"),
		allow("ecs:TagResource").
			when(`{"StringEquals": {"ecs:CreateAction": ["CreateCluster", "RegisterContainerInstance"]}}`),
		allow("ecs:ListTagsForResource").on("arn:${P}:ecs:*:*:task/*/*", "arn:${P}:ecs:*:*:container-instance/*/*"),
	}},
	{"/service-role/", "AmazonECSTaskExecutionRolePolicy", 1, "2017-11-16", []awsStatement{
		allow("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
			"ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"),
	}},
	{"/service-role/", "AmazonEC2ContainerServiceRole", 2, "2016-08-11", []awsStatement{
		allow("ec2:AuthorizeSecurityGroupIngress", "ec2:Describe*",
			"elasticloadbalancing:DeregisterInstancesFromLoadBalancer", "elasticloadbalancing:DeregisterTargets",
			"elasticloadbalancing:Describe*", "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
			"elasticloadbalancing:RegisterTargets"),
	}},
	{"/service-role/", "AmazonEC2ContainerServiceAutoscaleRole", 2, "2018-02-05", []awsStatement{
		allow("ecs:DescribeServices", "ecs:UpdateService"),
		allow("cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"),
	}},
	{"/service-role/", "AmazonEC2ContainerServiceEventsRole", 3, "2023-03-06", []awsStatement{
		allow("ecs:RunTask"),
		allow("iam:PassRole").when(`{"StringLike": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}`),
		allow("ecs:TagResource").when(`{"StringEquals": {"ecs:CreateAction": ["RunTask"]}}`),
	}},
	{"/", "AWSCodeDeployRoleForECS", 3, "2019-09-23", []awsStatement{
		allow("ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet",
			"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeListeners",
			"elasticloadbalancing:ModifyListener", "elasticloadbalancing:DescribeRules",
			"elasticloadbalancing:ModifyRule", "lambda:InvokeFunction", "cloudwatch:DescribeAlarms", "sns:Publish",
			"s3:GetObject", "s3:GetObjectVersion"),
		allow("iam:PassRole").when(passedToTasks),
	}},
	{"/", "AWSCodeDeployRoleForECSLimited", 3, "2019-09-23", []awsStatement{
		allow("ecs:DescribeServices", "ecs:CreateTaskSet", "ecs:UpdateServicePrimaryTaskSet", "ecs:DeleteTaskSet",
			"cloudwatch:DescribeAlarms", "elasticloadbalancing:DescribeTargetGroups",
			"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:ModifyListener",
			"elasticloadbalancing:DescribeRules", "elasticloadbalancing:ModifyRule"),
		allow("sns:Publish").on("arn:${P}:sns:*:*:CodeDeployTopic_*"),
		allow("lambda:InvokeFunction").on("arn:${P}:lambda:*:*:function:CodeDeployHook_*"),
		allow("s3:GetObject", "s3:GetObjectVersion").
			when(`{"StringEquals": {"s3:ExistingObjectTag/UseWithCodeDeploy": "true"}}`),
		allow("iam:PassRole").
			on("arn:${P}:iam::*:role/ecsTaskExecutionRole", "arn:${P}:iam::*:role/ECSTaskExecution*").when(passedToTasks),
	}},
	{"/service-role/", "AmazonECSInfrastructureRolePolicyForVolumes", 5, "2026-02-12", []awsStatement{
		allow("ec2:CreateVolume").on("arn:${P}:ec2:*:*:volume/*").
			when(`{"StringEquals": {"aws:RequestTag/AmazonECSManaged": "true"}}`),
		allow("ec2:CreateTags").on("arn:${P}:ec2:*:*:volume/*").
			when(`{"StringEquals": {"ec2:CreateAction": "CreateVolume"}}`),
		allow("ec2:DescribeVolumes", "ec2:DescribeAvailabilityZones"),
		allow("ec2:AttachVolume", "ec2:DetachVolume", "ec2:DeleteVolume").on("arn:${P}:ec2:*:*:volume/*").when(managedByECS),
	}},
	{
		"/service-role/", "AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity", 4, "2026-02-12",
		[]awsStatement{
			allow("secretsmanager:CreateSecret", "secretsmanager:TagResource", "secretsmanager:DescribeSecret",
				"secretsmanager:UpdateSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
				"secretsmanager:DeleteSecret", "secretsmanager:RotateSecret", "secretsmanager:UpdateSecretVersionStage").
				on("arn:${P}:secretsmanager:*:*:secret:ecs-sc!*"),
			allow("acm-pca:GetCertificate", "acm-pca:GetCertificateAuthorityCertificate",
				"acm-pca:DescribeCertificateAuthority", "acm-pca:IssueCertificate").when(managedByECS),
		},
	},
	{"/", "AmazonECSInfrastructureRolePolicyForVpcLattice", 1, "2024-11-15", []awsStatement{
		allow("vpc-lattice:RegisterTargets", "vpc-lattice:DeregisterTargets").
			on("arn:${P}:vpc-lattice:*:*:targetgroup/*"),
		allow("vpc-lattice:GetTargetGroup", "vpc-lattice:ListTargets").on("arn:${P}:vpc-lattice:*:*:targetgroup/*"),
		allow("ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeInstances"),
	}},
	{"/", "AmazonECSInfrastructureRolePolicyForLoadBalancers", 6, "2026-02-12", []awsStatement{
		allow("elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
			"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"),
		allow("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets").
			on("arn:${P}:elasticloadbalancing:*:*:targetgroup/*/*"),
		allow("elasticloadbalancing:ModifyListener").
			on("arn:${P}:elasticloadbalancing:*:*:listener/app/*/*/*", "arn:${P}:elasticloadbalancing:*:*:listener/net/*/*/*"),
		allow("elasticloadbalancing:ModifyRule").on("arn:${P}:elasticloadbalancing:*:*:listener-rule/app/*/*/*/*"),
	}},
	{"/", "AmazonECSInfrastructureRolePolicyForManagedInstances", 12, "2026-09-15", []awsStatement{
		allow("ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion").
			when(`{"StringEquals": {"aws:RequestTag/AmazonECSManaged": "true"}}`),
		allow("ec2:CreateFleet", "ec2:RunInstances").
			when(`{"StringEquals": {"ec2:ResourceTag/AmazonECSManaged": "true"}}`),
		allow("ec2:TerminateInstances", "ec2:DeleteLaunchTemplate").when(managedByECS),
		allow("ec2:Describe*"),
		allow("iam:PassRole").on("arn:${P}:iam::*:role/ecsInstanceRole*").
			when(`{"StringLike": {"iam:PassedToService": "ec2.*"}}`),
	}},
	{"/service-role/", "AmazonECSInfrastructureRoleforExpressGatewayServices", 6, "2026-02-12", []awsStatement{
		allow("elasticloadbalancing:Create*", "elasticloadbalancing:AddTags", "elasticloadbalancing:Describe*"),
		allow("elasticloadbalancing:Modify*", "elasticloadbalancing:Delete*", "elasticloadbalancing:RegisterTargets",
			"elasticloadbalancing:DeregisterTargets").when(managedByECS),
		allow("ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroup*", "ec2:RevokeSecurityGroup*", "ec2:Describe*"),
		allow("acm:RequestCertificate", "acm:DescribeCertificate", "acm:DeleteCertificate", "acm:AddTagsToCertificate"),
		allow("application-autoscaling:RegisterScalableTarget", "application-autoscaling:PutScalingPolicy",
			"application-autoscaling:Describe*", "cloudwatch:PutMetricAlarm", "logs:CreateLogGroup"),
	}},
	{"/", "AmazonECSInstanceRolePolicyForManagedInstances", 4, "2026-07-02", []awsStatement{
		allow("ecs:DiscoverPollEndpoint"),
		allow("ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges", "ecs:SubmitTaskStateChange").
			on("arn:${P}:ecs:*:*:cluster/*"),
		allow("ecs:Poll").on("arn:${P}:ecs:*:*:container-instance/*", "arn:${P}:ecs:*:*:task-set/*"),
		allow("ecs:StartTelemetrySession", "ecs:PutSystemLogEvents").on("arn:${P}:ecs:*:*:container-instance/*"),
	}},
	{"/aws-service-role/", "AmazonECSServiceRolePolicy", 24, "2026-04-22", []awsStatement{
		allow("ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission",
			"ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission", "ec2:Describe*",
			"ec2:DetachNetworkInterface", "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:Describe*",
			"elasticloadbalancing:RegisterTargets", "route53:ChangeResourceRecordSets", "servicediscovery:*"),
	}},
	{"/aws-service-role/", "AmazonECSComputeServiceRolePolicy", 6, "2026-02-12", []awsStatement{
		allow("ec2:DescribeLaunchTemplates", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus"),
		allow("ec2:TerminateInstances", "ec2:DeleteLaunchTemplate").when(managedByECS),
	}},
	{"/aws-service-role/", "AWSApplicationAutoscalingECSServicePolicy", 2, "2024-10-24", []awsStatement{
		allow("ecs:DescribeServices", "ecs:UpdateService", "cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms",
			"cloudwatch:DeleteAlarms", "cloudwatch:GetMetricData"),
	}},
	{"/aws-service-role/", "AutoScalingServiceRolePolicy", 8, "2025-01-15", []awsStatement{
		allow("ec2:RunInstances", "ec2:TerminateInstances", "ec2:Describe*", "elasticloadbalancing:Register*",
			"elasticloadbalancing:Deregister*", "elasticloadbalancing:Describe*", "cloudwatch:PutMetricAlarm"),
	}},
	{"/aws-service-role/", "AWSEC2SpotServiceRolePolicy", 4, "2020-12-10", []awsStatement{
		allow("ec2:DescribeInstances", "ec2:StartInstances", "ec2:StopInstances", "ec2:RunInstances"),
	}},
	{"/", "AmazonECS_FullAccess", 22, "2026-09-02", []awsStatement{
		allow("application-autoscaling:*", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "ec2:Describe*",
			"ecs:*", "elasticloadbalancing:*", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfiles",
			"iam:ListRoles", "logs:CreateLogGroup", "logs:DescribeLogGroups", "servicediscovery:*"),
		allow("iam:PassRole").when(passedToTasks),
		allow("iam:PassRole").on("arn:${P}:iam::*:role/ecsInstanceRole*").
			when(`{"StringLike": {"iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]}}`),
	}},
	{"/", "AmazonSSMManagedInstanceCore", 2, "2019-05-23", []awsStatement{
		allow("ssm:DescribeAssociation", "ssm:GetDocument", "ssm:GetManifest", "ssm:GetParameter", "ssm:GetParameters",
			"ssm:ListAssociations", "ssm:PutInventory", "ssm:UpdateInstanceInformation"),
		allow("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
			"ssmmessages:OpenDataChannel"),
		allow("ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage",
			"ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply"),
	}},
	{"/", "AmazonSSMReadOnlyAccess", 2, "2024-12-02", []awsStatement{allow("ssm:Describe*", "ssm:Get*", "ssm:List*")}},
	{"/", "AmazonEC2ContainerRegistryPullOnly", 1, "2024-10-04", []awsStatement{
		allow("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage"),
	}},
	{"/", "AmazonEC2ContainerRegistryReadOnly", 3, "2019-12-10", []awsStatement{
		allow("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer",
			"ecr:DescribeRepositories", "ecr:ListImages", "ecr:DescribeImages", "ecr:BatchGetImage"),
	}},
	{"/", "AWSXRayDaemonWriteAccess", 2, "2024-02-13", []awsStatement{
		allow("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
			"xray:GetSamplingStatisticSummaries"),
	}},
	{"/", "AWSAppMeshEnvoyAccess", 1, "2019-07-03", []awsStatement{allow("appmesh:StreamAggregatedResources")}},
	{"/", "AmazonPrometheusRemoteWriteAccess", 1, "2020-12-19", []awsStatement{allow("aps:RemoteWrite")}},
	{"/", "AmazonFSxReadOnlyAccess", 1, "2018-11-28", []awsStatement{allow("fsx:Describe*", "fsx:ListTagsForResource")}},
	{"/", "AmazonS3ReadOnlyAccess", 3, "2023-08-10", []awsStatement{
		allow("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"),
	}},
	{"/", "AmazonS3FullAccess", 2, "2021-09-27", []awsStatement{allow("s3:*", "s3-object-lambda:*")}},
	{"/", "CloudWatchAgentServerPolicy", 3, "2024-02-05", []awsStatement{
		allow("cloudwatch:PutMetricData", "ec2:DescribeVolumes", "ec2:DescribeTags", "logs:PutLogEvents",
			"logs:PutRetentionPolicy", "logs:DescribeLogStreams", "logs:DescribeLogGroups", "logs:CreateLogStream",
			"logs:CreateLogGroup", "xray:PutTraceSegments"),
		allow("ssm:GetParameter").on("arn:${P}:ssm:*:*:parameter/AmazonCloudWatch-*"),
	}},
	{"/", "CloudWatchLogsFullAccess", 2, "2023-11-27", []awsStatement{allow("logs:*", "cloudwatch:GenerateQuery")}},
	{"/", "AmazonEventBridgeSchedulerFullAccess", 4, "2026-02-12", []awsStatement{
		allow("scheduler:*"),
		allow("iam:PassRole").on("arn:${P}:iam::*:role/*").
			when(`{"StringLike": {"iam:PassedToService": "scheduler.amazonaws.com"}}`),
	}},
	{"/", "SecretsManagerReadWrite", 5, "2024-02-22", []awsStatement{
		allow("secretsmanager:*", "kms:DescribeKey", "kms:ListAliases", "kms:ListKeys", "tag:GetResources"),
	}},
	{"/", "AmazonDynamoDBReadOnlyAccess", 17, "2024-06-20", []awsStatement{
		allow("dynamodb:BatchGetItem", "dynamodb:Describe*", "dynamodb:List*", "dynamodb:GetItem", "dynamodb:Query",
			"dynamodb:Scan"),
	}},
	{"/", "ReadOnlyAccess", 150, "2026-09-01", []awsStatement{
		allow("ec2:Describe*", "ecs:Describe*", "ecs:List*", "iam:Get*", "iam:List*", "s3:Get*", "s3:List*"),
	}},
	{"/", "SecurityAudit", 80, "2026-08-01", []awsStatement{
		allow("iam:Get*", "iam:List*", "iam:GenerateCredentialReport"),
	}},
	{"/job-function/", "ViewOnlyAccess", 30, "2026-08-01", []awsStatement{
		allow("ec2:Describe*", "ecs:List*", "s3:ListAllMyBuckets"),
	}},
	{"/", "PowerUserAccess", 5, "2023-07-06", []awsStatement{
		allow("cloudwatch:*", "dynamodb:*", "ec2:*", "ecs:*", "lambda:*", "logs:*", "s3:*", "sns:*", "sqs:*"),
	}},
	{"/", "IAMFullAccess", 2, "2019-06-21", []awsStatement{allow("iam:*", "organizations:DescribeAccount")}},
	{"/", "AdministratorAccess", 1, "2015-02-06", []awsStatement{allow("*")}},
	{"/", "AWSDenyAll", 4, "2023-12-01", []awsStatement{deny("*")}},
}
