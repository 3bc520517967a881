// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

// Policies makes the policies that AWS manages, by ARN, for a partition. They are the same in every account and cannot be
// changed.
func Policies(partition string) map[string]*store.Policy {
	policies := map[string]*store.Policy{}
	for i, row := range awsPolicyTable {
		policy := row.build(partition, i)
		policies[policy.ARN] = policy
	}
	return policies
}

// awsPolicy is a row of the catalogue. The documents are modelled on AWS's: the same services and actions, not the same
// text.
type awsPolicy struct {
	path       string // with both slashes
	name       string
	version    int
	updated    string // day of the version
	statements []awsStatement
}

type awsStatement struct {
	effect    string
	actions   []string
	resources []string // "${P}" stands for the partition
	condition string   // JSON, may be empty
}

func (row awsPolicy) build(partition string, number int) *store.Policy {
	updated, err := time.Parse(time.DateOnly, row.updated)
	if err != nil {
		updated = time.Time{}
	}
	id := "v" + strconv.Itoa(row.version)
	digits := strconv.FormatInt(int64(1000+number), 10)
	return &store.Policy{
		Entity: store.Entity{
			Name: row.name, ID: "ANPA" + strings.Repeat("A", 17-len(digits)) + digits, Path: row.path,
			ARN: "arn:" + partition + ":iam::aws:policy" + row.path + row.name, Created: updated,
		},
		Description: "Managed by AWS", Updated: updated, DefaultID: id, Next: row.version + 1,
		Versions: []store.PolicyVersion{{ID: id, Document: row.document(partition), Created: updated}},
	}
}

func (row awsPolicy) document(partition string) string {
	statements := make([]string, 0, len(row.statements))
	for _, s := range row.statements {
		fields := []string{
			`"Effect": "` + s.effect + `"`, `"Action": ` + jsonList(s.actions), `"Resource": ` + jsonList(s.resources),
		}
		if s.condition != "" {
			fields = append(fields, `"Condition": `+s.condition)
		}
		statements = append(statements, "    {\n      "+strings.Join(fields, ",\n      ")+"\n    }")
	}
	doc := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n" + strings.Join(statements, ",\n") + "\n  ]\n}"
	return strings.ReplaceAll(doc, "${P}", partition)
}

func jsonList(items []string) string {
	quoted := make([]string, 0, len(items))
	for _, item := range items {
		quoted = append(quoted, strconv.Quote(item))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func allow(actions ...string) awsStatement {
	return awsStatement{effect: "Allow", actions: actions, resources: []string{"*"}}
}

func deny(actions ...string) awsStatement {
	return awsStatement{effect: "Deny", actions: actions, resources: []string{"*"}}
}

func (s awsStatement) on(resources ...string) awsStatement {
	s.resources = slices.Clone(resources)
	return s
}

func (s awsStatement) when(condition string) awsStatement {
	s.condition = condition
	return s
}
