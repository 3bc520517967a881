// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

// knownActions looks for actions that do not exist, which IAM saves and which then match nothing.
func (c *checker) knownActions(st *statement) {
	c.knownIn(st, elementAction, st.Actions)
	c.knownIn(st, elementNotAction, st.NotActions)
}

func (c *checker) knownIn(st *statement, element string, patterns []string) {
	for i, pattern := range patterns {
		prefix := prefixOf(pattern)
		if prefix == "" || strings.ContainsAny(prefix, "*?") {
			continue // the grammar has its say, or the pattern is for all services
		}
		service := FindService(prefix)
		if service == nil {
			f := Finding{
				Code:   v1alpha1.WarningUnknownService,
				Reason: fmt.Sprintf("%s is no service prefix that is known", prefix),
			}
			if near := spelling.Nearest(prefix, Services()); near != "" {
				f.Correction = fmt.Sprintf("did you mean %s:%s?", near, pattern[len(prefix)+1:])
			}
			c.at(st, element, i, patterns, f)
			continue
		}
		if actions, _ := c.actionsOf(pattern); len(actions) == 0 {
			c.at(st, element, i, patterns, unknownAction(service, pattern))
		}
	}
}

func unknownAction(service *Service, pattern string) Finding {
	name := pattern[strings.IndexByte(pattern, ':')+1:]
	f := Finding{
		Code: v1alpha1.WarningUnknownAction, Severity: Error,
		Reason: fmt.Sprintf("%s has no action %s", service.Prefix, name),
	}
	if strings.ContainsAny(name, "*?") {
		f.Reason = fmt.Sprintf("%s has no action that %s matches", service.Prefix, name)
	}
	if near := nearestAction(service, name); near != "" {
		f.Correction = fmt.Sprintf("did you mean %s?", near)
	}
	return f
}

// nearestAction is the action that was meant: one of that name in another service that an ECS workload uses, or one of
// the service with a similar name.
func nearestAction(service *Service, name string) string {
	if strings.ContainsAny(name, "*?") {
		return ""
	}
	for _, prefix := range neighbours {
		if a := FindAction(prefix + ":" + name); a != nil {
			return a.String()
		}
	}
	names := make([]string, len(service.Actions))
	for i := range service.Actions {
		names[i] = service.Actions[i].Name
	}
	if near := spelling.Nearest(name, names); near != "" {
		return service.Prefix + ":" + near
	}
	return ""
}

// neighbours are the services whose actions are most often written under another prefix in policies for ECS.
var neighbours = []string{
	"ecs", "ecr", "ec2", "iam", "logs", "ssm", "ssmmessages", "secretsmanager", "kms", "s3", "elasticloadbalancing",
	"autoscaling", "application-autoscaling", "cloudwatch", "servicediscovery", "events", "sts",
}
