// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// resources looks at each ARN by itself, whatever the actions.
func (c *checker) resources(st *statement) {
	for element, list := range map[string][]string{elementResource: st.Resources, elementNotResource: st.NotResources} {
		for i, resource := range list {
			if f, odd := oddARN(resource); odd {
				c.at(st, element, i, list, f)
			}
		}
	}
}

// oddARN finds what no ARN of AWS looks like.
func oddARN(resource string) (Finding, bool) {
	parts := policy.SplitARN(resource)
	if len(parts) < arnFields || parts[0] != "arn" {
		return Finding{}, false
	}
	if f, odd := malformedField(parts); odd {
		return f, true
	}
	if f, odd := emptyField(parts); odd {
		return f, true
	}
	switch parts[arnService] {
	case "ecs":
		return oddECS(parts)
	case "secretsmanager":
		return oddSecret(parts)
	}
	return Finding{}, false
}

// emptyField finds an empty region or account where each type of resource of that form has one.
func emptyField(parts []string) (Finding, bool) {
	service := FindService(parts[arnService])
	if service == nil || parts[arnRegion] != "" && parts[arnAccount] != "" {
		return Finding{}, false
	}
	similar := false
	fits := func(format string) bool {
		f := policy.SplitARN(format)
		if len(f) < arnFields || policy.Disjoint(f[arnResource], parts[arnResource]) {
			return false
		}
		similar = true
		return (f[arnRegion] == "" || parts[arnRegion] != "") && (f[arnAccount] == "" || parts[arnAccount] != "")
	}
	for _, t := range service.ResourceTypes {
		if slices.ContainsFunc(t.ARNs, fits) {
			return Finding{}, false
		}
	}
	if !similar {
		return Finding{}, false
	}
	full := slices.Clone(parts)
	if full[arnRegion] == "" && parts[arnService] != "iam" {
		full[arnRegion] = "*"
	}
	if full[arnAccount] == "" {
		full[arnAccount] = "*"
	}
	return Finding{
		Code:       v1alpha1.WarningEmptyARNField,
		Reason:     join(parts) + " has an empty region or account, which no such ARN has, so that it matches nothing",
		Correction: "write " + join(full) + ", or name the region and the account",
	}, true
}

// oddECS finds the short ARNs, which resources made since 2021 do not have, and task definitions without a revision.
// Source: Amazon ECS Developer Guide, "Access Amazon ECS features with account settings" and "Amazon ECS CloudWatch
// Events IAM Role".
func oddECS(parts []string) (Finding, bool) {
	kind, rest, ok := strings.Cut(parts[arnResource], "/")
	if !ok || rest == "" || strings.Contains(rest, "*") {
		return Finding{}, false
	}
	switch kind {
	case "service", "task", "container-instance":
		if strings.Contains(rest, "/") || hasVariable(rest) {
			return Finding{}, false
		}
		full := slices.Clone(parts)
		full[arnResource] = kind + "/*/" + rest
		return Finding{
			Code: v1alpha1.WarningShortARN,
			Reason: fmt.Sprintf("%s is the short form of the ARN, which no %s made after 2021 has",
				join(parts), strings.ReplaceAll(kind, "-", " ")),
			Correction: "write " + join(full) + ", or name the cluster in place of the asterisk",
		}, true
	case "task-definition", "daemon-task-definition":
		if strings.Contains(rest, ":") || hasVariable(rest) {
			return Finding{}, false
		}
		return Finding{
			Code:       v1alpha1.WarningNoRevision,
			Reason:     join(parts) + " has no revision, so that it matches no task definition",
			Correction: "write " + join(parts) + ":*",
		}, true
	}
	return Finding{}, false
}

// secretSuffix is what Secrets Manager puts after the name of a secret, or a pattern that takes it.
var secretSuffix = lazyregexp.New(`(\*|-[0-9A-Za-z?]{6})$`)

// oddSecret finds secrets named as a person names them. Source: AWS Secrets Manager User Guide, "Identity-based
// policies".
func oddSecret(parts []string) (Finding, bool) {
	name, ok := strings.CutPrefix(parts[arnResource], "secret:")
	if !ok || secretSuffix.MatchString(name) || hasVariable(name) {
		return Finding{}, false
	}
	return Finding{
		Code: v1alpha1.WarningSecretSuffix,
		Reason: join(parts) + " lacks the six characters that Secrets Manager puts after the name, so that it matches " +
			"no secret",
		Correction: "write " + join(parts) + "-??????",
	}, true
}

// coverage asks whether what the actions of an Allow statement need is among the resources, and the other way round.
func (c *checker) coverage(st *statement) {
	if !st.allows() || len(st.Resources) == 0 || slices.Contains(st.Resources, "*") {
		return
	}
	for i, actions := range st.actions {
		if isExact(st.Actions[i]) && len(actions) == 1 {
			c.needs(st, i, actions[0])
		} else {
			c.bare(st, i, actions)
		}
	}
	for i, resource := range st.Resources {
		if !isOdd(resource) && st.takesResources() && !c.uses(st, resource) {
			c.at(st, elementResource, i, st.Resources, Finding{
				Code:   v1alpha1.WarningUnusedResource,
				Reason: "no action of the statement has resources of the form " + resource,
			})
		}
	}
}

// isOdd tells whether a resource is no ARN or an odd one, about which something else is said.
func isOdd(resource string) bool {
	_, odd := oddARN(resource)
	return odd || !strings.HasPrefix(resource, "arn:")
}

// takesResources tells whether some action of the statement can be limited to resources.
func (st *statement) takesResources() bool {
	return slices.ContainsFunc(st.actions, func(actions []*Action) bool {
		return slices.ContainsFunc(actions, func(a *Action) bool { return len(a.Resources) > 0 })
	})
}

// uses tells whether a request of some action of the statement, or of another one that allows, may be for a resource.
// AWS lists the resources of related actions together.
func (c *checker) uses(own *statement, resource string) bool {
	for i := range c.statements {
		st := &c.statements[i]
		if st == own && st.opaque {
			return true
		}
		if !st.allows() {
			continue
		}
		for _, actions := range st.actions {
			if slices.ContainsFunc(actions, func(a *Action) bool { return a.mayUse(resource) }) {
				return true
			}
		}
	}
	return false
}

func (a *Action) mayUse(resource string) bool {
	return a.incomplete || slices.ContainsFunc(a.Resources, func(r ResourceUse) bool { return r.Type.mayMatch(resource) })
}

// needs asks whether the document grants an action at all: some statement that allows it has a resource of each type
// that the action needs, or "*".
func (c *checker) needs(st *statement, i int, action *Action) {
	resources := c.resourcesFor(action)
	if slices.Contains(resources, "*") || action.incomplete {
		return
	}
	if len(action.Resources) == 0 {
		c.at(st, elementAction, i, st.Actions, Finding{
			Code:       v1alpha1.WarningNoResourceLevel,
			Reason:     fmt.Sprintf("%s cannot be limited to resources, so that the statement does not grant it", action),
			Correction: `allow it on "*" in a statement of its own`,
		})
		return
	}
	if slices.ContainsFunc(resources, isOdd) {
		return // what is wrong with the ARN has been said
	}
	if missing := action.missing(resources); missing != nil {
		c.at(st, elementAction, i, st.Actions, Finding{
			Code: v1alpha1.WarningMissingResource,
			Reason: fmt.Sprintf("%s needs a resource of type %s, which no statement that allows it names", action,
				named(missing)),
			Correction: "add one of the form " + missing[0].ARNs[0],
		})
	}
}

// bare asks whether a pattern matches only actions that cannot be limited to resources, of which the document grants
// none.
func (c *checker) bare(st *statement, i int, actions []*Action) {
	if len(actions) == 0 || slices.ContainsFunc(actions, func(a *Action) bool {
		return a.incomplete || len(a.Resources) > 0 || slices.Contains(c.resourcesFor(a), "*")
	}) {
		return
	}
	c.at(st, elementAction, i, st.Actions, Finding{
		Code: v1alpha1.WarningNoResourceLevel,
		Reason: fmt.Sprintf("no action that %s matches can be limited to resources, so that the statement grants none",
			st.Actions[i]),
		Correction: `allow it on "*" in a statement of its own`,
	})
}

// resourcesFor are the resources of all statements that allow an action.
func (c *checker) resourcesFor(action *Action) []string {
	var resources []string
	for i := range c.statements {
		st := &c.statements[i]
		switch {
		case !st.allows():
		case len(st.Actions) == 0 || len(st.Resources) == 0:
			resources = append(resources, "*") // a Not list allows more than can be said here
		case st.actionIndex(action.String()) >= 0:
			resources = append(resources, st.Resources...)
		}
	}
	return resources
}

// named are the names of resource types of which one is needed.
func named(types []*ResourceType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name
	}
	return strings.Join(names, " or ")
}

// missing returns the types of which the action needs one, and no resource may be of any. Types of one family, such as
// the listeners of each kind of load balancer, are alternatives; where none is required, one of all is.
func (a *Action) missing(resources []string) []*ResourceType {
	families := map[string][]*ResourceType{}
	var order []string
	met := map[string]bool{}
	for _, use := range a.Resources {
		family, _, _ := strings.Cut(use.Type.Name, "/")
		if !a.requiresAny() {
			family = ""
		} else if !use.Required {
			continue
		}
		if families[family] == nil {
			order = append(order, family)
		}
		families[family] = append(families[family], use.Type)
		met[family] = met[family] || slices.ContainsFunc(resources, use.Type.mayMatch)
	}
	for _, family := range order {
		if !met[family] {
			return families[family]
		}
	}
	return nil
}

func (a *Action) requiresAny() bool {
	return slices.ContainsFunc(a.Resources, func(r ResourceUse) bool { return r.Required })
}

// mayMatch tells whether a pattern of a statement and the ARN of some resource of the type may be the same. An asterisk
// is taken to stay within a field of an ARN, as people mean it.
func (t *ResourceType) mayMatch(pattern string) bool {
	if pattern == "*" {
		return true
	}
	parts := policy.SplitARN(pattern)
	return slices.ContainsFunc(t.formats, func(format []string) bool {
		if len(parts) < arnFields || len(format) < arnFields {
			return !policy.Disjoint(join(format), pattern)
		}
		for i := range parts {
			if policy.Disjoint(format[i], parts[i]) {
				return false
			}
		}
		return true
	})
}

func hasVariable(text string) bool { return strings.Contains(text, "${") }
