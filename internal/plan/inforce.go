// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// InForce is what may be in force of one entity at one moment of a plan. Each list holds every value that may stand
// then, sorted, each once: of a step that the moment does not depend on, the value before it as well as the one after.
// A step that widens is judged on what is in force after it.
type InForce struct {
	// Trust are trust policies; "" says that there may be no role.
	Trust []string
	// Boundaries are the ARNs of permissions boundaries; "" says that there may be none.
	Boundaries []string
	// Documents are those that allow and deny, by the Field of the operations that change them: "inline/<name>",
	// "attached/<arn>", or "document" of a managed policy. "" says that there may be none.
	Documents map[string][]string
	// Unread are the fields of documents that may stand and that are not known or cannot be read: they may allow
	// anything.
	Unread []string
}

// End is what an observation becomes when every step of the plan succeeds.
func (p Plan) End(got iam.Observation) iam.Observation {
	for _, s := range p.Steps {
		got = After(got, s.Op)
	}
	return got
}

// InForce is what may be in force when the step of the index has just succeeded, whatever became of the steps before it
// that it does not wait for. With index -1 it is what was observed.
func (p Plan) InForce(got iam.Observation, index int) InForce {
	sure, texts := p.waitedFor(index), p.texts(got)
	before := elementsOf(got, texts)
	may := map[string][]string{}
	for name, text := range before {
		may[name] = []string{text}
	}
	for i := range index + 1 {
		got = After(got, p.Steps[i].Op)
		after := elementsOf(got, texts)
		for name := range joinedKeys(before, after) {
			was, there := before[name]
			is, stays := after[name]
			switch {
			case was == is && there == stays:
			case sure[i]:
				may[name] = []string{is}
			default:
				may[name] = append(may[name], was, is)
			}
		}
		before = after
	}
	return inForce(may)
}

// waitedFor are the steps that must have succeeded when the step of the index has, itself included.
func (p Plan) waitedFor(index int) map[int]bool {
	sure := map[int]bool{index: true}
	for i := index; i >= 0; i-- {
		if sure[i] {
			for _, n := range p.Steps[i].Needs {
				sure[n] = true
			}
		}
	}
	return sure
}

// unread stands for a document that is not known. It is none by the grammar.
const unread = "?"

// texts are the documents of managed policies, as far as they were read or the plan knows them.
func (p Plan) texts(got iam.Observation) map[string]string {
	texts := map[string]string{}
	maps.Copy(texts, got.PolicyDocuments)
	for _, s := range p.Steps {
		if attach, ok := s.Op.(AttachRolePolicy); ok && attach.New != "" {
			texts[attach.ARN] = attach.New
		}
	}
	return texts
}

// elementsOf names the parts of an entity that decide what is permitted, each with its text.
func elementsOf(got iam.Observation, texts map[string]string) map[string]string {
	elements := map[string]string{}
	if role := got.Role; role != nil {
		elements["trust"], elements["boundary"] = role.Trust, role.Boundary
		for name, text := range role.InlinePolicies {
			elements["inline/"+name] = text
		}
		for _, arn := range role.Attached {
			elements["attached/"+arn] = unread
			if text := texts[arn]; text != "" {
				elements["attached/"+arn] = text
			}
		}
	}
	if got.Policy != nil {
		elements["document"] = got.Policy.Document
	}
	return elements
}

func joinedKeys(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]string{a, b} {
		for k := range m {
			all[k] = true
		}
	}
	return all
}

func inForce(may map[string][]string) InForce {
	f := InForce{Documents: map[string][]string{}}
	for name, list := range may {
		switch list = sortedSet(list); name {
		case "trust":
			f.Trust = list
		case "boundary":
			f.Boundaries = list
		default:
			readable := slices.DeleteFunc(slices.Clone(list), func(text string) bool {
				return policy.NewContent(text).Unreadable()
			})
			if len(readable) < len(list) {
				f.Unread = append(f.Unread, name)
			}
			if len(readable) > 0 && !slices.Equal(readable, []string{""}) {
				f.Documents[name] = readable
			}
		}
	}
	slices.Sort(f.Unread)
	return f
}

// Widest are the statements by which the documents together permit most: those that allow in any document that may
// stand, and those that deny in every one that may. Each result is of one document, under its own version.
func (f InForce) Widest() []*policy.Document {
	var widest []*policy.Document
	for _, name := range slices.Sorted(maps.Keys(f.Documents)) {
		alternatives := make([]*policy.Content, 0, len(f.Documents[name]))
		for _, text := range f.Documents[name] {
			alternatives = append(alternatives, policy.NewContent(text))
		}
		for i, c := range alternatives {
			if doc := widestOf(c, alternatives, i == 0); doc != nil {
				widest = append(widest, doc)
			}
		}
	}
	return widest
}

// widestOf are the statements of a document that allow, and with denials those that every alternative denies.
func widestOf(c *policy.Content, alternatives []*policy.Content, denials bool) *policy.Document {
	if c.Document() == nil {
		return nil
	}
	statements := slices.Clone(c.Allows())
	for _, deny := range deniesOf(c) {
		everywhere := !slices.ContainsFunc(alternatives, func(other *policy.Content) bool {
			return !slices.ContainsFunc(deniesOf(other), deny.same)
		})
		if denials && everywhere {
			statements = append(statements, deny.Statement)
		}
	}
	if len(statements) == 0 {
		return nil
	}
	return &policy.Document{Version: c.Document().Version, Statements: statements}
}
