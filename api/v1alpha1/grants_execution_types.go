// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// TaskExecutionGrants are the grants of the type TaskExecution. FireLens is for the type Task as well.
type TaskExecutionGrants struct {
	// secrets lets ECS read secrets and parameters that containers get as environment variables or log options. For
	// TaskExecution.
	//
	// +optional
	Secrets *SecretsGrant `json:"secrets,omitempty"`

	// privateRegistry lets ECS read the credentials of a registry outside AWS. For TaskExecution.
	//
	// +optional
	PrivateRegistry *PrivateRegistryGrant `json:"privateRegistry,omitempty"`

	// ecr lets ECS pull images of certain repositories. AWS's managed policy allows all repositories, so that this is of
	// use with defaultManagedPolicies: Omit, and for pull-through caches. For TaskExecution.
	//
	// +optional
	ECR *ECRGrant `json:"ecr,omitempty"`

	// environmentFiles lets ECS read environment files (*.env) in S3 buckets of the account. For TaskExecution.
	//
	// +optional
	EnvironmentFiles *S3ObjectsGrant `json:"environmentFiles,omitempty"`

	// logs lets ECS write container logs to certain log groups, and create them. For TaskExecution.
	//
	// +optional
	Logs *LogsGrant `json:"logs,omitempty"`

	// fireLens lets FireLens configuration files in S3 be read: by ECS, or by the log router itself with the role of its
	// task. For TaskExecution and Task.
	//
	// +optional
	FireLens *S3ObjectsGrant `json:"fireLens,omitempty"`

	// gmsa lets ECS read the credential specs of group Managed Service Accounts, and the credentials of domainless ones.
	// For TaskExecution.
	//
	// +optional
	GMSA *GMSAGrant `json:"gmsa,omitempty"`

	// fsx lets ECS mount FSx for Windows File Server volumes: describe them, and read the credentials. For TaskExecution.
	//
	// +optional
	FSx *FSxGrant `json:"fsx,omitempty"`
}

// SecretsGrant lets a role read secrets and parameters.
type SecretsGrant struct {
	// secretARNs are secrets in Secrets Manager (secretsmanager:GetSecretValue), with or without the hyphen and six
	// characters that Secrets Manager puts behind the name.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	SecretARNs []SecretARN `json:"secretARNs,omitempty"`

	// parameterARNs are parameters in Systems Manager (ssm:GetParameters).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ParameterARNs []ParameterARN `json:"parameterARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that the secrets and parameters are encrypted with (kms:Decrypt, through
	// the services that hold them alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}

// PrivateRegistryGrant lets a role read the credentials of a registry.
type PrivateRegistryGrant struct {
	// secretARNs are the secrets that hold user name and password (secretsmanager:GetSecretValue).
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	SecretARNs []SecretARN `json:"secretARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that the secrets are encrypted with (kms:Decrypt, through Secrets Manager
	// alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}

// ECRGrant lets a role pull images. Only the pull itself, from a cache too, is bound to VPCs:
// ecr:GetAuthorizationToken, which Fargate calls from outside of them, never is.
//
// +kubebuilder:validation:XValidation:rule="has(self.repositoryARNs) || has(self.pullThroughCache) || !(has(self.vpcEndpointIDs) || has(self.vpcIDs))",fieldPath=".repositoryARNs",message="vpcEndpointIDs and vpcIDs limit the pull of repositoryARNs and pullThroughCache: give one of these too"
// +kubebuilder:validation:XValidation:rule="!(has(self.vpcEndpointIDs) && has(self.vpcIDs))",fieldPath=".vpcIDs",message="give vpcEndpointIDs or vpcIDs, not both: a request would have to match the two"
type ECRGrant struct {
	// repositoryARNs are the repositories whose images may be pulled. One in another account must allow it as well.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	RepositoryARNs []RepositoryARN `json:"repositoryARNs,omitempty"`

	// vpcEndpointIDs limit the pull to these VPC endpoints (aws:sourceVpce). This has no effect while AWS's managed
	// policy is attached.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	VPCEndpointIDs []VPCEndpointID `json:"vpcEndpointIDs,omitempty"`

	// vpcIDs limit the pull to VPC endpoints of these VPCs (aws:sourceVpc). This has no effect while AWS's managed policy
	// is attached.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	VPCIDs []VPCID `json:"vpcIDs,omitempty"`

	// pullThroughCache lets ECR fetch what is not in a cache repository yet.
	//
	// +optional
	PullThroughCache *PullThroughCache `json:"pullThroughCache,omitempty"`
}

// PullThroughCache lets a role fill pull-through cache repositories.
type PullThroughCache struct {
	// repositoryARNs are the cache repositories, such as arn:{partition}:ecr:{region}:{accountID}:repository/docker-hub/*.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	RepositoryARNs []RepositoryARN `json:"repositoryARNs,omitempty"`

	// createRepositories lets the first pull of an image create its repository (ecr:CreateRepository).
	//
	// +optional
	// +kubebuilder:default=Disabled
	CreateRepositories GrantMode `json:"createRepositories,omitempty"`
}

// S3ObjectsGrant lets a role read objects in S3.
type S3ObjectsGrant struct {
	// objectARNs are the objects, such as arn:{partition}:s3:::bucket/checkout.env.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ObjectARNs []ObjectARN `json:"objectARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that the objects are encrypted with (kms:Decrypt, through S3 alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}

// LogsGrant lets a role write to log groups.
type LogsGrant struct {
	// logGroupARNs are the log groups, such as arn:{partition}:logs:{region}:{accountID}:log-group:/ecs/checkout.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	LogGroupARNs []LogGroupARN `json:"logGroupARNs,omitempty"`

	// createGroup lets ECS create the log groups, as the log option awslogs-create-group asks (logs:CreateLogGroup).
	//
	// +optional
	// +kubebuilder:default=Disabled
	CreateGroup GrantMode `json:"createGroup,omitempty"`
}

// GMSAGrant lets a role read credential specs.
type GMSAGrant struct {
	// objectARNs are credential specs in S3 (s3:GetObject).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ObjectARNs []ObjectARN `json:"objectARNs,omitempty"`

	// parameterARNs are credential specs in Systems Manager (ssm:GetParameters).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ParameterARNs []ParameterARN `json:"parameterARNs,omitempty"`

	// secretARNs hold the domain user of domainless gMSA (secretsmanager:GetSecretValue).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	SecretARNs []SecretARN `json:"secretARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that these objects, parameters and secrets are encrypted with (kms:Decrypt,
	// through the services that hold them alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}

// FSxGrant lets a role mount file systems of FSx for Windows File Server. With credentials, fsx:DescribeFileSystems is
// allowed as well, which knows no single resources.
type FSxGrant struct {
	// secretARNs hold the credentials of the directory user (secretsmanager:GetSecretValue).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	SecretARNs []SecretARN `json:"secretARNs,omitempty"`

	// parameterARNs hold the credentials of the directory user (ssm:GetParameters).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ParameterARNs []ParameterARN `json:"parameterARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that these secrets and parameters are encrypted with (kms:Decrypt, through
	// the services that hold them alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}
