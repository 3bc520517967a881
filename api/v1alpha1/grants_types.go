// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Grants are the known needs of a role type, which become least-privilege statements in the role's inline policy. Each
// field belongs to certain role types, named in its description, and is refused on others. Placeholders such as
// {accountID} are replaced in every field that takes an ARN or a name; * and ? are wildcards in them.
type Grants struct {
	TaskExecutionGrants     `json:",inline"`
	TaskGrants              `json:",inline"`
	ContainerInstanceGrants `json:",inline"`

	// runTask lets EventBridge or Step Functions run tasks. For EventBridgeRule and EventBridgeScheduler, which need it
	// unless defaultManagedPolicies is Attach or Omit, and for StepFunctions and EventBridgePipe.
	//
	// +optional
	RunTask *RunTaskGrant `json:"runTask,omitempty"`

	// passRoles are the roles that this role may hand to a service (iam:PassRole), always bound to that service by
	// iam:PassedToService. For EventBridgeRule, EventBridgeScheduler, StepFunctions, EventBridgePipe and CodeDeploy: the
	// Task and TaskExecution roles of the tasks they start. For Infrastructure with the capability ManagedInstances: the
	// ManagedInstance roles of the instances. CodeDeploy needs it unless defaultManagedPolicies is Attach or Omit.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	PassRoles []PassedRole `json:"passRoles,omitempty"`

	// deployments names what CodeDeploy uses beside ECS and load balancers. Without it, and with defaultManagedPolicies:
	// Auto, CodeDeploy may use every function, topic and object of the account that AWS's policy would allow. For
	// CodeDeploy.
	//
	// +optional
	Deployments *DeploymentsGrant `json:"deployments,omitempty"`

	// invokeFunctions lets ECS invoke the Lambda functions of deployment lifecycle hooks. For LifecycleHook.
	//
	// +optional
	InvokeFunctions *InvokeFunctionsGrant `json:"invokeFunctions,omitempty"`

	// pipeSource lets a pipe read the queue or stream that its events come from. For EventBridgePipe.
	//
	// +optional
	PipeSource *PipeSourceGrant `json:"pipeSource,omitempty"`
}

// GrantMode switches a grant or a part of it.
//
// +kubebuilder:validation:Enum=Enabled;Disabled
type GrantMode string

// The values of GrantMode.
const (
	GrantEnabled  GrantMode = "Enabled"
	GrantDisabled GrantMode = "Disabled"
)

// RunTaskGrant lets a role run tasks of certain families in certain clusters.
type RunTaskGrant struct {
	// taskDefinitionFamilies are the families whose task definitions may be run, in every revision.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	TaskDefinitionFamilies []ECSName `json:"taskDefinitionFamilies,omitempty"`

	// clusterNames are the clusters that the tasks may run in.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ClusterNames []ECSName `json:"clusterNames,omitempty"`

	// regions are where families and clusters are; the region of the AWSAccount when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Regions []Region `json:"regions,omitempty"`

	// tagging lets the tasks be tagged while they are started (ecs:TagResource). Without it a rule or schedule that sets
	// tags, ECS managed tags or propagateTags fails, and shows no more than FailedInvocations.
	//
	// +optional
	// +kubebuilder:default=Enabled
	Tagging GrantMode `json:"tagging,omitempty"`

	// sync lets a state machine wait for the end of its tasks (runTask.sync): describe and stop them, and keep the rule of
	// EventBridge that reports their end. For the type StepFunctions, where it is Enabled when absent.
	//
	// +optional
	Sync GrantMode `json:"sync,omitempty"`
}

// ECSName is the name of a cluster or of a task definition family.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=255
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_*?{}-]+$')",message="give the bare name, of letters, digits, hyphens and underscores, not an ARN and no revision"
type ECSName string

// PassedRole is one role that may be passed, by its ARN or by the name of its object, as ManagedPolicy is one policy.
//
// +kubebuilder:validation:ExactlyOneOf=arn;roleRef
type PassedRole struct {
	// roleRef is an ECSRole in the same namespace and account. Its ARN is known before the role exists, so that roles may
	// pass each other.
	//
	// +optional
	RoleRef *RoleReference `json:"roleRef,omitempty"`

	// arn of a role that belongs to this namespace: one whose name begins with <namespace>_, or that of an ECSRole here.
	//
	// +optional
	ARN RoleARN `json:"arn,omitempty"`
}

// RoleReference names an ECSRole.
type RoleReference struct {
	// name of the ECSRole.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// RoleARN is the ARN of one role, without wildcards; placeholders such as {accountID} are replaced.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:iam::[^:]+:role/[^*?$]+$')",message="the ARN of one role looks like arn:{partition}:iam::{accountID}:role/{namespace}_name and has neither wildcards nor variables"
type RoleARN string

// DeploymentsGrant lets CodeDeploy use what a deployment names. What is not listed may not be used.
type DeploymentsGrant struct {
	// functionARNs are the Lambda functions of lifecycle hooks, with all their versions and aliases, or one version or
	// alias of a function.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	FunctionARNs []FunctionARN `json:"functionARNs,omitempty"`

	// topicARNs are the SNS topics of triggers.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	TopicARNs []TopicARN `json:"topicARNs,omitempty"`

	// objectARNs are the revisions in S3, such as arn:{partition}:s3:::bucket/*.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ObjectARNs []ObjectARN `json:"objectARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that the revisions are encrypted with (kms:Decrypt, through S3 alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`

	// regions are where the services and load balancers are; the region of the AWSAccount when absent, and every region
	// when it names none.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Regions []Region `json:"regions,omitempty"`
}

// InvokeFunctionsGrant lets ECS invoke Lambda functions.
type InvokeFunctionsGrant struct {
	// functionARNs are the functions, with all their versions and aliases, or one version or alias of a function.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	FunctionARNs []FunctionARN `json:"functionARNs,omitempty"`
}

// FunctionARN is the ARN of a Lambda function.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:lambda:[^:]+:[^:]+:function:.+$')",message="the ARN of a Lambda function looks like arn:{partition}:lambda:{region}:{accountID}:function:name"
type FunctionARN string

// PipeSourceGrant lets a pipe read its source.
//
// +kubebuilder:validation:XValidation:rule="has(self.queueARNs) || has(self.kinesisStreamARNs) || has(self.dynamoDBStreamARNs)",message="give at least one of queueARNs, kinesisStreamARNs and dynamoDBStreamARNs"
type PipeSourceGrant struct {
	// queueARNs are queues in SQS.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	QueueARNs []QueueARN `json:"queueARNs,omitempty"`

	// kinesisStreamARNs are data streams of Kinesis.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KinesisStreamARNs []KinesisStreamARN `json:"kinesisStreamARNs,omitempty"`

	// dynamoDBStreamARNs are the streams of tables of DynamoDB, such as
	// arn:{partition}:dynamodb:{region}:{accountID}:table/orders/stream/*.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	DynamoDBStreamARNs []DynamoDBStreamARN `json:"dynamoDBStreamARNs,omitempty"`

	// deadLetterQueueARNs are the queues in SQS that take what of a stream cannot be processed.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	DeadLetterQueueARNs []QueueARN `json:"deadLetterQueueARNs,omitempty"`

	// kmsKeyARNs are the customer managed keys that these are encrypted with (kms:Decrypt, and kms:GenerateDataKey for
	// dead-letter queues, through the services that hold them alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`
}
