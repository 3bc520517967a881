// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"crypto/sha256"
	"strconv"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// digest stands for the value of one part of an observation. The zero digest is that of a part that is not there.
type digest [16]byte

// parts are the parts of an observation that IAM may show at different ages, each with a digest of its value.
type parts map[string]digest

// documentPart is the document of a managed policy, which is not read for a deletion.
const documentPart = "document"

func partsOf(o iam.Observation) parts {
	p := parts{}
	if r := o.Role; r != nil {
		p.add("role", "present")
		p.add("trust", documentKey(r.Trust))
		p.add("settings", r.Description+"\x00"+strconv.Itoa(int(r.MaxSessionSeconds)))
		p.add("boundary", r.Boundary)
		p.addTags("tag/", r.Tags)
		for name, document := range r.InlinePolicies {
			p.add("inline/"+name, documentKey(document))
		}
		p.addAll("attached/", r.Attached)
	}
	if m := o.Policy; m != nil {
		p.add("policy", "present")
		p.add(documentPart, documentKey(m.Document))
		p.addTags("tag/", m.Tags)
		p.addAll("attached/", desired.Attachments(*m))
	}
	if f := o.Profile; f != nil {
		p.add("profile", "present")
		p.add("profile/role", f.RoleName)
		p.addTags("profile/tag/", f.Tags)
	}
	return p
}

func (p parts) add(key, value string) {
	sum := sha256.Sum256([]byte(value))
	p[key] = digest(sum[:len(digest{})])
}

func (p parts) addTags(prefix string, tags map[string]string) {
	for k, v := range tags {
		p.add(prefix+k, v)
	}
}

func (p parts) addAll(prefix string, names []string) {
	for _, name := range names {
		p.add(prefix+name, "present")
	}
}

// documentKey is equal for documents that say the same.
func documentKey(text string) string {
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		return text
	}
	return doc.Hash()
}

// older tells whether seen differs from what our writes left (is) in a part that has the value it had before them
// (was).
func older(was, is, seen parts) bool {
	for _, keys := range []parts{was, is} {
		for k := range keys {
			if seen[k] != is[k] && seen[k] == was[k] {
				return true
			}
		}
	}
	return false
}
