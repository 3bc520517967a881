// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AWSAccount declares an AWS account: how to reach it and which namespaces may use it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=awsacct,categories=ecsiam
// +kubebuilder:printcolumn:name="Account",type=string,JSONPath=`.spec.accountID`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Caller",type=string,priority=1,JSONPath=`.status.callerARN`
// +kubebuilder:printcolumn:name="Controller",type=string,priority=1,JSONPath=`.spec.controllerName`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type AWSAccount struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is how to reach the account and who may use it.
	//
	// +required
	Spec AWSAccountSpec `json:"spec,omitzero"`

	// status is what the controller last saw of the account.
	//
	// +optional
	// +kubebuilder:default={"observedGeneration":-1,"conditions":{{"type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the controller.","lastTransitionTime":"1970-01-01T00:00:00Z"}}}
	Status AWSAccountStatus `json:"status,omitempty,omitzero"`
}

// AWSAccountList is a list of AWSAccounts.
//
// +kubebuilder:object:root=true
type AWSAccountList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list metadata.
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the accounts.
	Items []AWSAccount `json:"items"`
}

// AWSAccountSpec is how an account is reached and who may use it.
//
// +kubebuilder:validation:XValidation:rule="self.accountID == oldSelf.accountID",fieldPath=".accountID",message="accountID is immutable: create a new AWSAccount for the other account"
// +kubebuilder:validation:XValidation:rule="self.controllerName == oldSelf.controllerName",fieldPath=".controllerName",message="controllerName is immutable: no two controllers may ever work on one AWSAccount; create a new one, or restore ecsiam.dev/controller where none was set"
type AWSAccountSpec struct {
	// accountID is the twelve-digit id of the account. It is checked against STS before any write. Immutable.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{12}$')",message="an account id is twelve digits in quotes, such as \"111122223333\""
	AccountID string `json:"accountID,omitempty"`

	// controllerName selects the installation of the controller that works on the account, its --controller-name. All
	// others leave the account and its objects alone: they call nothing, and write no status. Immutable.
	//
	// +optional
	// +kubebuilder:default=ecsiam.dev/controller
	ControllerName ControllerName `json:"controllerName,omitempty"`

	// region is the region of the STS endpoint and the value of the placeholder {region}; the controller's own when
	// absent.
	//
	// +optional
	Region Region `json:"region,omitempty"`

	// assumeRole is the role that the controller assumes to reach the account; its own credentials when absent.
	//
	// +optional
	AssumeRole *AssumeRole `json:"assumeRole,omitempty"`

	// allowedNamespaces are the namespaces whose objects may use the account; none by default.
	//
	// +optional
	// +kubebuilder:default={from: "None"}
	AllowedNamespaces AllowedNamespaces `json:"allowedNamespaces,omitempty,omitzero"`

	// defaults apply to every object of the account.
	//
	// +optional
	Defaults *AccountDefaults `json:"defaults,omitempty"`

	// servicePrincipals replace the service principals of role types, where a partition spells one otherwise than the
	// controller knows: one that IAM does not know makes the whole trust policy invalid.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	ServicePrincipals []ServicePrincipalOverride `json:"servicePrincipals,omitempty"`

	// adoption allows namespaces to take over existing entities; nobody may when absent.
	//
	// +optional
	Adoption *Adoption `json:"adoption,omitempty"`

	// formerClusterIDs are earlier values of the controller's --cluster-id: entities they own are taken over.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	FormerClusterIDs []ClusterID `json:"formerClusterIDs,omitempty"`

	// guardrails bound what namespaces may do in the account.
	//
	// +optional
	Guardrails *Guardrails `json:"guardrails,omitempty"`

	// deletionProtection keeps roles that are in use from being deleted; off when absent.
	//
	// +optional
	DeletionProtection *DeletionProtection `json:"deletionProtection,omitempty"`

	// events has the controller look at once at what others change in the account; only at each interval when absent.
	//
	// +optional
	Events *AccountEvents `json:"events,omitempty"`

	// resyncIntervalSeconds is how often drift is looked for, in seconds; a jitter of a tenth is added. 600 when absent,
	// which is not written here: status.effective has what is in force.
	//
	// +optional
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=86400
	ResyncIntervalSeconds int32 `json:"resyncIntervalSeconds,omitempty"`

	// propagationDelaySeconds is how long a change of a role may take to reach ECS, in seconds; Ready waits for it.
	//
	// +optional
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=300
	PropagationDelaySeconds *int32 `json:"propagationDelaySeconds,omitempty"`

	// rateLimit is the ceiling of calls to IAM. status.effective has what is in force.
	//
	// +optional
	RateLimit RateLimit `json:"rateLimit,omitempty,omitzero"`
}

// AllowedNamespaces selects namespaces.
//
// +kubebuilder:validation:XValidation:rule="self.from != 'Selector' || has(self.selector)",fieldPath=".selector",message="from: Selector needs selector: give its matchLabels or matchExpressions"
// +kubebuilder:validation:XValidation:rule="self.from == 'Selector' || !has(self.selector)",fieldPath=".selector",message="selector goes with from: Selector only: remove selector, or set from: Selector"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || (has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0) || (has(self.selector.matchExpressions) && self.selector.matchExpressions.size() > 0)",fieldPath=".selector",message="an empty selector selects every namespace: give matchLabels or matchExpressions, or write from: All"
// +kubebuilder:validation:XValidation:rule="self.from != 'Names' || has(self.names)",fieldPath=".names",message="from: Names needs names: list the namespaces"
// +kubebuilder:validation:XValidation:rule="self.from == 'Names' || !has(self.names)",fieldPath=".names",message="names goes with from: Names only: remove names, or set from: Names"
type AllowedNamespaces struct {
	// from is None, All, Selector or Names.
	//
	// +optional
	// +kubebuilder:default=None
	From NamespacesFrom `json:"from,omitempty"`

	// selector matches the labels of namespaces; with from: Selector.
	//
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`

	// names are the names of namespaces; with from: Names.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Names []NamespaceName `json:"names,omitempty"`
}

// NamespacesFrom says how namespaces are selected.
//
// +kubebuilder:validation:Enum=None;All;Selector;Names
type NamespacesFrom string

// The values of NamespacesFrom.
const (
	NamespacesFromNone     NamespacesFrom = "None"
	NamespacesFromAll      NamespacesFrom = "All"
	NamespacesFromSelector NamespacesFrom = "Selector"
	NamespacesFromNames    NamespacesFrom = "Names"
)

// NamespaceName is the name of a namespace.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type NamespaceName string

// ClusterID is the identity of a cluster in owner tags, the controller's --cluster-id.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_.-]+$`
type ClusterID string

// AccountDefaults apply to every object of an account.
//
// +kubebuilder:validation:MinProperties=1
type AccountDefaults struct {
	// path of the entities that are created and set none themselves.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^/([!-~]+/)?$')",message="a path begins and ends with a slash, such as / or /ecs/, and holds no spaces"
	Path string `json:"path,omitempty"`

	// tags of every entity; they win over the tags of an object.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=49
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 128 && self[k].size() <= 256)",message="a tag key is at most 128 characters, a value at most 256"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))",messageExpression="'tag key ' + self.filter(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))[0] + ' is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key'"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('awſ:') || k.lowerAscii().startsWith('ecſiam.dev/'))",message="keys that begin with aws: or ecsiam.dev/, with the long s (U+017F) as well, are reserved; rename the key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(l, l.lowerAscii() == k.lowerAscii()))",message="two tag keys differ only by case: IAM takes them for one; remove one"
	Tags map[string]string `json:"tags,omitempty"`
}

// Adoption allows the adoption of existing entities.
type Adoption struct {
	// allow lists who may adopt what.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Allow []AdoptionRule `json:"allow,omitempty"`
}

// AdoptionRule lets namespaces adopt entities whose name matches.
type AdoptionRule struct {
	// namespaces that the rule is for.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Namespaces []NamespaceName `json:"namespaces,omitempty"`

	// namePattern matches names in IAM, with the wildcards * and ?, without regard to case.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	NamePattern string `json:"namePattern,omitempty"`
}

// DeletionProtection keeps roles that are in use from being deleted.
type DeletionProtection struct {
	// lastUsedWithinDays is for how many days after its last use, as IAM knows it, a role is not deleted. A role that is
	// younger, and of which IAM knows no use, counts as used. IAM notices a use hours late, and looks back 400 days.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=400
	LastUsedWithinDays int32 `json:"lastUsedWithinDays,omitempty"`
}

// RateLimit is a token bucket.
type RateLimit struct {
	// qps is the number of calls per second; 50 when absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	QPS int32 `json:"qps,omitempty"`

	// burst is the number of calls that may be made at once; 100 when absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	Burst int32 `json:"burst,omitempty"`
}

// AWSAccountStatus is what the controller last saw of an account.
type AWSAccountStatus struct {
	// observedGeneration is the generation of the spec that the status speaks of; -1 before the first pass.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready always, Reconciling and Stalled only while True.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:XValidation:rule="!(self.exists(c, c.type == 'Reconciling') && self.exists(c, c.type == 'Stalled'))",message="Reconciling and Stalled never appear together"
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// partition of the account: aws, aws-cn, aws-us-gov …
	//
	// +optional
	Partition string `json:"partition,omitempty"`

	// callerARN is who the controller is in the account: which of all possible credentials it found. The name of a session
	// is shown only where spec.assumeRole decides it, because the AWS SDK makes up another each time.
	//
	// +optional
	CallerARN string `json:"callerARN,omitempty"`

	// clusterID is the controller's --cluster-id: the first part of the owner tags of all that it creates.
	//
	// +optional
	ClusterID string `json:"clusterID,omitempty"`

	// driftDetection is how drift of the roles and policies of the account is found.
	//
	// +optional
	DriftDetection DriftDetection `json:"driftDetection,omitempty,omitzero"`

	// orphanedRoles is how many roles of the account carry the owner tag of an ECSRole that does not exist. They are never
	// deleted: apply the object again, or delete the role by hand. Known only where driftDetection.mode is Snapshot.
	//
	// +optional
	OrphanedRoles int32 `json:"orphanedRoles,omitempty"`

	// orphanedPolicies is orphanedRoles for managed policies and ECSPolicies, and at least how many there are: IAM shows
	// the tags of each policy alone, so that those of an account are read over several intervals. Known only where the
	// managed policies of the account are read together, see driftDetection.
	//
	// +optional
	OrphanedPolicies int32 `json:"orphanedPolicies,omitempty"`

	// effective has the settings that are in force, those of the spec or the controller's defaults.
	//
	// +optional
	Effective EffectiveSettings `json:"effective,omitempty,omitzero"`

	// outOfBounds are objects whose entities were there before a bound of names, paths, number or permissions was and
	// break it: they are repaired, narrowed and deleted, and not widened; at most 50. Those that break a bound of
	// permissions have the condition GuardrailExceeded, which says the whole of it.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	OutOfBounds []OutOfBounds `json:"outOfBounds,omitempty"`

	// outOfBoundsOmitted is the number of further ones, which the list has no room for.
	//
	// +optional
	OutOfBoundsOmitted int32 `json:"outOfBoundsOmitted,omitempty"`
}

// OutOfBounds is an object whose entity breaks a bound of the account.
type OutOfBounds struct {
	// kind of the object.
	//
	// +required
	Kind NamedKind `json:"kind,omitempty"`

	// namespace of the object.
	//
	// +required
	Namespace NamespaceName `json:"namespace,omitempty"`

	// name of the object.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// message says which bound, and what to do.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	Message string `json:"message,omitempty"`
}

// DriftDetection is how drift of the roles and policies of an account is found.
type DriftDetection struct {
	// mode is Snapshot where the roles of the account, and its policies where there are ECSPolicies, are read together at
	// each interval, and Direct where each role is read by itself.
	//
	// +required
	Mode DriftMode `json:"mode,omitempty"`

	// message says why.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`
}

// DriftMode says how drift is found.
//
// +kubebuilder:validation:Enum=Snapshot;Direct
type DriftMode string

// The values of DriftMode.
const (
	DriftBySnapshot    DriftMode = "Snapshot"
	DriftByDirectReads DriftMode = "Direct"
)

// EffectiveSettings are settings with defaults that no schema stores: a stored default could not be told from a wish,
// so that a better default would never reach the accounts that exist.
type EffectiveSettings struct {
	// resyncIntervalSeconds is how often drift is looked for, in seconds.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ResyncIntervalSeconds int32 `json:"resyncIntervalSeconds,omitempty"`

	// rateLimit is the ceiling of calls to IAM.
	//
	// +optional
	RateLimit RateLimit `json:"rateLimit,omitempty,omitzero"`
}

// Defaults of settings that an AWSAccount leaves open.
const (
	DefaultResyncIntervalSeconds = 600
	DefaultQPS                   = 50
	DefaultBurst                 = 100
)

// Effective returns the settings that are in force.
func (s *AWSAccountSpec) Effective() EffectiveSettings {
	return EffectiveSettings{
		ResyncIntervalSeconds: cmp.Or(s.ResyncIntervalSeconds, DefaultResyncIntervalSeconds),
		RateLimit: RateLimit{
			QPS: cmp.Or(s.RateLimit.QPS, DefaultQPS), Burst: cmp.Or(s.RateLimit.Burst, DefaultBurst),
		},
	}
}

// ServicePrincipalOverride is the service principal of a role type in an account.
type ServicePrincipalOverride struct {
	// type is the role type whose trust policy names the service.
	//
	// +required
	Type RoleType `json:"type,omitempty"`

	// name is the service principal, such as ec2.amazonaws.com.cn.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9_-]+([.][a-z0-9_-]+){2,}$')",message="a service principal looks like ecs-tasks.amazonaws.com, without wildcards"
	Name string `json:"name,omitempty"`
}
