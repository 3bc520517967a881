// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package bench measures the policy comparison beside that of other libraries, on documents that it generates.
package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
)

// document is a policy as both libraries read it.
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string `json:",omitempty"`
}

// newDocument makes a policy of at least size bytes out of statements such as task roles have.
func newDocument(size int) document {
	d := document{Version: "2012-10-17"}
	services := []string{"s3", "dynamodb", "sqs", "kms", "logs", "ssm", "secretsmanager"}
	for i := 0; len(d.json()) < size; i++ {
		service := services[i%len(services)]
		st := statement{Sid: fmt.Sprintf("Statement%d", i), Effect: "Allow"}
		for j := range 3 + i%4 {
			st.Action = append(st.Action, fmt.Sprintf("%s:%sObject%d", service, []string{"Get", "Put", "List"}[j%3], j))
		}
		for j := range 1 + i%3 {
			st.Resource = append(st.Resource,
				fmt.Sprintf("arn:aws:%s:eu-west-1:111122223333:application-%d/environment-%d/*", service, i, j))
		}
		if i%2 == 0 {
			st.Condition = map[string]map[string][]string{
				"StringEquals": {"aws:ResourceAccount": {"111122223333"}, "aws:PrincipalTag/team": {"payments", "orders"}},
				"Bool":         {"aws:SecureTransport": {"true"}},
			}
		}
		d.Statement = append(d.Statement, st)
	}
	return d
}

// reordered is the same policy with statements, actions, resources and condition values in another order.
func (d document) reordered() document {
	random := rand.New(rand.NewPCG(1, 2))
	result := document{Version: d.Version}
	for _, st := range d.Statement {
		st.Action, st.Resource = shuffled(random, st.Action), shuffled(random, st.Resource)
		condition := map[string]map[string][]string{}
		for operator, keys := range st.Condition {
			condition[operator] = map[string][]string{}
			for key, values := range keys {
				condition[operator][key] = slices.Clone(values)
				slices.Reverse(condition[operator][key])
			}
		}
		st.Condition = condition
		if len(condition) == 0 {
			st.Condition = nil
		}
		result.Statement = append(result.Statement, st)
	}
	slices.Reverse(result.Statement)
	return result
}

// different is the reordered policy with one action more, in the last of its statements.
func (d document) different() document {
	result := d.reordered()
	last := &result.Statement[len(result.Statement)-1]
	last.Action = append(last.Action, "s3:DeleteObject")
	return result
}

func (d document) json() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // a struct of strings always encodes
	}
	return string(text)
}

func shuffled(random *rand.Rand, list []string) []string {
	result := slices.Clone(list)
	random.Shuffle(len(result), func(i, j int) { result[i], result[j] = result[j], result[i] })
	return result
}
