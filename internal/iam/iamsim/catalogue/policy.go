// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"embed"
	"strconv"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

//go:embed documents/*.json
var documents embed.FS

// Policies makes the policies that AWS manages, by ARN, for a partition. They are the same in every account and cannot
// be changed.
func Policies(partition string) map[string]*store.Policy {
	policies := map[string]*store.Policy{}
	for i, row := range policyTable {
		policy := row.build(partition, i)
		policies[policy.ARN] = policy
	}
	return policies
}

func (r row) build(partition string, number int) *store.Policy {
	updated, err := time.Parse(time.DateOnly, r.updated)
	if err != nil {
		updated = time.Time{}
	}
	id := "v" + strconv.Itoa(r.version)
	digits := strconv.Itoa(1000 + number)
	return &store.Policy{
		Entity: store.Entity{
			Name: r.name, ID: "ANPA" + strings.Repeat("A", 17-len(digits)) + digits, Path: r.path,
			ARN: "arn:" + partition + ":iam::aws:policy" + r.path + r.name, Created: updated,
		},
		Description: "Managed by AWS", Updated: updated, DefaultID: id, Next: r.version + 1,
		Versions: []store.PolicyVersion{{ID: id, Document: r.document(partition), Created: updated}},
	}
}

// document is the policy's text with the ARNs of the partition. A row without a file is a mistake of this package,
// which a test finds.
func (r row) document(partition string) string {
	text, err := documents.ReadFile("documents/" + r.name + ".json")
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSpace(string(text)), `"arn:aws:`, `"arn:`+partition+`:`)
}
