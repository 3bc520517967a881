// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

// CheckText checks the text of a document as IAM and [Check] do. The partition is that of the account, empty if it is
// not known.
func CheckText(text []byte, kind policy.Kind, partition string) []Finding {
	doc, problems := policy.Check(text, kind)
	refused := make([]Finding, 0, len(problems))
	for i := range problems {
		refused = append(refused, Refused(problems[i]))
	}
	if doc == nil {
		return refused
	}
	return slices.Concat(refused, partitions(doc, partition), Check(doc, kind))
}

// Refused is the finding for what IAM would refuse.
func Refused(p policy.Problem) Finding {
	f := Finding{
		Code: v1alpha1.WarningRefusedDocument, Severity: Error, Statement: p.Statement, Element: p.Element,
		Index: p.Index, Reason: p.Message,
	}
	operator, inCondition := strings.CutPrefix(p.Element, "Condition.")
	switch {
	case inCondition && !strings.Contains(operator, "[") && !isOperator(operator):
		f.Code = v1alpha1.WarningUnknownOperator
		f.Reason = fmt.Sprintf("%s is no condition operator", operator)
		set, base, ifExists := policy.SplitOperator(operator)
		if near := spelling.Nearest(base, policy.Operators()); near != "" {
			f.Correction = fmt.Sprintf("did you mean %s%s%s?", set, near, ifExists)
		}
	case p.Element == elementResource || p.Element == elementNotResource:
		f.Code = v1alpha1.WarningMalformedARN
	}
	return f
}

func isOperator(name string) bool {
	_, base, _ := policy.SplitOperator(name)
	return slices.Contains(policy.Operators(), base)
}

// partitions looks for ARNs of another partition, which match nothing in the account.
func partitions(doc *policy.Document, partition string) []Finding {
	c := &checker{doc: doc}
	if partition == "" {
		return nil
	}
	for i := range doc.Statements {
		st := &statement{Statement: &doc.Statements[i], index: i}
		c.foreign(st, elementResource, st.Resources, partition)
		c.foreign(st, elementNotResource, st.NotResources, partition)
		for operator, key := range conditions(st.Condition) {
			if _, base, _ := policy.SplitOperator(operator); strings.HasPrefix(base, "Arn") {
				c.foreign(st, conditionElement(operator, key), st.Condition[operator][key], partition)
			}
		}
	}
	return c.findings
}

func (c *checker) foreign(st *statement, element string, list []string, partition string) {
	for i, arn := range list {
		parts := policy.SplitARN(arn)
		if len(parts) < 2 || parts[0] != "arn" || parts[1] == "" || parts[1] == partition ||
			strings.ContainsAny(parts[1], "*?$") {
			continue
		}
		c.at(st, element, i, list, Finding{
			Code: v1alpha1.WarningForeignPartition, Severity: Error,
			Reason:     fmt.Sprintf("%s is of the partition %s, the account of %s", arn, parts[1], partition),
			Correction: "write " + strings.Replace(arn, ":"+parts[1]+":", ":"+partition+":", 1),
		})
	}
}
