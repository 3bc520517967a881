// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// SecretARN is the ARN of a secret in Secrets Manager; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+$')",message="the ARN of a secret looks like arn:{partition}:secretsmanager:{region}:{accountID}:secret:name; leave out the JSON key and version that a task definition adds behind it"
type SecretARN string

// ParameterARN is the ARN of a parameter in Systems Manager; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:ssm:[^:]+:[^:]+:parameter/[^/].*$')",message="the ARN of a parameter looks like arn:{partition}:ssm:{region}:{accountID}:parameter/name, with one slash before a name that begins with one"
type ParameterARN string

// KMSKeyARN is the ARN of a key in KMS; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:kms:[^:]+:[^:]+:key/.+$')",message="the ARN of a key looks like arn:{partition}:kms:{region}:{accountID}:key/id; IAM does not match aliases"
type KMSKeyARN string

// RepositoryARN is the ARN of a repository in ECR; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:ecr:[^:]+:[^:]+:repository/[^:@]+$')",message="the ARN of a repository looks like arn:{partition}:ecr:{region}:{accountID}:repository/name; leave out the tag or digest behind it, because IAM allows the pull of a repository, not of one image"
type RepositoryARN string

// ObjectARN is the ARN of an object in S3; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:s3:::[^/]+/.+$')",message="the ARN of an object looks like arn:{partition}:s3:::bucket/key"
type ObjectARN string

// BucketARN is the ARN of a bucket in S3; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:s3:::[^/]+$')",message="the ARN of a bucket looks like arn:{partition}:s3:::bucket, without a key"
type BucketARN string

// LogGroupARN is the ARN of a log group in CloudWatch Logs; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:]+(:[*])?$')",message="the ARN of a log group looks like arn:{partition}:logs:{region}:{accountID}:log-group:name"
type LogGroupARN string

// TopicARN is the ARN of a topic in SNS; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:sns:[^:]+:[^:]+:[^:]+$')",message="the ARN of a topic looks like arn:{partition}:sns:{region}:{accountID}:name"
type TopicARN string

// QueueARN is the ARN of a queue in SQS; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$')",message="the ARN of a queue looks like arn:{partition}:sqs:{region}:{accountID}:name"
type QueueARN string

// KinesisStreamARN is the ARN of a data stream of Kinesis; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:kinesis:[^:]+:[^:]+:stream/.+$')",message="the ARN of a data stream looks like arn:{partition}:kinesis:{region}:{accountID}:stream/name"
type KinesisStreamARN string

// DynamoDBStreamARN is the ARN of the stream of a table of DynamoDB; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:dynamodb:[^:]+:[^:]+:table/[^/]+/stream/.+$')",message="the ARN of the stream of a table looks like arn:{partition}:dynamodb:{region}:{accountID}:table/name/stream/label; the label may be *"
type DynamoDBStreamARN string

// FileSystemARN is the ARN of a file system of EFS; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:file-system/.+$')",message="the ARN of a file system looks like arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/id"
type FileSystemARN string

// AccessPointARN is the ARN of an access point of EFS; placeholders are replaced, * and ? are wildcards.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:access-point/.+$')",message="the ARN of an access point looks like arn:{partition}:elasticfilesystem:{region}:{accountID}:access-point/id"
type AccessPointARN string

// VPCEndpointID is the id of a VPC endpoint.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^vpce-[0-9a-f]+$')",message="the id of a VPC endpoint looks like vpce-0123456789abcdef0"
type VPCEndpointID string

// VPCID is the id of a VPC.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^vpc-[0-9a-f]+$')",message="the id of a VPC looks like vpc-0123456789abcdef0"
type VPCID string
