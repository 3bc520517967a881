// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Document is a policy document that an entity has.
type Document struct {
	// Part is what operations call it, such as inline/<name>.
	Part string
	// Field is where the object declares it. At is that of a statement, nil for Field.
	Field string
	At    func(statement int) string
	// Content is the document; nil where it is not known.
	Content *policy.Content
	// ByType says that the controller attaches it by itself: it may permit what it does.
	ByType bool
	// ARN is that of a managed policy. Referred says that an ECSPolicy of the namespace is named, Ignored that the account
	// lets the object leave it alone.
	ARN               string
	Referred, Ignored bool
}

// judged is a statement that is being judged.
type judged struct {
	*Bounds
	// mayPass says which roles may be passed, by ARN; nil for none.
	mayPass   func(arn string) bool
	document  *Document
	statement *policy.Statement
	index     int

	actions, resources []policy.Term
	found              []Violation
}

// permissions judges what a document permits, apart from where it comes from.
func (b *Bounds) permissions(d *Document, mayPass func(arn string) bool) []Violation {
	if d.Content == nil || d.Content.Unreadable() {
		return []Violation{{
			Field: d.Field, Rule: b.rule(guardrailsPath), Parts: []string{d.Part},
			What:   "the document cannot be read, so that what it permits is not known",
			Passes: "a document that can be read passes",
		}}
	}
	if d.Content.Absent() {
		return nil
	}
	var all []Violation
	statements := d.Content.Document().Statements
	for i := range statements {
		if statements[i].Effect == policy.Deny {
			continue
		}
		j := judged{Bounds: b, mayPass: mayPass, document: d, statement: &statements[i], index: i}
		j.judge()
		all = append(all, j.found...)
	}
	return all
}

func (j *judged) judge() {
	for _, text := range j.statement.Actions {
		j.actions = append(j.actions, j.action(text).term)
	}
	j.resources = resourceTerms(j.statement.Resources)
	j.denials()
	if !j.restricted || j.document.ByType {
		return
	}
	if !j.understood() {
		return
	}
	for i, action := range j.actions {
		j.one(action, j.action(j.statement.Actions[i]))
	}
}

func actionTerms(list []string) []policy.Term {
	terms := make([]policy.Term, len(list))
	for i, text := range list {
		terms[i] = policy.ActionTerm(text)
	}
	return terms
}

func resourceTerms(list []string) []policy.Term {
	terms := make([]policy.Term, len(list))
	for i, text := range list {
		terms[i] = policy.ResourceTerm(text)
	}
	return terms
}

// refuseRaising records that the statement may raise permissions.
func (j *judged) refuseRaising(rule, what, passes string) {
	j.refuse(rule, what, passes)
	j.found[len(j.found)-1].Raises = true
}

// refuseEverything records that the statement may hold any permission.
func (j *judged) refuseEverything(what, passes string) {
	j.refuseRaising(j.mode(), what, passes)
	j.found[len(j.found)-1].Everything = true
}

// refuse records a violation of the statement.
func (j *judged) refuse(rule, what, passes string) {
	at := j.document.Field
	if j.document.At != nil {
		at = j.document.At(j.index)
	} else if sid := j.statement.Sid; sid != "" {
		at += " (statement " + sid + ")"
	}
	j.found = append(j.found, Violation{
		Field: at, Rule: rule, What: what, Passes: passes, Parts: []string{j.document.Part},
	})
}

// denials finds the rules of deny that the statement meets.
func (j *judged) denials() {
	for _, rule := range j.deny {
		action, meets := j.meets(j.actions, j.statement.NotActions, rule.actions, policy.ActionTerm)
		resource, also := j.meets(j.resources, j.statement.NotResources, rule.resources, policy.ResourceTerm)
		if meets && also {
			j.refuse(rule.path+" of AWSAccount "+j.values.Account,
				fmt.Sprintf("%s on %s meets what the account denies", action, resource),
				"only what meets none of the rules of spec.guardrails.deny passes")
		}
	}
}

// meets finds a pattern of a statement that a rule's may meet. Of a Not list everything may be met but what one of its
// patterns covers.
func (*judged) meets(
	list []policy.Term, not []string, rule []policy.Term, term func(string) policy.Term,
) (what string, ok bool) {
	for _, t := range list {
		if policy.MeetsAny(rule, t) {
			return t.String(), true
		}
	}
	if len(not) == 0 {
		return "", false
	}
	var excluded []policy.Term
	for _, text := range not {
		excluded = append(excluded, term(text))
	}
	for _, t := range rule {
		if !policy.CoversAny(excluded, t) {
			return t.String(), true
		}
	}
	return "", false
}

// understood refuses what cannot be judged by its patterns.
func (j *judged) understood() bool {
	s, before := j.statement, len(j.found)
	switch {
	case s.Effect != policy.Allow || s.Principal != nil || s.NotPrincipal != nil:
		j.refuse(j.mode(), "the statement is none that grants its holder permissions", "a statement with effect Allow passes")
	case len(s.NotActions) > 0:
		j.refuseEverything("notActions with Allow permits every other action",
			"list the actions that are allowed in actions")
	case len(s.NotResources) > 0:
		j.refuse(j.mode(), "notResources with Allow permits every other resource",
			"list the resources that are allowed in resources")
	}
	for _, action := range s.Actions {
		if !j.action(action).formed {
			j.refuseEverything(fmt.Sprintf("the action %q is not of one service", action),
				"actions with the whole name of their service pass, such as s3:GetObject")
		}
	}
	for _, resource := range s.Resources {
		if resourceAdvice(resource) != "" {
			j.refuse(j.mode(), fmt.Sprintf("the resource %q is no ARN", resource), "an ARN of six fields, or \"*\", passes")
		}
	}
	return len(j.found) == before
}

// mode names the guardrail that refuses what nothing else allows.
func (j *judged) mode() string { return j.rule(guardrailsPath.Child("mode")) + ": Restricted" }

// one judges one action on all resources of the statement.
func (j *judged) one(action policy.Term, known *known) {
	switch {
	case known.raises != "":
		j.escalation(action, known.raises)
	case j.spec.Allow != nil:
		j.containment(action, known.allowing)
	case action.Wild() && !reads(action):
		j.refuse(j.mode(), fmt.Sprintf("the wildcard of %s also takes actions that AWS adds later", action),
			"name the actions; a wildcard passes behind Get, List, Describe, BatchGet and Head")
	}
}

// escalation refuses an action that raises permissions where neither its own rule nor one of the account lifts that.
func (j *judged) escalation(action policy.Term, raises string) {
	passing := action.Key() == passRole.Key()
	for _, resource := range j.resources {
		if passing && j.mayPass != nil && j.mayPass(resource.Key()) || j.lifted(action, resource) {
			continue
		}
		what, passes := "can raise permissions", j.liftedBy(action, resource)
		if !action.Exact() {
			what = "may match " + raises + ", which can raise permissions"
			passes = "name the actions that are needed"
		}
		if passing {
			what = "lets whoever has the role act as the role that it passes"
			passes = "the ARN of a role that an ECSRole of this namespace owns passes, as grants.passRoles gives it; or " +
				passes
		}
		j.refuseRaising(j.mode(), fmt.Sprintf("%s on %s %s", action, resource, what), passes)
		return
	}
}

// liftedBy says which rule would lift the refusal. What no rule may be about has to become narrower, too.
func (*judged) liftedBy(action, resource policy.Term) string {
	if bounded(resource.String()) {
		return fmt.Sprintf("ask the owner of the account for a rule in spec.guardrails.allow that spells out %s on %s",
			action, resource)
	}
	narrower := "ARNs"
	if example := narrowerPattern(action, resource.String()); example != "" {
		narrower += " such as " + example
	}
	return fmt.Sprintf("name the resources by %s, without a wildcard at the beginning of their name, and ask the owner "+
		"of the account for a rule in spec.guardrails.allow that spells out %s on them", narrower, action)
}

// narrowerPattern is a pattern of the namespace's own resources of the kind that one without bounds is about, empty
// where the kind is not known.
func narrowerPattern(action policy.Term, resource string) string {
	if resource == everything && action.Key() == passRole.Key() {
		resource = "arn:{partition}:iam::{accountID}:role/*"
	}
	fields := strings.SplitN(resource, ":", arnFields)
	if len(fields) < arnFields || strings.ContainsAny(fields[2], "*?$") {
		return ""
	}
	kind := ""
	if i := strings.IndexAny(fields[5], "/:"); i >= 0 && fields[2] != "s3" {
		kind = fields[5][:i+1]
	}
	if fields[2] != "s3" && (kind == "" || strings.ContainsAny(kind, "*?$")) {
		return ""
	}
	own := kind + placeholderNamespace + "_*"
	if fields[2] == "s3" {
		own = placeholderNamespace + ".*"
	}
	return strings.Join([]string{"arn:" + placeholderPartition, fields[2], fields[3], fields[4], own}, ":")
}

// lifted reports whether a rule spells out the action on a resource.
func (j *judged) lifted(action, resource policy.Term) bool {
	for _, rule := range j.allow {
		if rule.lifts(action, resource) && j.statement.Demands(rule.required) {
			return true
		}
	}
	return false
}

// containment refuses an action on resources that no single rule of allow covers.
func (j *judged) containment(action policy.Term, allowing []int) {
	for _, resource := range j.resources {
		within, unconditioned := false, ""
		for _, i := range allowing {
			rule := &j.allow[i]
			if !policy.CoversAny(rule.resources, resource) {
				continue
			}
			if j.statement.Demands(rule.required) {
				within = true
				break
			}
			unconditioned = rule.path
		}
		switch {
		case within:
		case unconditioned != "":
			j.refuse(j.rule(guardrailsPath.Child("allow")), fmt.Sprintf(
				"%s on %s lacks the condition of %s", action, resource, unconditioned),
				"the same operators and keys with no other values pass, without IfExists and ForAllValues")
			return
		default:
			j.refuse(j.rule(guardrailsPath.Child("allow")), fmt.Sprintf("no rule allows %s on %s", action, resource),
				"what passes is: "+j.allowedFor(action))
			return
		}
	}
}

// allowedFor lists what the rules allow of an action's service, shortened.
func (j *judged) allowedFor(action policy.Term) string {
	service, _, _ := strings.Cut(action.Key(), ":")
	anyOf := policy.ActionTerm(service + ":*")
	var texts []string
	for _, rule := range j.allow {
		if policy.MeetsAny(rule.actions, anyOf) {
			texts = append(texts, fmt.Sprintf("%s on %s", list(rule.actions), list(rule.resources)))
		}
	}
	if len(texts) == 0 {
		return "nothing of " + service
	}
	return strings.Join(texts, "; ")
}

// list shows the first few of several patterns.
func list(terms []policy.Term) string {
	const shown = 5
	var texts []string
	for i, t := range terms {
		if i == shown {
			texts = append(texts, "…")
			break
		}
		texts = append(texts, t.String())
	}
	return strings.Join(texts, ", ")
}
