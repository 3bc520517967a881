// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"errors"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// problem is one thing that is wrong with an object.
type problem struct {
	// field is where, said what is wrong, apart from where, and text both.
	field, said, text string
}

var index = lazyregexp.New(`\[[0-9]+\]`)

// same tells whether two problems are one, though items were put before it.
func (p problem) same(other problem) bool {
	return p.said == other.said && index.ReplaceAllString(p.field, "") == index.ReplaceAllString(other.field, "")
}

// problemsOf takes the errors of Build apart. References that are not there are none of the object.
func problemsOf(err error) []problem {
	if _, unresolved := errors.AsType[*desired.UnresolvedError](err); unresolved || err == nil {
		return nil
	}
	list := []error{err}
	if aggregate, ok := errors.AsType[utilerrors.Aggregate](err); ok {
		list = aggregate.Errors()
	}
	problems := make([]problem, len(list))
	for i, e := range list {
		problems[i] = problem{said: e.Error(), text: e.Error()}
		if at, ok := errors.AsType[*field.Error](e); ok {
			problems[i].field, problems[i].said = at.Field, at.ErrorBody()
		}
	}
	return problems
}

// withFindings puts the errors among findings before other problems of the same fields, which they say in better words,
// and returns the warnings among them apart.
func withFindings(
	problems []problem, findings []desired.Finding, checks *v1alpha1.Checks,
) (all []problem, warnings []string) {
	said := map[string]bool{}
	for i := range findings {
		f := &findings[i]
		text := f.Field + ": " + f.Message() + " (" + string(f.Code) + ")"
		switch {
		case !checks.Wants(f.Code):
		case f.Severity == authz.Error:
			said[f.Field] = true
			all = append(all, problem{field: f.Field, said: f.Message(), text: text})
		default:
			warnings = append(warnings, text)
		}
	}
	for _, p := range problems {
		if p.field == "" || !said[p.field] {
			all = append(all, p)
		}
	}
	return all, warnings
}
