// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
)

// IsUniqueID reports whether a principal is the unique id of a role (AROA…) or user (AIDA…). IAM shows the id in place
// of the ARN once the principal is deleted, and for moments while it cannot resolve it; an entity made anew under the
// same name is not trusted by it.
func IsUniqueID(principal string) bool {
	id, ok := strings.CutPrefix(principal, "AROA")
	if !ok {
		if id, ok = strings.CutPrefix(principal, "AIDA"); !ok {
			return false
		}
	}
	return len(id) >= 16 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// OrphanedPrincipals lists the unique ids among the AWS principals of the document, sorted and without duplicates. It
// is empty for nil.
func (d *Document) OrphanedPrincipals() []string {
	var ids []string
	if d == nil {
		return ids
	}
	for i := range d.Statements {
		for _, p := range [...]*Principal{d.Statements[i].Principal, d.Statements[i].NotPrincipal} {
			if p == nil {
				continue
			}
			for _, principal := range p.AWS {
				if IsUniqueID(principal) {
					ids = append(ids, principal)
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// ResolveIDs returns the document with unique ids among its AWS principals replaced by what the map gives for them. IAM
// shows the id of a role for moments in place of its ARN; whoever knows that the id is the role's present one compares
// documents after this. The receiver is not changed; the result is nil for nil.
func (d *Document) ResolveIDs(arns map[string]string) *Document {
	if d == nil {
		return nil
	}
	resolved := &Document{Version: d.Version, ID: d.ID, Statements: slices.Clone(d.Statements)}
	for i := range resolved.Statements {
		st := &resolved.Statements[i]
		st.Principal, st.NotPrincipal = st.Principal.resolve(arns), st.NotPrincipal.resolve(arns)
	}
	return resolved
}

func (p *Principal) resolve(arns map[string]string) *Principal {
	if p == nil {
		return nil
	}
	resolved := p.clone()
	for i, principal := range resolved.AWS {
		if arn := arns[principal]; arn != "" && IsUniqueID(principal) {
			resolved.AWS[i] = arn
		}
	}
	return resolved
}

// parseRoot takes the root ARN of an account apart: arn:<partition>:iam::<account>:root.
func parseRoot(principal string) (partition, account string, ok bool) {
	rest, ok := strings.CutPrefix(principal, "arn:")
	if !ok {
		return "", "", false
	}
	rest, ok = strings.CutSuffix(rest, ":root")
	if !ok {
		return "", "", false
	}
	partition, account, ok = strings.Cut(rest, ":iam::")
	if !ok || partition == "" || strings.Contains(partition, ":") || !isAccountID(account) {
		return "", "", false
	}
	return partition, account, true
}

func isAccountID(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// onePartition reports whether the root ARNs among the principals of two documents are all of one partition, as all
// principals are that IAM accepts. If not, folding them into account ids would hide the difference.
func onePartition(a, b *flat) bool {
	first := ""
	for _, f := range [...]*flat{a, b} {
		for i := range f.statements {
			for _, p := range [...]*Principal{f.statements[i].Principal, f.statements[i].NotPrincipal} {
				if p == nil {
					continue
				}
				for _, principal := range p.AWS {
					partition, _, ok := parseRoot(principal)
					if ok && first == "" {
						first = partition
					}
					if ok && partition != first {
						return false
					}
				}
			}
		}
	}
	return true
}
