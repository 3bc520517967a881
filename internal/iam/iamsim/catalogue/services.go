// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"regexp"
	"slices"
	"strings"
)

// servicePrincipals are the names by which trust policies may name AWS's services, without amazonaws.com. AWS publishes
// no complete list; these are the services whose documentation names a principal for a role of the user ("AWS services
// that work with IAM" and the guides that it leads to).
var servicePrincipals = strings.Fields(`
access-analyzer acm acm-pca airflow airflow-env amplify aoss apigateway appconfig appfabric appflow
application-autoscaling application-signals.cloudwatch applicationinsights appmesh apprunner
appstream.application-autoscaling appsync aps athena auditmanager autoscaling autoscaling-plans backup backup-gateway
batch batchoperations.s3 bedrock bedrock-agentcore billingconsole braket budgets bugbust build.apprunner cassandra ce
chatbot chime cleanrooms cloud9 clouddirectory cloudformation cloudfront cloudhsm cloudtrail cloudwatch
cloudwatch-crossaccount codebuild codecommit codedeploy codeguru-reviewer codepipeline codestar codestar-notifications
cognito-idp cognito-sync comprehend compute-optimizer config config-conforms connect controltower
cost-optimization-hub databrew datapipeline datasync datazone dax deeplens delivery.logs devops-guru diode
directconnect dlm dms ds dynamodb dynamodb.application-autoscaling ec2 ec2-instance-connect
ec2.application-autoscaling ec2fleet ecr ecs ecs-compute ecs-tasks ecs.application-autoscaling edgelambda eks
eks-fargate eks-fargate-pods eks-nodegroup elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing
elasticmapreduce elasticmapreduce.application-autoscaling elastictranscoder emr-containers emr-serverless
entityresolution es events evidently fargate finspace firehose fis fms forecast frauddetector fsx gamelift glacier
globalaccelerator glue grafana greengrass guardduty health healthlake honeycode iam imagebuilder importexport
inspector inspector2 internetmonitor iot iotanalytics iotevents iotfleetwise iotsitewise iotthingsgraph iottwinmaker
ivs kafka kafkaconnect kendra kinesis kinesisanalytics kms lakeformation lambda lex lexv2 license-manager lightsail
location logger.cloudfront logs lookoutequipment m2 machinelearning macie macie2 malware-protection-plan.guardduty
managedblockchain mediaconnect mediaconvert medialive mediapackage mediastore mediatailor memorydb mgn migrationhub
monitoring monitoring.rds mq neptune network-firewall networkmanager nimble opensearchservice ops.apigateway
ops.emr-serverless opsworks opsworks-cm organizations osis outposts panorama personalize pinpoint pipes pods.eks polly
proton qbusiness qldb quicksight ram rds redshift redshift-serverless refactor-spaces rekognition
reporting.trustedadvisor resilience-hub resource-explorer-2 resource-groups robomaker rolesanywhere route53
route53resolver s3 s3-outposts sagemaker scheduler secretsmanager securityhub securitylake serverlessrepo
servicecatalog servicecatalog-appregistry servicediscovery ses shield signer signin simpledb sms
snow-device-management sns spot spotfleet sqs ssm ssm-incidents ssm-sap sso states storagegateway
streams.metrics.cloudwatch sts support swf tagging tagpolicies.tag textract timestream tnb transcribe
transcribe.streaming transfer transitgateway translate trustedadvisor tts.amazon verified-access verifiedpermissions
vmie voiceid vpc-flow-logs vpc-lattice waf waf-regional wafv2 wellarchitected wisdom workdocs workmail workspaces
workspaces-web xray
`)

// neverChinese are the services whose principal has no .com.cn form, also in partition aws-cn.
var neverChinese = []string{"ecs", "ecs-tasks", "states"}

// region is what a principal may have between the service's name and amazonaws.com.
var region = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)

// IsServicePrincipal reports whether IAM knows a service by this name in a partition. Services may be named with a
// region; in China many have a second name that ends in .com.cn.
func IsServicePrincipal(principal, partition string) bool {
	chinese := strings.HasSuffix(principal, ".amazonaws.com.cn")
	name, ok := strings.CutSuffix(strings.TrimSuffix(principal, ".cn"), ".amazonaws.com")
	if !ok || chinese && partition != "aws-cn" || !chinese && strings.HasSuffix(principal, ".cn") {
		return false
	}
	if at := strings.LastIndex(name, "."); at >= 0 && region.MatchString(name[at+1:]) {
		name = name[:at]
	}
	if chinese && slices.Contains(neverChinese, name) {
		return false
	}
	return slices.Contains(servicePrincipals, name)
}
