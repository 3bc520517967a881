// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// AccountEvents says where the controller learns at once what others change in the IAM of an account.
type AccountEvents struct {
	// queueURL is the URL of an SQS queue that EventBridge sends CloudTrail's events of IAM in this account to, in the
	// main region of the partition. The queue is read with the session of the account, in the region that the URL names,
	// and for this account alone: what is taken out of it is deleted there.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^https://sqs[.][a-z]{2,}(-[a-z]+)+-[0-9]+([.][a-z0-9-]+){2,}/[0-9]{12}/[A-Za-z0-9_-]{1,80}$')",message="the URL of a queue looks like https://sqs.us-east-1.amazonaws.com/111122223333/ecs-iam-controller-events; the output QueueURL of the template config/iam/events-queue.yaml has it"
	QueueURL string `json:"queueURL,omitempty"`
}
