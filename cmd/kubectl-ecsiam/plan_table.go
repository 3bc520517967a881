// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// writePlanTable writes what is to be done for people: the objects with differences, and a summary.
func writePlanTable(w io.Writer, report *planReport) error {
	t := planTable{palette: paletteOf(w)}
	for i := range report.Items {
		t.object(&report.Items[i])
	}
	t.summary(&report.Summary)
	_, err := io.WriteString(w, t.text.String())
	return err //nolint:wrapcheck // the caller says what was written
}

type planTable struct {
	palette

	text strings.Builder
}

func (t *planTable) line(format string, args ...any) { fmt.Fprintf(&t.text, format+"\n", args...) }

func (t *planTable) object(item *objectPlan) {
	if item.AffectedBy != "" && len(item.Operations) == 0 && !item.failed() {
		return // the summary counts it
	}
	name := item.ObjectKind + " " + strings.TrimPrefix(item.Namespace+"/"+item.Name, "/")
	t.line("%s%s", t.paint(colourOfHeading, name), entityOf(item))
	for _, note := range item.Notes {
		t.line("  Note: %s", note)
	}
	if r := item.Refusal; r != nil {
		t.line("  %s: %s", t.paint(colourOfLoss, string(r.Reason)), indented(r.Message))
	}
	for _, p := range item.Problems {
		t.line("  %s: %s", t.paint(colourOfLoss, orError(p.Reason)), indented(p.Message))
	}
	for i := range item.Operations {
		t.operation(&item.Operations[i])
	}
	for _, gap := range item.Gaps {
		t.line("  May be missing for a moment (%s): %s", gap.Cause, gap.Message)
	}
	for _, left := range item.Left {
		t.line("  Left as it is, because it only denies: %s", left)
	}
	for _, warning := range item.Warnings {
		t.line("  Warning: %s", strings.TrimPrefix(warning.Field+": "+warning.Message, ": "))
	}
	if len(item.Operations) == 0 && !item.failed() {
		t.line("  no changes")
	}
	t.line("")
}

// entityOf says what stands for the object in AWS, and why it is to be changed.
func entityOf(item *objectPlan) string {
	text := ""
	if item.Entity != "" {
		text = fmt.Sprintf(" (%s %s, account %s)", item.Noun, item.Entity, item.Account)
	}
	if item.Cause != "" && len(item.Operations) > 0 {
		text += ", cause: " + string(item.Cause)
	}
	if item.AffectedBy != "" {
		text += ", because of " + item.AffectedBy
	}
	if item.Source == sourceStatus {
		text += ", from the status"
	}
	return text
}

func orError(reason v1alpha1.Reason) string {
	if reason == "" {
		return "Error"
	}
	return string(reason)
}

func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

func (t *planTable) operation(op *plannedOperation) {
	number := "-"
	if op.Number > 0 {
		number = strconv.Itoa(op.Number) + "."
	}
	what := op.Summary
	if len(op.Changes) > 0 { // the difference tells the rest
		what, _, _ = strings.Cut(what, ": ")
	}
	t.line("  %-3s %s  %s: %s", number, t.effect(op.Effect), op.Action, what)
	const margin = "      "
	if w := op.Withheld; w != nil {
		state := strings.ToLower(string(op.State))
		why := strings.TrimSuffix(string(w.Reason)+": "+indented(w.Message), ": ")
		t.line(margin+"%s %s", t.paint(colourOfChange, state), why)
	}
	if op.Meaning != "" {
		t.line(margin+"%s", op.Meaning)
	}
	if op.Note != "" {
		t.line(margin+"%s", op.Note)
	}
	if len(op.WaitsFor) > 0 {
		t.line(margin+"waits for %s", numbers(op.WaitsFor))
	}
	for i := range op.Changes {
		t.line(margin+"%s", op.Changes[i].Part)
		for _, line := range op.Changes[i].Lines {
			t.line(margin+"  %s", t.difference(line))
		}
	}
}

func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range slices.Sorted(slices.Values(list)) {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

func (t *planTable) effect(effect v1alpha1.OperationEffect) string {
	word := fmt.Sprintf("%-7s", strings.ToLower(string(effect)))
	switch effect {
	case v1alpha1.EffectWidens:
		return t.paint(colourOfGain, word)
	case v1alpha1.EffectNarrows:
		return t.paint(colourOfLoss, word)
	default:
		return word
	}
}

func (t *planTable) summary(s *planSummary) {
	t.line("Plan: %s: %d to change, %d without changes, %d failed.", counted(s.Objects, "object"), s.Changed, s.Unchanged,
		s.Failed)
	if s.differs() {
		t.line("%s: %d widening, %d narrowing, %d neutral; %d withheld.", counted(s.Operations, "operation"), s.Widens,
			s.Narrows, s.Neutral, s.Withheld)
	}
}
