// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"strconv"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// suspicion is how long after a write of ours a reading may still show the state before it. IAM usually shows a write
// within ten seconds; half a minute was observed.
const suspicion = 30 * time.Second

// aspects are the parts of an observation that IAM may show at different ages, each with a value that can be compared.
func aspects(o iam.Observation) map[string]string {
	a := map[string]string{}
	if r := o.Role; r != nil {
		a["role"] = "present"
		a["trust"] = documentKey(r.Trust)
		a["settings"] = r.Description + "\x00" + strconv.Itoa(int(r.MaxSessionSeconds))
		a["boundary"] = r.Boundary
		for k, v := range r.Tags {
			a["tag/"+k] = v
		}
		for name, document := range r.InlinePolicies {
			a["inline/"+name] = documentKey(document)
		}
		for _, arn := range r.Attached {
			a["attached/"+arn] = "present"
		}
	}
	if p := o.Policy; p != nil {
		a["policy"], a["document"] = "present", documentKey(p.Document)
		for k, v := range p.Tags {
			a["tag/"+k] = v
		}
		for _, attached := range desired.Attachments(*p) {
			a["attached/"+attached] = "present"
		}
	}
	if p := o.Profile; p != nil {
		a["profile"] = "present"
		a["profile/role"] = p.RoleName
		for k, v := range p.Tags {
			a["profile/tag/"+k] = v
		}
	}
	return a
}

func documentKey(text string) string {
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		return text
	}
	return doc.Hash()
}

// looksStale tells whether got differs from what our writes left (believed) in something that has the value it had
// before them: IAM answers from replicas, and such a reading is older than our last write.
func looksStale(before, believed, got iam.Observation) bool {
	was, is, seen := aspects(before), aspects(believed), aspects(got)
	for _, keys := range []map[string]string{was, is} {
		for k := range keys {
			if seen[k] != is[k] && seen[k] == was[k] {
				return true
			}
		}
	}
	return false
}
