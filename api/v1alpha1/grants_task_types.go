// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// TaskGrants are the grants of the type Task. ExecCommand is for the type ContainerInstance as well.
type TaskGrants struct {
	// execCommand lets ECS Exec open sessions in the containers, and log them. On EC2, tasks without a task role use the
	// role of their instance. For Task and ContainerInstance.
	//
	// +optional
	ExecCommand *ExecCommandGrant `json:"execCommand,omitempty"`

	// efs lets the containers mount EFS file systems with IAM authorization. For Task.
	//
	// +optional
	EFS *EFSGrant `json:"efs,omitempty"`

	// xray lets the containers send traces to X-Ray, from the daemon or from the OpenTelemetry collector. For Task.
	//
	// +optional
	XRay *XRayGrant `json:"xray,omitempty"`
}

// ExecCommandGrant lets ECS Exec work.
type ExecCommandGrant struct {
	// mode Enabled opens the channels that ECS Exec needs (ssmmessages); Disabled grants nothing.
	//
	// +required
	Mode GrantMode `json:"mode,omitempty"`

	// kmsKeyARNs are the customer managed keys that sessions are encrypted with (kms:Decrypt). The user who opens a
	// session needs kms:GenerateDataKey on them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	KMSKeyARNs []KMSKeyARN `json:"kmsKeyARNs,omitempty"`

	// logGroupARNs are the log groups that sessions are logged to.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	LogGroupARNs []LogGroupARN `json:"logGroupARNs,omitempty"`

	// bucketARNs are the S3 buckets that sessions are logged to, such as arn:{partition}:s3:::exec-logs.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	BucketARNs []BucketARN `json:"bucketARNs,omitempty"`

	// bucketKMSKeyARNs are the customer managed keys that the objects in these buckets are encrypted with
	// (kms:GenerateDataKey, through S3 alone).
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	BucketKMSKeyARNs []KMSKeyARN `json:"bucketKMSKeyARNs,omitempty"`
}

// EFSGrant lets containers mount file systems. The volume in the task definition needs transit encryption and iam:
// ENABLED.
type EFSGrant struct {
	// fileSystems are the file systems and what may be done with each.
	//
	// +required
	// +listType=map
	// +listMapKey=arn
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	FileSystems []EFSFileSystem `json:"fileSystems,omitempty"`
}

// EFSFileSystem is one file system of EFS.
type EFSFileSystem struct {
	// arn of the file system, such as
	// arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/fs-0123456789abcdef0.
	//
	// +required
	ARN FileSystemARN `json:"arn,omitempty"`

	// accessPointARNs are the access points through which it may be mounted; in every way when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	AccessPointARNs []AccessPointARN `json:"accessPointARNs,omitempty"`

	// access says what clients may do: ReadOnly mounts, ReadWrite also writes, Root also acts as the root user.
	//
	// +optional
	// +kubebuilder:default=ReadOnly
	Access EFSAccess `json:"access,omitempty"`
}

// EFSAccess says what clients of a file system may do.
//
// +kubebuilder:validation:Enum=ReadOnly;ReadWrite;Root
type EFSAccess string

// The values of EFSAccess.
const (
	EFSReadOnly  EFSAccess = "ReadOnly"
	EFSReadWrite EFSAccess = "ReadWrite"
	EFSRoot      EFSAccess = "Root"
)

// XRayGrant lets containers send traces.
type XRayGrant struct {
	// mode Enabled lets traces be sent and sampling rules be read; Disabled grants nothing.
	//
	// +required
	Mode GrantMode `json:"mode,omitempty"`
}

// ContainerInstanceGrants are the grants of the type ContainerInstance. Clusters is for the type ExternalInstance as
// well.
type ContainerInstanceGrants struct {
	// trunking lets instances of the role have the account setting awsvpcTrunking, for more network interfaces. For
	// ContainerInstance.
	//
	// +optional
	Trunking *TrunkingGrant `json:"trunking,omitempty"`

	// agentConfig lets the instance read the configuration of the ECS agent (ecs.config) in S3. For ContainerInstance.
	//
	// +optional
	AgentConfig *S3ObjectsGrant `json:"agentConfig,omitempty"`

	// systemLogs lets the CloudWatch agent on the instance send system logs. For ContainerInstance.
	//
	// +optional
	SystemLogs *SystemLogsGrant `json:"systemLogs,omitempty"`

	// clusters lets the instance join these clusters alone. With defaultManagedPolicies: Auto this takes the place of
	// AWS's managed policy for ECS, which is not attached then and which allows all clusters, pulling images and writing
	// logs: give task execution roles to the tasks. The ECS console creates no clusters with such a role. For
	// ContainerInstance and ExternalInstance; the policy of Systems Manager stays attached to the latter.
	//
	// +optional
	Clusters *ClustersGrant `json:"clusters,omitempty"`
}

// TrunkingGrant lets an instance use network interface trunking.
type TrunkingGrant struct {
	// mode Enabled lets the instance switch trunking on; Disabled grants nothing.
	//
	// +required
	Mode GrantMode `json:"mode,omitempty"`
}

// SystemLogsGrant lets an instance send system logs to CloudWatch Logs.
//
// +kubebuilder:validation:XValidation:rule="!(has(self.regions) && has(self.logGroupARNs))",fieldPath=".regions",message="regions says where all log groups may be written, logGroupARNs names them: give one or the other"
type SystemLogsGrant struct {
	// mode Enabled lets log groups and streams be created and written; Disabled grants nothing.
	//
	// +required
	Mode GrantMode `json:"mode,omitempty"`

	// logGroupARNs are the log groups; all of the account in regions when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	LogGroupARNs []LogGroupARN `json:"logGroupARNs,omitempty"`

	// regions are where log groups may be written that logGroupARNs does not name; the region of the AWSAccount when
	// absent, and every region when it names none.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Regions []Region `json:"regions,omitempty"`
}

// ClustersGrant lets an instance join clusters.
type ClustersGrant struct {
	// names are the clusters.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Names []ECSName `json:"names,omitempty"`

	// regions are where the clusters are; the region of the AWSAccount when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Regions []Region `json:"regions,omitempty"`
}
