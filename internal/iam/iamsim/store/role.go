// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
)

// Role is an IAM role.
type Role struct {
	Identity
	// TrustPolicy is set in what Sim.Role returns: the document as GetRole would show it.
	TrustPolicy        string
	Description        string
	Described          bool // a description was set, if only the empty one: IAM shows it then
	MaxSessionDuration int  // seconds
	LastUsed           *LastUsed

	// Trust is the trust policy as IAM keeps it: parsed, with the roles and users among its principals as unique ids.
	Trust access.Document
}

// LastUsed is when and where a role made its last call, as far as IAM has noted it: hours late.
type LastUsed struct {
	Time   time.Time
	Region string
}

// Clone copies the role.
func (r *Role) Clone() *Role {
	c := *r
	c.Identity = r.Identity.Clone()
	return &c
}

// ServiceLinked reports whether AWS made the role for a service.
func (r *Role) ServiceLinked() bool { return strings.HasPrefix(r.Path, "/aws-service-role/") }
