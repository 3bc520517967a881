// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// The world of the laws: few enough principals, actions, resources and circumstances to try every request. The evaluator
// below shares no code with package policy.
var (
	somePrincipals = []string{deployer, later, "ecs-tasks.amazonaws.com"}
	someServices   = []string{"ecs-tasks.amazonaws.com", "ec2.amazonaws.com"}
	someActions    = []string{"s3:getobject", "s3:putobject", "sqs:sendmessage"}
	someResources  = []string{"arn:aws:s3:::one", "arn:aws:s3:::two", "arn:aws:s3:::111122223333"}
	someSources    = []string{"111122223333", "444455556666"}
)

const (
	deployer = "arn:aws:iam::111122223333:role/deployer"
	// later is a role that may not exist yet, itself the role that the laws are about.
	later  = "arn:aws:iam::111122223333:role/later"
	itself = "arn:aws:iam::111122223333:role/ecs/payments_checkout"
)

// requests is a set of requests, one bit for each.
type requests uint64

// managed are the documents of all managed policies of the world, attached ones and boundaries.
var managed = map[string]string{
	arn("m1"):         `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`,
	arn("m2"):         `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::one"}}`,
	arn("m3"):         `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}}`,
	arn("m4"):         `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}`,
	arn("quarantine"): `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}}`,
	arn("mixed"): `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},
		{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::two"}]}`,
	arn("mixed2"): `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
		{"Effect":"Deny","Action":"sqs:*","Resource":"arn:aws:s3:::one"}]}`,
	arn("notget"):    `{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"}}`,
	arn("home"):      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:SourceAccount}"}}`,
	arn("boundary1"): `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`,
	arn("boundary2"): `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","sqs:*"],"Resource":"*"}}`,
	arn("boundary3"): `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":["sqs:*","s3:PutObject"],"Resource":"arn:aws:s3:::one"}]}`,
}

func arn(name string) string { return "arn:aws:iam::111122223333:policy/" + name }

// permitted are the requests that a role permits: its trust policy lets the principal in, an identity policy allows, none
// denies, and the boundary allows.
func permitted(role *iam.Role) requests {
	if role == nil {
		return 0
	}
	trust := document(role.Trust)
	var identity evaluated
	for _, text := range role.InlinePolicies {
		identity = append(identity, document(text)...)
	}
	for _, a := range role.Attached {
		identity = append(identity, document(managed[a])...)
	}
	boundary := document(managed[role.Boundary])
	var set requests
	each(func(bit requests, r request) {
		if trust.permits(r.entering()) && identity.permits(r) && (role.Boundary == "" || boundary.permits(r)) {
			set |= bit
		}
	})
	return set
}

// each gives every request of the world its bit.
func each(do func(bit requests, r request)) {
	bit := requests(1)
	for _, principal := range somePrincipals {
		for _, action := range someActions {
			for _, resource := range someResources {
				for _, source := range someSources {
					do(bit, request{principal, action, resource, source})
					bit <<= 1
				}
			}
		}
	}
}

type request struct{ principal, action, resource, source string }

// entering is the request to assume the role.
func (r request) entering() request { return request{r.principal, "sts:assumerole", "", r.source} }

type evaluated []evaluatedStatement

type evaluatedStatement struct {
	// live says that policy variables are replaced.
	live        bool
	Sid         string                          `json:"Sid"`
	Effect      string                          `json:"Effect"`
	Principal   map[string]oneOrMany            `json:"Principal"`
	Action      oneOrMany                       `json:"Action"`
	NotAction   oneOrMany                       `json:"NotAction"`
	Resource    oneOrMany                       `json:"Resource"`
	NotResource oneOrMany                       `json:"NotResource"`
	Condition   map[string]map[string]oneOrMany `json:"Condition"`
}

type oneOrMany []string

func (l *oneOrMany) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		*l = make(oneOrMany, 1)
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]string)(l))
}

var documents = map[string]evaluated{}

func document(text string) evaluated {
	if doc, known := documents[text]; known || text == "" {
		return doc
	}
	var many struct {
		Version   string    `json:"Version"`
		Statement evaluated `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(text), &many); err != nil {
		var one struct {
			Version   string             `json:"Version"`
			Statement evaluatedStatement `json:"Statement"`
		}
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			panic(err)
		}
		many.Version, many.Statement = one.Version, evaluated{one.Statement}
	}
	for i := range many.Statement {
		many.Statement[i].live = many.Version == "2012-10-17"
	}
	if len(documents) > 1<<16 {
		clear(documents)
	}
	documents[text] = many.Statement
	return many.Statement
}

func (e evaluated) permits(r request) bool {
	allowed := false
	for i := range e {
		if e[i].matches(r) {
			if e[i].Effect == "Deny" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

func (s *evaluatedStatement) matches(r request) bool {
	if s.Principal != nil {
		aws, services := s.Principal["AWS"], s.Principal["Service"]
		if !slices.Contains(aws, "*") && !slices.Contains(aws, r.principal) && !slices.Contains(services, r.principal) {
			return false
		}
	}
	if s.Action != nil && !s.Action.match(r.action, true) || s.NotAction != nil && s.NotAction.match(r.action, true) ||
		s.Resource != nil && !s.Resource.filled(s.live, r).match(r.resource, false) {
		return false
	}
	if s.NotResource != nil && s.NotResource.filled(s.live, r).match(r.resource, false) {
		return false
	}
	for operator, asked := range s.Condition {
		for _, values := range asked {
			if slices.Contains(values.filled(s.live, r), r.source) != (operator == "StringEquals") {
				return false
			}
		}
	}
	return true
}

// filled puts in the value of the one policy variable of the world, and takes escapes for the text that they stand for.
func (l oneOrMany) filled(live bool, r request) oneOrMany {
	if !live {
		return l
	}
	result := slices.Clone(l)
	for i := range result {
		result[i] = strings.ReplaceAll(result[i], "${aws:SourceAccount}", r.source)
		result[i] = strings.ReplaceAll(result[i], "${$}", "$")
	}
	return result
}

// match knows the one wildcard of the world: an asterisk at the end.
func (l oneOrMany) match(value string, fold bool) bool {
	return slices.ContainsFunc(l, func(pattern string) bool {
		if fold {
			pattern = strings.ToLower(pattern)
		}
		prefix, wild := strings.CutSuffix(pattern, "*")
		return pattern == value || wild && strings.HasPrefix(value, prefix)
	})
}
