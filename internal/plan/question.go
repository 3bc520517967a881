// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "github.com/ecsiam/ecs-iam-controller/internal/iam"

// Question names one fact that judging what is wanted, or a plan, needs. It is asked once a pass, and only where
// something depends on the answer. Questions are comparable.
type Question struct {
	Kind QuestionKind
	// Subject is what the question is about: a name or an ARN, as the kind says.
	Subject string
}

// QuestionKind says what is asked.
type QuestionKind int

// The kinds of questions.
const (
	// AskRole asks for the role of the name Subject: its ARN, path, tags and boundary, without its policies.
	AskRole QuestionKind = iota
	// AskPolicy asks for the managed policy with the ARN Subject: whether it exists, and its document in force.
	AskPolicy
	// AskVersions asks for the versions of the managed policy with the ARN Subject.
	AskVersions
	// AskDocument asks for the document in force of the managed policy with the ARN Subject, as it was within the hour.
	AskDocument
	// AskHolder asks for the role of the name Subject with its policies and their documents.
	AskHolder
	// AskOwners asks the cluster, not AWS, for the owner tags of the objects that stand for the role of the name Subject.
	AskOwners
)

// Answer is what AWS says. Of a question that could not be answered there is none.
type Answer struct {
	// Missing says that the entity does not exist.
	Missing bool
	// Role is the role of AskRole.
	Role *iam.Role
	// Policy is the policy of AskPolicy and AskVersions, as far as it was asked for.
	Policy *iam.Policy
	// Documents are those of the managed policies of the role of AskHolder, by ARN.
	Documents map[string]string
	// Owners are the owner tags of AskOwners. Leaving says that they are all being deleted together with their kind.
	Owners  []string
	Leaving bool
}

// Answers are what is known. No answer means that whatever depends on it is withheld.
type Answers map[Question]Answer

// Unanswered returns the questions that have no answer yet, each once, in order.
func (a Answers) Unanswered(questions []Question) []Question {
	var open []Question
	seen := map[Question]bool{}
	for _, q := range questions {
		if _, answered := a[q]; !answered && !seen[q] {
			seen[q] = true
			open = append(open, q)
		}
	}
	return open
}
