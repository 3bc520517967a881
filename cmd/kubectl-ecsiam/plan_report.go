// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/meaning"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// planReport is the form of plans for programs. It only grows.
type planReport struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Summary    planSummary  `json:"summary"`
	Items      []objectPlan `json:"items"`
}

// planSummary counts objects by what is to be done with them, and operations.
type planSummary struct {
	Objects   int `json:"objects"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	// Failed are those for which there is no plan, or not the whole of it.
	Failed int `json:"failed"`
	// Operations are those that would be made, and Withheld those that would not; the effects are of the former.
	Operations int `json:"operations"`
	Widens     int `json:"widens"`
	Narrows    int `json:"narrows"`
	Neutral    int `json:"neutral"`
	Withheld   int `json:"withheld"`
}

// Where a plan comes from.
const (
	sourceAWS    = "AWS"    // from a look at the account
	sourceStatus = "Status" // from the object's status, as the controller left it
	sourceFiles  = "Files"  // from the manifest alone, which the API server refuses
)

// objectPlan is the plan for one object.
type objectPlan struct {
	ObjectKind string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	File       string `json:"file,omitempty"`
	// AffectedBy is the AWSAccount of the files for whose change an object is planned that the files do not have.
	AffectedBy string `json:"affectedBy,omitempty"`
	Source     string `json:"source"`
	Account    string `json:"account"`
	AccountID  string `json:"accountID,omitempty"`
	// Entity is the name in IAM, Noun what it is.
	Noun   string                  `json:"noun,omitempty"`
	Entity string                  `json:"entity,omitempty"`
	Cause  v1alpha1.OperationCause `json:"cause,omitempty"`
	// Operations are in their order, those that are withheld last.
	Operations []plannedOperation `json:"operations"`
	// Refusal is set when nothing may be done at all.
	Refusal *reasoned `json:"refusal,omitempty"`
	// Problems are why there is no plan, or not the whole of it.
	Problems []reasoned         `json:"problems,omitempty"`
	Warnings []v1alpha1.Warning `json:"warnings,omitempty"`
	// Gaps are what may not be permitted while the operations are made.
	Gaps []v1alpha1.PlanGap `json:"gaps,omitempty"`
	// Left is content of others that only denies.
	Left []string `json:"left,omitempty"`
	// Notes are what a reader should know of the plan as a whole.
	Notes []string `json:"notes,omitempty"`
}

// reasoned is a reason of conditions with its message.
type reasoned struct {
	Reason  v1alpha1.Reason `json:"reason,omitempty"`
	Message string          `json:"message,omitempty"`
}

// plannedOperation is one call.
type plannedOperation struct {
	// Number counts from 1 over the operations that would be made; it is 0 for those that are withheld.
	Number int                      `json:"number,omitempty"`
	Action string                   `json:"action"`
	Effect v1alpha1.OperationEffect `json:"effect"`
	State  v1alpha1.OperationState  `json:"state"`
	// Summary says what is done, Meaning what is gained and lost.
	Summary string   `json:"summary"`
	Meaning string   `json:"meaning,omitempty"`
	Gained  []string `json:"gained,omitempty"`
	Lost    []string `json:"lost,omitempty"`
	// WaitsFor are the numbers of the operations that must have succeeded.
	WaitsFor []int `json:"waitsFor,omitempty"`
	// Note says why the order is unusual.
	Note string `json:"note,omitempty"`
	// Withheld says why the operation is not made.
	Withheld *reasoned        `json:"withheld,omitempty"`
	Changes  []meaning.Change `json:"changes,omitempty"`
}

func newPlanReport(objects []*planned) planReport {
	report := planReport{APIVersion: reportVersion, Kind: "PlanReport", Items: []objectPlan{}}
	for _, o := range objects {
		item := newObjectPlan(o)
		report.Items = append(report.Items, item)
		report.Summary.count(&item)
	}
	return report
}

func (s *planSummary) count(item *objectPlan) {
	s.Objects++
	switch {
	case item.failed():
		s.Failed++
	case len(item.Operations) > 0:
		s.Changed++
	default:
		s.Unchanged++
	}
	for i := range item.Operations {
		op := &item.Operations[i]
		if op.State == v1alpha1.OperationWithheld {
			s.Withheld++
			continue
		}
		s.Operations++
		switch op.Effect {
		case v1alpha1.EffectWidens:
			s.Widens++
		case v1alpha1.EffectNarrows:
			s.Narrows++
		default:
			s.Neutral++
		}
	}
}

// failed reports whether the object cannot be brought to what it declares.
func (p *objectPlan) failed() bool { return p.Refusal != nil || len(p.Problems) > 0 }

// differs reports whether something is to be done, or would be.
func (s *planSummary) differs() bool { return s.Operations+s.Withheld > 0 }

func newObjectPlan(o *planned) objectPlan {
	item := objectPlan{
		ObjectKind: o.kind, File: o.file, AffectedBy: o.affectedBy, Source: sourceAWS, Operations: []plannedOperation{},
	}
	if o.account != nil {
		item.Name, item.Account = o.account.Name, o.account.Name
	} else {
		item.Namespace, item.Name = o.object.GetNamespace(), o.object.GetName()
		item.Account = o.object.SharedSpec().AccountName
	}
	switch {
	case len(o.refused) > 0:
		item.Source, item.Refusal = sourceFiles, &reasoned{v1alpha1.ReasonInvalidSpec, refusalOf(o.refused)}
	case o.stale:
		item.fromStatus(o.object)
	case o.err != nil:
		item.Problems = []reasoned{{Message: o.err.Error()}}
	default:
		item.fromPreview(o.preview)
	}
	return item
}

// refusalOf says what the API server refuses, each thing with what to do.
func refusalOf(errs field.ErrorList) string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Field + ": " + e.Detail
	}
	return "the API server refuses the change, and the cluster keeps the object as it is: " + strings.Join(lines, "; ")
}

func (p *objectPlan) fromPreview(preview pass.Preview) {
	p.AccountID, p.Noun, p.Entity, p.Cause = preview.AccountID, preview.Noun, preview.Name, preview.Cause
	p.Warnings, p.Left = preview.Warnings, preview.Plan.Restrictions
	for _, problem := range preview.Problems {
		p.Problems = append(p.Problems, reasoned{problem.Reason(), asReader(problem)})
	}
	if r := preview.Plan.Refusal; r != nil {
		p.Refusal = &reasoned{r.Reason, r.Message}
	}
	for _, gap := range preview.Plan.Gaps {
		p.Gaps = append(p.Gaps, v1alpha1.PlanGap{Cause: v1alpha1.GapCause(gap.Cause), Message: gap.What})
	}
	if preview.Paused {
		p.Notes = append(p.Notes, "the object is paused: nothing is done until it is resumed")
	}
	if preview.Leaves != "" {
		p.Notes = append(p.Notes, "deletion leaves the "+preview.Noun+" in AWS: "+preview.Leaves)
	}
	if preview.Plan.Adopts {
		p.Notes = append(p.Notes, "the "+preview.Noun+" exists and is taken over")
	}
	p.operations(preview)
}

// asReader puts a problem in the words for whoever plans: it is his credentials that read.
func asReader(problem *pass.Problem) string {
	switch problem.Reason() {
	case v1alpha1.ReasonAccessDenied:
		return problem.Error() + ". The plan is read with your AWS credentials: AWS's policy IAMReadOnlyAccess is enough"
	case v1alpha1.ReasonThrottled:
		return "AWS limits the rate of calls in the account: plan again in a while, or for fewer objects"
	default:
		return problem.Error()
	}
}

// operations lists the steps with what each means for the entities as the ones before leave them.
func (p *objectPlan) operations(preview pass.Preview) {
	got := preview.Observed
	for i, step := range preview.Plan.Steps {
		op := operationOf(got, step.Op)
		op.Number, op.State, op.Note = i+1, v1alpha1.OperationPending, step.Note
		for _, n := range step.Needs {
			op.WaitsFor = append(op.WaitsFor, n+1)
		}
		p.Operations = append(p.Operations, op)
		got = plan.After(got, step.Op)
	}
	for _, w := range preview.Plan.Withheld {
		op := operationOf(got, w.Op)
		op.State, op.Withheld = v1alpha1.OperationWithheld, &reasoned{w.Reason, w.Message}
		p.Operations = append(p.Operations, op)
		got = plan.After(got, w.Op)
	}
}

func operationOf(got iam.Observation, op plan.Operation) plannedOperation {
	means := meaning.Of(got, op)
	return plannedOperation{
		Action: op.Action(), Effect: pass.Effect(op), Summary: op.String(), Meaning: means.Sentence(),
		Gained: means.Gained, Lost: means.Lost, Changes: means.Changes,
	}
}

// fromStatus takes the plan that the controller left in the object's status.
func (p *objectPlan) fromStatus(object pass.Object) {
	p.Source = sourceStatus
	shared := object.Shared()
	if shared.ObservedGeneration <= 0 {
		p.Problems = []reasoned{{Message: "the controller has not looked at the object yet, so that its status has no plan"}}
		return
	}
	p.AccountID, p.Warnings, p.Gaps = shared.AccountID, shared.Warnings, shared.Plan.Gaps
	number := 0
	for i := range shared.Plan.Operations {
		listed := &shared.Plan.Operations[i]
		op := plannedOperation{
			Action: listed.Action, Effect: listed.Effect, State: listed.State, Summary: listed.Message,
		}
		if listed.State == v1alpha1.OperationPending {
			number++
			op.Number = number
		} else {
			op.Withheld = &reasoned{Reason: listed.Reason}
		}
		p.Cause = listed.Cause
		p.Operations = append(p.Operations, op)
	}
	if n := shared.Plan.Omitted; n > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d further operations have no room in the status", n))
	}
	if shared.ObservedGeneration != object.GetGeneration() {
		p.Notes = append(p.Notes, "the status is of an earlier spec: later changes are not in the plan")
	}
	p.notReady(object)
}

// notReady has what the conditions say count as a problem, unless it is the plan itself.
func (p *objectPlan) notReady(object pass.Object) {
	for _, c := range object.Shared().Conditions {
		if c.Type == v1alpha1.ConditionReady && c.Status == "False" && len(p.Operations) == 0 {
			p.Problems = append(p.Problems, reasoned{v1alpha1.Reason(c.Reason), c.Message})
		}
	}
}
