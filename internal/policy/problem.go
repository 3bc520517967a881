// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// Kind is the use of a document, on which IAM's rules depend.
type Kind int

// The kinds of documents.
const (
	IdentityPolicy Kind = iota // inline policy of a role, user or group
	ManagedPolicy              // an identity policy that must state version 2012-10-17
	TrustPolicy                // assume-role policy of a role
)

// The codes of IAM's errors for documents.
const (
	CodeMalformed  = "MalformedPolicyDocument"
	CodeValidation = "ValidationError"
)

// Problem is one violation of IAM's rules for a kind of document.
type Problem struct {
	// Path names the element, e.g. "Statement[2].Action[0]"; a list of one value has no index. Empty: the document.
	Path string
	// Statement is the index of the statement, -1 for the document. Element is the name in the grammar, e.g. "Action",
	// "Principal.Service" or "Condition.StringEquals[aws:SourceArn]". Index is the place in its list, -1 for none.
	Statement int
	Element   string
	Index     int

	Message    string // ours: what is wrong and what to do
	Code       string // IAM's error code
	IAMMessage string // what IAM itself says
}

// String gives path and message on one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}
