// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

// RegionUsage is where a service-linked role is still used: the reason why its deletion fails.
type RegionUsage struct {
	Region    string
	Resources []string // ARNs
}

// SetServiceLinkedRoleUsage makes the deletion of a service-linked role of the default account fail with this usage;
// none makes it succeed again.
func (s *Sim) SetServiceLinkedRoleUsage(roleName string, usage ...RegionUsage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accountLocked(s.options.AccountID)
	if len(usage) == 0 {
		delete(a.usage, roleName)
		return
	}
	if a.usage == nil {
		a.usage = map[string][]RegionUsage{}
	}
	a.usage[roleName] = usage
}

// SetServiceLinkedRoleDeletionPolls sets how many status reads see the deletion of a service-linked role under way,
// NOT_STARTED first and IN_PROGRESS from the second on, before it ends. Default 2. A large number holds deletions back;
// lowering it lets them end at the next read.
func (s *Sim) SetServiceLinkedRoleDeletionPolls(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deletionPolls = n
}

// serviceLinkedRole is what AWS makes for one service. Names: "Using service-linked roles for Amazon ECS",
// "Service-linked roles for Application Auto Scaling", the IAM page "AWS services that work with IAM".
type serviceLinkedRole struct {
	roleName string
	policy   string // under /aws-service-role/
	suffix   bool   // whether CustomSuffix is allowed
}

var serviceLinkedRoles = map[string]serviceLinkedRole{
	"ecs.amazonaws.com":         {roleName: "AWSServiceRoleForECS", policy: "AmazonECSServiceRolePolicy"},
	"ecs-compute.amazonaws.com": {roleName: "AWSServiceRoleForECSCompute", policy: "AmazonECSComputeServiceRolePolicy"},
	"ecs.application-autoscaling.amazonaws.com": {
		roleName: "AWSServiceRoleForApplicationAutoScaling_ECSService", policy: "AWSApplicationAutoscalingECSServicePolicy",
	},
	"autoscaling.amazonaws.com": {
		roleName: "AWSServiceRoleForAutoScaling", policy: "AutoScalingServiceRolePolicy", suffix: true,
	},
	"spot.amazonaws.com": {roleName: "AWSServiceRoleForEC2Spot", policy: "AWSEC2SpotServiceRolePolicy"},
}

// deletionTask is the asynchronous deletion of a service-linked role.
type deletionTask struct {
	id     string
	role   string
	polls  int
	status string // SUCCEEDED or FAILED at the end, else empty
	usage  []RegionUsage
}

// poll moves the task on and returns its status. The role goes with the last step.
func (d *deletionTask) poll(tx *transaction) string {
	if d.status != "" {
		return d.status
	}
	d.polls++
	switch {
	case d.polls > tx.sim.deletionPolls:
		d.end(tx)
	case d.polls == 1 && tx.sim.deletionPolls > 1:
		return "NOT_STARTED"
	default:
		return "IN_PROGRESS"
	}
	return d.status
}

func (d *deletionTask) end(tx *transaction) {
	if usage := tx.account.usage[d.role]; len(usage) > 0 {
		d.status, d.usage = "FAILED", usage
		return
	}
	d.status = "SUCCEEDED"
	tx.account.state.roles.remove(d.role)
}
