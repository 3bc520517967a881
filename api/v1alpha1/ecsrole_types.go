// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ECSRole declares one IAM role of an Amazon ECS role type. From the type follow the service that is trusted, the
// confused-deputy condition, the AWS managed policies and the instance profile; statements and attachments come on top.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,shortName=ecsr,categories=ecsiam
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.status.roleName`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="ARN",type=string,priority=1,JSONPath=`.status.roleARN`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name is at most 63 characters: choose a shorter name, and spec.roleName for the name in IAM"
// +kubebuilder:validation:XValidation:rule="has(self.spec.roleName) || self.metadata.name.size() <= 62",message="the default role name <namespace>_<name> exceeds IAM's 64 characters: set spec.roleName"
type ECSRole struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the role as it should be.
	//
	// +required
	Spec ECSRoleSpec `json:"spec,omitzero"`

	// status is what the controller last saw and did; it is never authority.
	//
	// +optional
	// +kubebuilder:default={"observedGeneration":-1,"conditions":{{"type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the controller.","lastTransitionTime":"1970-01-01T00:00:00Z"}}}
	Status ECSRoleStatus `json:"status,omitempty,omitzero"`
}

// ECSRoleList is a list of ECSRoles.
//
// +kubebuilder:object:root=true
type ECSRoleList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list metadata.
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the roles.
	Items []ECSRole `json:"items"`
}

// RoleType names which role Amazon ECS expects.
//
// +kubebuilder:validation:Enum=TaskExecution;Task;ContainerInstance;ManagedInstance;ExternalInstance;Infrastructure;ServiceScheduler;ServiceAutoScaling;CodeDeploy;EventBridgeRule;EventBridgeScheduler;LifecycleHook;StepFunctions;EventBridgePipe
type RoleType string

// The role types.
const (
	// RoleTypeTaskExecution pulls images, reads secrets and writes logs on behalf of tasks.
	RoleTypeTaskExecution RoleType = "TaskExecution"
	// RoleTypeTask is the identity of the containers of a task.
	RoleTypeTask RoleType = "Task"
	// RoleTypeContainerInstance is the role of EC2 instances that the ECS agent runs on.
	RoleTypeContainerInstance RoleType = "ContainerInstance"
	// RoleTypeManagedInstance is the instance role of ECS Managed Instances.
	RoleTypeManagedInstance RoleType = "ManagedInstance"
	// RoleTypeExternalInstance is the role of ECS Anywhere instances.
	RoleTypeExternalInstance RoleType = "ExternalInstance"
	// RoleTypeInfrastructure lets ECS manage volumes, certificates, load balancers, instances for you.
	RoleTypeInfrastructure RoleType = "Infrastructure"
	// RoleTypeServiceScheduler is the legacy role of the service scheduler.
	RoleTypeServiceScheduler RoleType = "ServiceScheduler"
	// RoleTypeServiceAutoScaling is the legacy role of Application Auto Scaling.
	RoleTypeServiceAutoScaling RoleType = "ServiceAutoScaling"
	// RoleTypeCodeDeploy lets CodeDeploy run blue/green deployments.
	RoleTypeCodeDeploy RoleType = "CodeDeploy"
	// RoleTypeEventBridgeRule lets EventBridge (CloudWatch Events) rules run tasks.
	RoleTypeEventBridgeRule RoleType = "EventBridgeRule"
	// RoleTypeEventBridgeScheduler lets EventBridge Scheduler run tasks.
	RoleTypeEventBridgeScheduler RoleType = "EventBridgeScheduler"
	// RoleTypeLifecycleHook lets ECS invoke the Lambda functions of deployment lifecycle hooks.
	RoleTypeLifecycleHook RoleType = "LifecycleHook"
	// RoleTypeStepFunctions lets state machines of Step Functions run tasks.
	RoleTypeStepFunctions RoleType = "StepFunctions"
	// RoleTypeEventBridgePipe lets EventBridge Pipes read a source and run tasks.
	RoleTypeEventBridgePipe RoleType = "EventBridgePipe"
)

// ECSRoleSpec is the desired IAM role.
//
// +kubebuilder:validation:XValidation:rule="self.type == oldSelf.type",fieldPath=".type",message="type is immutable: create a new ECSRole, move its users over, then delete this one"
// +kubebuilder:validation:XValidation:rule="self.accountRef.name == oldSelf.accountRef.name",fieldPath=".accountRef",message="accountRef is immutable: create a new ECSRole for the other account"
// +kubebuilder:validation:XValidation:rule="has(self.roleName) == has(oldSelf.roleName) && (!has(self.roleName) || self.roleName == oldSelf.roleName)",fieldPath=".roleName",message="roleName is immutable, setting or removing it included: create a new ECSRole with the other name"
// +kubebuilder:validation:XValidation:rule="has(self.path) == has(oldSelf.path) && (!has(self.path) || self.path == oldSelf.path)",fieldPath=".path",message="path is immutable, setting or removing it included: IAM cannot move a role; create a new ECSRole with the other path"
// +kubebuilder:validation:XValidation:rule="(has(self.instanceProfile) && has(self.instanceProfile.name)) == (has(oldSelf.instanceProfile) && has(oldSelf.instanceProfile.name)) && (!has(self.instanceProfile) || !has(self.instanceProfile.name) || self.instanceProfile.name == oldSelf.instanceProfile.name)",fieldPath=".instanceProfile",message="instanceProfile.name is immutable, setting or removing it included: create a new ECSRole with the other profile"
// +kubebuilder:validation:XValidation:rule="!has(self.instanceProfile) || self.type in ['ContainerInstance', 'ManagedInstance']",fieldPath=".instanceProfile",message="only the types ContainerInstance and ManagedInstance have an instance profile: remove instanceProfile"
// +kubebuilder:validation:XValidation:rule="has(self.capabilities) == (self.type == 'Infrastructure')",fieldPath=".capabilities",message="type Infrastructure needs capabilities, a list of Volumes, ServiceConnectTLS, VPCLattice, ManagedInstances, LoadBalancers, ExpressGateway; other types have none"
// +kubebuilder:validation:XValidation:rule="!has(self.codeDeploy) || self.type == 'CodeDeploy'",fieldPath=".codeDeploy",message="codeDeploy belongs to the type CodeDeploy: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.trust) || !(self.type in ['ContainerInstance', 'ManagedInstance']) || (self.trust.confusedDeputyProtection != 'Enabled' && !has(self.trust.regions) && !has(self.trust.sourceARNs))",fieldPath=".trust",message="EC2 instance roles take no confused-deputy condition, EC2 would refuse the role: remove confusedDeputyProtection, regions and sourceARNs"
// +kubebuilder:validation:XValidation:rule="!has(self.trust) || self.type != 'Task' || !has(self.trust.sourceARNs) || !self.trust.sourceARNs.exists(a, a.contains(':cluster/'))",fieldPath=".trust.sourceARNs",message="ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions"
// +kubebuilder:validation:XValidation:rule="!has(self.trust) || self.trust.confusedDeputyProtection != 'Disabled' || (!has(self.trust.regions) && !has(self.trust.sourceARNs))",fieldPath=".trust",message="trust.regions and trust.sourceARNs narrow the confused-deputy condition that confusedDeputyProtection: Disabled removes: give one or the other"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'TaskExecution' || (!has(self.grants.secrets) && !has(self.grants.privateRegistry) && !has(self.grants.ecr) && !has(self.grants.environmentFiles) && !has(self.grants.logs) && !has(self.grants.gmsa) && !has(self.grants.fsx))",fieldPath=".grants",message="secrets, privateRegistry, ecr, environmentFiles, logs, gmsa and fsx belong to the type TaskExecution: remove them"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type in ['TaskExecution', 'Task'] || (!has(self.grants.fireLens))",fieldPath=".grants",message="fireLens belongs to the types TaskExecution and Task: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type in ['Task', 'ContainerInstance'] || (!has(self.grants.execCommand))",fieldPath=".grants",message="execCommand belongs to the types Task and ContainerInstance: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'Task' || (!has(self.grants.efs) && !has(self.grants.xray))",fieldPath=".grants",message="efs and xray belong to the type Task: remove them"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'ContainerInstance' || (!has(self.grants.trunking) && !has(self.grants.agentConfig) && !has(self.grants.systemLogs))",fieldPath=".grants",message="trunking, agentConfig and systemLogs belong to the type ContainerInstance: remove them"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type in ['ContainerInstance', 'ExternalInstance'] || (!has(self.grants.clusters))",fieldPath=".grants",message="clusters belongs to the types ContainerInstance and ExternalInstance: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type in ['EventBridgeRule', 'EventBridgeScheduler', 'StepFunctions', 'EventBridgePipe'] || (!has(self.grants.runTask))",fieldPath=".grants",message="runTask belongs to the types EventBridgeRule, EventBridgeScheduler, StepFunctions and EventBridgePipe: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || (self.type == 'Infrastructure' && has(self.capabilities) && 'ManagedInstances' in self.capabilities) || self.type in ['CodeDeploy', 'EventBridgeRule', 'EventBridgeScheduler', 'StepFunctions', 'EventBridgePipe'] || (!has(self.grants.passRoles))",fieldPath=".grants",message="passRoles belongs to the types CodeDeploy, EventBridgeRule, EventBridgeScheduler, StepFunctions and EventBridgePipe, and to Infrastructure with the capability ManagedInstances: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'CodeDeploy' || (!has(self.grants.deployments))",fieldPath=".grants",message="deployments belongs to the type CodeDeploy: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'LifecycleHook' || (!has(self.grants.invokeFunctions))",fieldPath=".grants",message="invokeFunctions belongs to the type LifecycleHook: remove it"
// +kubebuilder:validation:XValidation:rule="!has(self.grants) || self.type == 'EventBridgePipe' || (!has(self.grants.pipeSource))",fieldPath=".grants",message="pipeSource belongs to the type EventBridgePipe: remove it"
// +kubebuilder:validation:XValidation:rule="self.type == 'StepFunctions' || !has(self.grants) || !has(self.grants.runTask) || !has(self.grants.runTask.sync)",fieldPath=".grants.runTask.sync",message="only Step Functions waits for its tasks: remove sync"
type ECSRoleSpec struct {
	// type is the role that ECS expects; trust policy, conditions and AWS managed policies follow from it. Immutable.
	//
	// +required
	Type RoleType `json:"type,omitempty"`

	// accountRef is the AWSAccount that the role lives in. Immutable.
	//
	// +optional
	// +kubebuilder:default={name: "default"}
	AccountRef AccountReference `json:"accountRef,omitempty,omitzero"`

	// roleName is the name in IAM, unique in the account without regard to case; <namespace>_<name> when absent.
	// Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="a role name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
	RoleName string `json:"roleName,omitempty"`

	// path is the path in IAM, "/" or "/…/"; the account's default, taken at creation, when absent. Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^/([!-~]+/)?$')",message="a path begins and ends with a slash, such as / or /ecs/, and holds no spaces"
	Path string `json:"path,omitempty"`

	// description is the role's description in IAM.
	//
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=1000
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\t\\\\n\\\\r\\\\x20-\\\\x7E\\\\x{A1}-\\\\x{FF}]*$')",message="holds a character that IAM does not take in a description: it takes Latin-1 without control characters; replace curly quotes, dashes and the like"
	Description string `json:"description,omitempty"`

	// maxSessionDurationSeconds is the longest session of an assumed role, in seconds.
	//
	// +optional
	// +kubebuilder:default=3600
	// +kubebuilder:validation:Minimum=3600
	// +kubebuilder:validation:Maximum=43200
	MaxSessionDurationSeconds int32 `json:"maxSessionDurationSeconds,omitempty"`

	// permissionsBoundary is the ARN of a managed policy that bounds what the role may do.
	//
	// +optional
	PermissionsBoundary PolicyARN `json:"permissionsBoundary,omitempty"`

	// tags are set on the role and its instance profile. The account's default tags win over them.
	//
	// +optional
	// +kubebuilder:default={}
	// +kubebuilder:validation:MaxProperties=49
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 128 && self[k].size() <= 256)",message="a tag key is at most 128 characters, a value at most 256"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))",messageExpression="'tag key ' + self.filter(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))[0] + ' is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key'"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('awſ:') || k.lowerAscii().startsWith('ecſiam.dev/'))",message="keys that begin with aws: or ecsiam.dev/, with the long s (U+017F) as well, are reserved; rename the key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(l, l.lowerAscii() == k.lowerAscii()))",message="two tag keys differ only by case: IAM takes them for one; remove one"
	Tags map[string]string `json:"tags,omitempty"`

	// trust adjusts who may assume the role.
	//
	// +optional
	Trust *Trust `json:"trust,omitempty"`

	// capabilities choose what an Infrastructure role lets ECS manage; required for that type, absent for all others.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	Capabilities []InfrastructureCapability `json:"capabilities,omitempty"`

	// codeDeploy adjusts a CodeDeploy role.
	//
	// +optional
	CodeDeploy *CodeDeploy `json:"codeDeploy,omitempty"`

	// defaultManagedPolicies says what to do with the AWS managed policies of the type. Auto attaches them, except
	// those that may pass any role in the account: there grants take their place and are required (runTask for
	// EventBridgeRule and EventBridgeScheduler, passRoles for CodeDeploy). On a ContainerInstance or
	// ExternalInstance grants.clusters takes the place of the policy for ECS. Attach attaches them in any case; Omit
	// attaches none.
	//
	// +optional
	// +kubebuilder:default=Auto
	DefaultManagedPolicies DefaultManagedPolicies `json:"defaultManagedPolicies,omitempty"`

	// managedPolicies are attached beside those of the type.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=25
	ManagedPolicies []ManagedPolicy `json:"managedPolicies,omitempty"`

	// grants are the known needs of the role type, such as secrets, log groups or roles to pass, which become
	// least-privilege statements in the inline policy.
	//
	// +optional
	Grants *Grants `json:"grants,omitempty"`

	// statements are the role's own permissions; with those of the grants they become one inline policy.
	//
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +kubebuilder:validation:XValidation:rule="self.all(s, !has(s.sid) || self.exists_one(t, has(t.sid) && t.sid == s.sid))",message="two statements have the same sid: a Sid is unique within its policy; rename one"
	Statements []Statement `json:"statements,omitempty"`

	// inlinePolicyName is the name of the inline policy that holds the statements.
	//
	// +optional
	// +kubebuilder:default=ecsiam
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="an inline policy name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
	InlinePolicyName string `json:"inlinePolicyName,omitempty"`

	// instanceProfile names the instance profile of a ContainerInstance or ManagedInstance role.
	//
	// +optional
	InstanceProfile *InstanceProfile `json:"instanceProfile,omitempty"`

	// ignore lists what others may add to the role without the controller removing it.
	//
	// +optional
	Ignore *Ignore `json:"ignore,omitempty"`

	// checks says which remarks on the statements are not wanted.
	//
	// +optional
	Checks *Checks `json:"checks,omitempty"`

	// adoptionPolicy says whether an existing role of this name may be taken over. Never refuses; IfEqual takes it over
	// when only the owner tag differs; Adopt takes it over and makes it equal. The AWSAccount must allow it as well.
	//
	// +optional
	// +kubebuilder:default=Never
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// deletionPolicy says what becomes of the role when this object is deleted. It may be changed while deleting.
	//
	// +optional
	// +kubebuilder:default=Delete
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// reconcilePolicy Enforce applies the plan; Observe publishes it in status and applies nothing.
	//
	// +optional
	// +kubebuilder:default=Enforce
	ReconcilePolicy ReconcilePolicy `json:"reconcilePolicy,omitempty"`
}

// AccountReference names an AWSAccount.
type AccountReference struct {
	// name of the AWSAccount.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// PolicyARN is the ARN of a managed policy; placeholders such as {partition} and {accountID} are replaced.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[^:]+:iam::[^:]+:policy/([A-Za-z0-9.,+@=_{}-]+/)*[A-Za-z0-9_+=,.@{}-]+$')",message="the ARN of a managed policy has neither wildcards nor spaces and looks like arn:{partition}:iam::{accountID}:policy/name, or arn:{partition}:iam::aws:policy/name for AWS's own"
type PolicyARN string

// Trust adjusts the trust policy that follows from the role type.
//
// +kubebuilder:validation:XValidation:rule="!(has(self.regions) && has(self.sourceARNs))",message="trust.regions narrows the default aws:SourceArn and trust.sourceARNs replaces it: give one or the other"
type Trust struct {
	// confusedDeputyProtection adds the conditions aws:SourceAccount and aws:SourceArn to the trust of the service.
	// Default does what AWS documents for the type; Enabled and Disabled overrule it.
	//
	// +optional
	// +kubebuilder:default=Default
	ConfusedDeputyProtection ConfusedDeputyProtection `json:"confusedDeputyProtection,omitempty"`

	// regions narrows aws:SourceArn, which names every region by default, to these.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Regions []Region `json:"regions,omitempty"`

	// sourceARNs replaces aws:SourceArn.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:XValidation:rule="self.startsWith('arn:')",message="aws:SourceArn is compared with an ARN, such as arn:{partition}:ecs:*:{accountID}:*"
	SourceARNs []ResourcePattern `json:"sourceARNs,omitempty"`

	// additionalStatements are added to the trust policy.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.all(s, !has(s.sid) || self.exists_one(t, has(t.sid) && t.sid == s.sid))",message="two statements have the same sid: a Sid is unique within its policy; rename one"
	AdditionalStatements []TrustStatement `json:"additionalStatements,omitempty"`
}

// Region is an AWS region such as eu-west-1.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,}(-[a-z]+)+-[0-9]+$')",message="a region looks like eu-west-1 or us-gov-west-1: see aws ec2 describe-regions"
type Region string

// ConfusedDeputyProtection switches the conditions against a confused deputy.
//
// +kubebuilder:validation:Enum=Default;Enabled;Disabled
type ConfusedDeputyProtection string

// The values of ConfusedDeputyProtection.
const (
	ConfusedDeputyDefault  ConfusedDeputyProtection = "Default"
	ConfusedDeputyEnabled  ConfusedDeputyProtection = "Enabled"
	ConfusedDeputyDisabled ConfusedDeputyProtection = "Disabled"
)

// InfrastructureCapability is one thing that an Infrastructure role lets ECS manage.
//
// +kubebuilder:validation:Enum=Volumes;ServiceConnectTLS;VPCLattice;ManagedInstances;LoadBalancers;ExpressGateway
type InfrastructureCapability string

// The capabilities of an Infrastructure role.
const (
	CapabilityVolumes           InfrastructureCapability = "Volumes"
	CapabilityServiceConnectTLS InfrastructureCapability = "ServiceConnectTLS"
	CapabilityVPCLattice        InfrastructureCapability = "VPCLattice"
	CapabilityManagedInstances  InfrastructureCapability = "ManagedInstances"
	CapabilityLoadBalancers     InfrastructureCapability = "LoadBalancers"
	CapabilityExpressGateway    InfrastructureCapability = "ExpressGateway"
)

// CodeDeploy adjusts a CodeDeploy role.
type CodeDeploy struct {
	// managedPolicy chooses what defaultManagedPolicies: Attach attaches: Full is AWSCodeDeployRoleForECS, which may
	// pass any role to tasks; Limited is AWSCodeDeployRoleForECSLimited, which expects AWS's naming conventions.
	//
	// +optional
	// +kubebuilder:default=Full
	ManagedPolicy CodeDeployManagedPolicy `json:"managedPolicy,omitempty"`
}

// CodeDeployManagedPolicy chooses between AWS's two CodeDeploy policies for ECS.
//
// +kubebuilder:validation:Enum=Full;Limited
type CodeDeployManagedPolicy string

// The values of CodeDeployManagedPolicy.
const (
	CodeDeployFull    CodeDeployManagedPolicy = "Full"
	CodeDeployLimited CodeDeployManagedPolicy = "Limited"
)

// DefaultManagedPolicies says what to do with the AWS managed policies of a role type.
//
// +kubebuilder:validation:Enum=Auto;Attach;Omit
type DefaultManagedPolicies string

// The values of DefaultManagedPolicies.
const (
	DefaultManagedPoliciesAuto   DefaultManagedPolicies = "Auto"
	DefaultManagedPoliciesAttach DefaultManagedPolicies = "Attach"
	DefaultManagedPoliciesOmit   DefaultManagedPolicies = "Omit"
)

// ManagedPolicy is one managed policy to attach, by its ARN or by the name of its object.
//
// +kubebuilder:validation:ExactlyOneOf=arn;policyRef
type ManagedPolicy struct {
	// arn of a managed policy of AWS or of the account.
	//
	// +optional
	ARN PolicyARN `json:"arn,omitempty"`

	// policyRef is an ECSPolicy in the same namespace and account.
	//
	// +optional
	PolicyRef *PolicyReference `json:"policyRef,omitempty"`
}

// PolicyReference names an ECSPolicy.
type PolicyReference struct {
	// name of the ECSPolicy.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// InstanceProfile is the instance profile of an EC2 role.
type InstanceProfile struct {
	// name in IAM; the role's name when absent. Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="an instance profile name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
	Name string `json:"name,omitempty"`
}

// Ignore lists patterns of what others may add. * and ? are wildcards.
//
// +kubebuilder:validation:MinProperties=1
type Ignore struct {
	// tags are patterns of tag keys that are left alone.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Tags []Pattern `json:"tags,omitempty"`

	// inlinePolicies are patterns of inline policy names that are left alone.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	InlinePolicies []Pattern `json:"inlinePolicies,omitempty"`

	// managedPolicyARNs are patterns of attached policies that are left alone.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	ManagedPolicyARNs []Pattern `json:"managedPolicyARNs,omitempty"`
}

// Pattern is a name with the wildcards * and ?.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
type Pattern string

// AdoptionPolicy says whether an existing entity may be taken over.
//
// +kubebuilder:validation:Enum=Never;IfEqual;Adopt
type AdoptionPolicy string

// The values of AdoptionPolicy.
const (
	AdoptionNever   AdoptionPolicy = "Never"
	AdoptionIfEqual AdoptionPolicy = "IfEqual"
	AdoptionAdopt   AdoptionPolicy = "Adopt"
)

// DeletionPolicy says what becomes of the entities in AWS when an object is deleted.
//
// +kubebuilder:validation:Enum=Delete;Retain
type DeletionPolicy string

// The values of DeletionPolicy.
const (
	DeletionDelete DeletionPolicy = "Delete"
	DeletionRetain DeletionPolicy = "Retain"
)

// ReconcilePolicy says whether the controller applies its plan or only publishes it.
//
// +kubebuilder:validation:Enum=Enforce;Observe
type ReconcilePolicy string

// The values of ReconcilePolicy.
const (
	ReconcileEnforce ReconcilePolicy = "Enforce"
	ReconcileObserve ReconcilePolicy = "Observe"
)

// ECSRoleStatus is what the controller last saw and did.
type ECSRoleStatus struct {
	SharedStatus `json:",inline"`

	// roleARN is the ARN of the role.
	//
	// +optional
	RoleARN string `json:"roleARN,omitempty"`

	// roleID is IAM's unique id of the role; it changes when the role is replaced.
	//
	// +optional
	RoleID string `json:"roleID,omitempty"`

	// roleName is the name of the role in IAM.
	//
	// +optional
	RoleName string `json:"roleName,omitempty"`

	// path is the path of the role in IAM.
	//
	// +optional
	Path string `json:"path,omitempty"`

	// permissionsBoundary is the boundary that the role has. One that the account gives every role and that was taken away
	// is told by it from one that the role never had.
	//
	// +optional
	PermissionsBoundary string `json:"permissionsBoundary,omitempty"`

	// instanceProfileARN is the ARN of the instance profile.
	//
	// +optional
	InstanceProfileARN string `json:"instanceProfileARN,omitempty"`
}
