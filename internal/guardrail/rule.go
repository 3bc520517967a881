// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// allowed reads a rule of allow. What is malformed gives nothing.
func (b *Bounds) allowed(path *field.Path, rule v1alpha1.PermissionRule) permission {
	p := permission{path: path.String()}
	required, ok := b.required(rule.RequireCondition)
	if !ok {
		return p
	}
	p.required = required
	for _, action := range rule.Actions {
		if actionAdvice(string(action)) == "" {
			p.actions = append(p.actions, policy.ActionTerm(string(action)))
		}
	}
	for _, resource := range rule.Resources {
		text, err := b.values.expand(string(resource))
		if err != nil || resourceAdvice(text) != "" {
			continue
		}
		p.resources = append(p.resources, policy.ResourceTerm(text))
		if bounded(text) {
			p.bounded = append(p.bounded, policy.ResourceTerm(text))
		}
	}
	return p
}

// denied reads a rule of deny. What is malformed forbids everything.
func (b *Bounds) denied(path *field.Path, rule v1alpha1.DenialRule) permission {
	p := permission{path: path.String()}
	for _, action := range rule.Actions {
		text := string(action)
		if actionAdvice(text) != "" {
			text = everything
		}
		p.actions = append(p.actions, policy.ActionTerm(text))
	}
	for _, resource := range rule.Resources {
		text, err := b.values.expand(string(resource))
		if err != nil || resourceAdvice(text) != "" {
			text = everything
		}
		p.resources = append(p.resources, policy.ResourceTerm(text))
	}
	return p
}

// required is a rule's condition with its placeholders replaced.
func (b *Bounds) required(c v1alpha1.RequiredCondition) (policy.Condition, bool) {
	result := policy.Condition{}
	for operator, keys := range c {
		if operatorAdvice(operator) != "" {
			return nil, false
		}
		result[operator] = map[string][]string{}
		for key, values := range keys {
			for _, value := range values {
				text, err := b.values.expand(string(value))
				if err != nil {
					return nil, false
				}
				result[operator][key] = append(result[operator][key], text)
			}
		}
	}
	return result, true
}

// lifts reports whether the rule spells out an action, on a resource that it bounds.
func (p permission) lifts(action, resource policy.Term) bool {
	spelt := func(t policy.Term) bool { return t.Key() == action.Key() }
	return action.Exact() && slices.ContainsFunc(p.actions, spelt) && policy.CoversAny(p.bounded, resource)
}

var (
	actionForm   = lazyregexp.New(`^[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+$`)
	operatorForm = lazyregexp.New(
		`^(ForAnyValue:)?(String|Numeric|Date|Arn|Bool|BinaryEquals|IpAddress|NotIpAddress|Null)`)
)

// actionAdvice says what is wrong with a pattern of actions, or nothing.
func actionAdvice(text string) string {
	if text != everything && !actionForm.MatchString(text) {
		return "an action is <service>:<action> with * and ? behind the colon, such as s3:Get*, or \"*\" for all"
	}
	return ""
}

// resourceAdvice says what is wrong with a pattern of resources whose placeholders are replaced, or nothing.
func resourceAdvice(text string) string {
	fields := strings.SplitN(text, ":", arnFields)
	if text != everything && (len(fields) < arnFields || fields[0] != "arn" || !ascii(text)) {
		return "a resource is an ARN of six fields, such as arn:{partition}:s3:::{namespace}.*, or \"*\" for all"
	}
	return ""
}

// arnFields is the number of fields of an ARN.
const arnFields = 6

// operatorAdvice says why a condition operator cannot be required, or nothing.
func operatorAdvice(operator string) string {
	if !operatorForm.MatchString(operator) || strings.HasSuffix(operator, "IfExists") {
		return "a required condition has an operator of IAM without IfExists and ForAllValues, under which a statement " +
			"also applies where the key is missing"
	}
	return ""
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' || r < ' ' })
}

// bounded reports whether a pattern of resources bounds them: whether what it names, behind the type of the resource,
// does not begin with a wildcard.
func bounded(resource string) bool {
	fields := strings.SplitN(resource, ":", arnFields)
	if len(fields) < arnFields {
		return false
	}
	name := fields[5]
	// Objects of a bucket have no type before their slash.
	if i := strings.IndexAny(name, "/:"); i >= 0 && fields[2] != "s3" {
		name = name[i+1:]
	}
	return name != "" && !strings.ContainsAny(name[:1], "*?$") && !strings.ContainsAny(fields[2], "*?")
}
