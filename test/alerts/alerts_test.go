// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package alerts holds that each alert of config/prometheus fires when it should and is silent when it should not, and
// leads to a section of the runbook.
package alerts

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"go.yaml.in/yaml/v3"
)

const root = "../.."

// alerts are the rules as Prometheus reads them: the operator hands spec over as it is.
func alerts(t *testing.T) map[string]rulefmt.Rule {
	t.Helper()
	var object struct{ Spec yaml.Node }
	if err := yaml.Unmarshal(read(t, "config/prometheus/rules.yaml"), &object); err != nil {
		t.Fatal(err)
	}
	spec, err := yaml.Marshal(&object.Spec)
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(spec, false, model.UTF8Validation, parser.NewParser(parser.Options{}),
		slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	all := map[string]rulefmt.Rule{}
	for _, rule := range groups.Groups[0].Rules {
		all[rule.Alert] = rule
	}
	return all
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(root + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// fires evaluates an alert every minute for three hours over series of one sample a minute, and tells whether it fired.
func fires(t *testing.T, rule rulefmt.Rule, series string) bool {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+series)
	engine := promqltest.NewTestEngine(t, false, 0, 100000)
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
	if err != nil {
		t.Fatal(err)
	}
	alert := rules.NewAlertingRule(rule.Alert, expr, time.Duration(rule.For), 0, labels.EmptyLabels(), labels.EmptyLabels(),
		labels.EmptyLabels(), "", true, slog.New(slog.DiscardHandler))
	query := rules.EngineQueryFunc(engine, storage)
	for minute := range 180 {
		at := time.Unix(0, 0).Add(time.Duration(minute) * time.Minute)
		if _, err := alert.Eval(t.Context(), 0, at, query, nil, 0); err != nil {
			t.Fatal(err)
		}
		alert.SetEvaluationTimestamp(at) // as a group of rules does
		if alert.State() == rules.StateFiring {
			return true
		}
	}
	return false
}

const up = "  ecsiam_build_info{version=\"v1\"} 1+0x180\n"

func ready(kind, reason, values string) string {
	return fmt.Sprintf("  ecsiam_object_ready{kind=%q,object_namespace=\"payments\",object_name=\"checkout\",reason=%q} %s\n",
		kind, reason, values)
}

// cases are series under which each alert fires, and others under which it does not.
var cases = map[string]struct{ fires, silent []string }{
	"ECSIAMControllerDown": {
		[]string{"  other 1+0x180\n", "  ecsiam_build_info 1+0x20 stale _x159\n"},
		[]string{up, "  ecsiam_build_info 1+0x20 _x8 1+0x150\n"},
	},
	"ECSIAMAccountNotReady": {
		[]string{ready("AWSAccount", "CredentialsInvalid", "0+0x180")},
		[]string{ready("AWSAccount", "Reconciled", "1+0x180"), ready("ECSRole", "AccessDenied", "0+0x180"),
			ready("AWSAccount", "Progressing", "0+0x8 stale _x171")},
	},
	"ECSIAMObjectNotReady": {
		[]string{ready("ECSRole", "AccessDenied", "0+0x180"), ready("ECSPolicy", "InvalidSpec", "1+0x60 0+0x120")},
		[]string{ready("ECSRole", "Reconciled", "1+0x180"), ready("AWSAccount", "CredentialsInvalid", "0+0x180"),
			ready("ECSRole", "Propagating", "0+0x25 stale _x154")},
	},
	"ECSIAMOperationsWithheld": {
		[]string{"  ecsiam_object_withheld_operations{kind=\"ECSRole\",object_name=\"a\",reason=\"GuardrailViolation\"} 2+0x180\n"},
		[]string{"  ecsiam_object_withheld_operations{kind=\"ECSRole\",object_name=\"a\",reason=\"Held\"} 2+0x50 stale _x129\n",
			"  ecsiam_object_withheld_operations{kind=\"ECSRole\",object_name=\"a\",reason=\"Drifted\"} 2+0x180\n"},
	},
	"ECSIAMAccessDenied": {
		[]string{"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"AccessDenied\"} 0+1x180\n"},
		[]string{"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"OK\"} 0+1x180\n",
			"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"AccessDenied\"} 3+0x180\n"},
	},
	"ECSIAMThrottled": {
		[]string{"  ecsiam_aws_api_throttled_calls_total{account=\"1\"} 0+12x180\n"},
		[]string{"  ecsiam_aws_api_throttled_calls_total{account=\"1\"} 0+1x180\n",
			"  ecsiam_aws_api_throttled_calls_total{account=\"1\"} 0+60x10 600+0x170\n"},
	},
	"ECSIAMContested": {
		[]string{"  ecsiam_contested_total 0+0x60 1+0x120\n"},
		[]string{"  ecsiam_contested_total 5+0x180\n"},
	},
	"ECSIAMReconcileErrors": {
		[]string{"  controller_runtime_reconcile_errors_total{controller=\"ecsrole\"} 0+6x180\n"},
		[]string{"  controller_runtime_reconcile_errors_total{controller=\"ecsrole\"} 0+1x180\n",
			"  controller_runtime_reconcile_errors_total{controller=\"others\"} 0+60x180\n"},
	},
}

func TestEachAlertFiresWhenItShouldAndIsSilentOtherwise(t *testing.T) {
	all := alerts(t)
	for name := range cases {
		if _, found := all[name]; !found {
			t.Errorf("there is no alert %s", name)
		}
	}
	for name, rule := range all {
		t.Run(name, func(t *testing.T) {
			c, found := cases[name]
			if !found || len(c.fires) == 0 || len(c.silent) == 0 {
				t.Fatal("the alert has no case in which it fires, or none in which it is silent")
			}
			for _, series := range c.fires {
				if !fires(t, rule, series) {
					t.Errorf("it is silent over\n%s", series)
				}
			}
			for _, series := range c.silent {
				if fires(t, rule, series) {
					t.Errorf("it fires over\n%s", series)
				}
			}
		})
	}
}

func TestEachAlertLeadsToASectionOfTheRunbook(t *testing.T) {
	anchors := map[string]bool{}
	for line := range strings.Lines(string(read(t, "docs/runbook.md"))) {
		if title, found := strings.CutPrefix(line, "## "); found {
			slug := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			anchors[strings.ReplaceAll(slug, " ", "-")] = true
		}
	}
	const page = "https://github.com/ecsiam/ecs-iam-controller/blob/main/docs/runbook.md#"
	for name, rule := range alerts(t) {
		anchor, found := strings.CutPrefix(rule.Annotations["runbook_url"], page)
		if !found || !anchors[anchor] {
			t.Errorf("%s leads to %s, which is no section", name, rule.Annotations["runbook_url"])
		}
		if rule.Annotations["summary"] == "" || rule.Labels["severity"] == "" {
			t.Errorf("%s lacks a summary or a severity", name)
		}
	}
}

// asked are the metrics that an expression reads. It fails the test where the expression does not parse.
func asked(t *testing.T, expression string) []string {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			names = append(names, strings.TrimSuffix(selector.Name, "_bucket"))
		}
		return nil
	})
	return names
}

// The table of the metrics is generated from the registry.
func expectKnown(t *testing.T, where, expression string) {
	t.Helper()
	known := string(read(t, "docs/flags-and-metrics.md"))
	for _, name := range asked(t, expression) {
		if !strings.Contains(known, "`"+name+"`") {
			t.Errorf("%s asks for %s, which docs/flags-and-metrics.md does not have", where, name)
		}
	}
}

func TestAlertsAskForMetricsThatThereAre(t *testing.T) {
	for name, rule := range alerts(t) {
		expectKnown(t, name, rule.Expr)
	}
}

func TestTheDashboardAsksForMetricsThatThereAre(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(read(t, "config/prometheus/dashboard.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	if len(dashboard.Panels) == 0 {
		t.Fatal("the dashboard is empty")
	}
	for _, panel := range dashboard.Panels {
		if len(panel.Targets) == 0 {
			t.Errorf("%s asks for nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			expectKnown(t, panel.Title, target.Expr)
		}
	}
}
