// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package alerts holds that each alert of config/prometheus fires when it should and is silent when it should not, and
// leads to a section of the runbook.
package alerts

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
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

// fires evaluates an alert every minute for three hours over series of one sample a minute, and tells whether it fired,
// and what the notification says then.
func fires(t *testing.T, rule rulefmt.Rule, series string) (fired bool, summary string) {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+series)
	engine := promqltest.NewTestEngine(t, false, 0, 100000)
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
	if err != nil {
		t.Fatal(err)
	}
	alert := rules.NewAlertingRule(rule.Alert, expr, time.Duration(rule.For), 0, labels.EmptyLabels(),
		labels.FromMap(rule.Annotations), labels.EmptyLabels(), "", true, slog.New(slog.DiscardHandler))
	query := rules.EngineQueryFunc(engine, storage)
	for minute := range 180 {
		at := time.Unix(0, 0).Add(time.Duration(minute) * time.Minute)
		if _, err := alert.Eval(t.Context(), 0, at, query, &url.URL{}, 0); err != nil {
			t.Fatal(err)
		}
		alert.SetEvaluationTimestamp(at) // as a group of rules does
		if alert.State() == rules.StateFiring {
			return true, alert.ActiveAlerts()[0].Annotations.Get("summary")
		}
	}
	return false, ""
}

const up = "  ecsiam_build_info{version=\"v1\"} 1+0x180\n"

func ready(kind, reason, values string) string {
	return fmt.Sprintf("  ecsiam_object_ready{kind=%q,object_namespace=\"payments\",object_name=\"checkout\",reason=%q} %s\n",
		kind, reason, values)
}

// turns and otherTurns are the values of two reasons that take turns every ten minutes.
var (
	turns      = strings.Repeat("0+0x9 stale _x9 ", 9)
	otherTurns = "_x10 " + strings.Repeat("0+0x9 stale _x9 ", 8)
)

func withheld(reason, values string) string {
	return "  ecsiam_object_withheld_operations{kind=\"ECSRole\",object_namespace=\"payments\",object_name=\"checkout\",reason=\"" +
		reason + "\"} " + values + "\n"
}

func condition(kind, of, values string) string {
	return fmt.Sprintf("  ecsiam_object_condition{kind=%q,object_name=\"checkout\",type=%q,reason=\"Unavailable\"} %s\n",
		kind, of, values)
}

// cases are series under which each alert fires, and others under which it does not.
var cases = map[string]struct {
	fires, silent []string
	says          string // by the notification
}{
	"ECSIAMControllerDown": {
		fires:  []string{"  other 1+0x180\n", "  ecsiam_build_info 1+0x20 stale _x159\n"},
		silent: []string{up, "  ecsiam_build_info 1+0x20 _x8 1+0x150\n"},
	},
	"ECSIAMAccountNotReady": {
		fires: []string{ready("AWSAccount", "CredentialsInvalid", "0+0x180"),
			ready("AWSAccount", "Unavailable", turns) + ready("AWSAccount", "CredentialsInvalid", otherTurns)},
		silent: []string{ready("AWSAccount", "Reconciled", "1+0x180"), ready("ECSRole", "AccessDenied", "0+0x180"),
			ready("AWSAccount", "Progressing", "0+0x8 stale _x171")},
		says: "AWSAccount checkout is not Ready (CredentialsInvalid)", // the reason of the moment
	},
	"ECSIAMObjectNotReady": {
		fires: []string{ready("ECSRole", "AccessDenied", "0+0x180"), ready("ECSRole", "AccessDenied", "1+0x60 0+0x120"),
			ready("ECSRole", "Throttled", turns) + ready("ECSRole", "AccessDenied", otherTurns)},
		silent: []string{ready("ECSRole", "Reconciled", "1+0x180"), ready("AWSAccount", "CredentialsInvalid", "0+0x180"),
			ready("ECSRole", "Propagating", "0+0x25 stale _x154")},
		says: "ECSRole payments/checkout is not Ready (AccessDenied)",
	},
	"ECSIAMOperationsWithheld": {
		fires: []string{withheld("GuardrailViolation", "2+0x180")},
		silent: []string{withheld("Held", "2+0x50 stale _x129"), withheld("Drifted", "2+0x180"),
			withheld("Contested", "2+0x180")},
		says: "ECSRole payments/checkout",
	},
	"ECSIAMAccessDenied": {
		fires: []string{"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"AccessDenied\"} 0+1x180\n"},
		silent: []string{"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"OK\"} 0+1x180\n",
			"  ecsiam_aws_api_calls_total{operation=\"CreateRole\",code=\"AccessDenied\"} 3+0x180\n"},
		says: "CreateRole",
	},
	"ECSIAMThrottled": {
		fires: []string{"  ecsiam_aws_api_throttled_calls_total{account=\"production\"} 0+12x180\n"},
		silent: []string{"  ecsiam_aws_api_throttled_calls_total{account=\"production\"} 0+1x180\n",
			"  ecsiam_aws_api_throttled_calls_total{account=\"production\"} 0+60x10 600+0x170\n"},
		says: "AWSAccount production",
	},
	"ECSIAMContested": {
		fires:  []string{withheld("Contested", "1+0x180")},
		silent: []string{withheld("Held", "1+0x180")},
		says:   "ECSRole payments/checkout",
	},
	"ECSIAMReconcileErrors": {
		fires: []string{"  controller_runtime_reconcile_errors_total{controller=\"ecsrole\"} 0+6x180\n"},
		silent: []string{"  controller_runtime_reconcile_errors_total{controller=\"ecsrole\"} 0+1x180\n",
			"  controller_runtime_reconcile_errors_total{controller=\"others\"} 0+60x180\n"},
		says: "ecsrole",
	},
	"ECSIAMDriftFoundLate": {
		fires: []string{condition("AWSAccount", "SnapshotStale", "1+0x180"), condition("AWSAccount", "EventsUnavailable", "1+0x180")},
		silent: []string{condition("AWSAccount", "SnapshotStale", "1+0x25 stale _x154"),
			condition("ECSRole", "Drifted", "1+0x180")},
		says: "AWSAccount checkout",
	},
	"ECSIAMOrphans": {
		fires: []string{"  ecsiam_orphaned_roles{account=\"production\"} 2+0x180\n",
			"  ecsiam_orphaned_roles{account=\"production\"} 0+0x180\n  ecsiam_orphaned_policies{account=\"production\"} 1+0x180\n"},
		silent: []string{"  ecsiam_orphaned_roles{account=\"production\"} 0+0x180\n",
			"  ecsiam_orphaned_roles{account=\"production\"} 2+0x50 0+0x130\n"},
		says: "AWSAccount production",
	},
	"ECSIAMWebhookUnreachable": {
		fires: []string{"  apiserver_admission_webhook_fail_open_count{name=\"validate.ecsiam.dev\",type=\"validating\"} 0+1x180\n"},
		silent: []string{"  apiserver_admission_webhook_fail_open_count{name=\"validate.ecsiam.dev\",type=\"validating\"} 7+0x180\n",
			"  apiserver_admission_webhook_fail_open_count{name=\"other\",type=\"validating\"} 0+1x180\n"},
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
				fired, summary := fires(t, rule, series)
				if !fired {
					t.Errorf("it is silent over\n%s", series)
				}
				if strings.Contains(summary, "error") || strings.Contains(summary, "()") || !strings.Contains(summary, c.says) {
					t.Errorf("it says %q, want something with %q", summary, c.says)
				}
			}
			for _, series := range c.silent {
				if fired, _ := fires(t, rule, series); fired {
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

// failOpen is a metric of the API server.
const failOpen = "apiserver_admission_webhook_fail_open_count"

// The table of the metrics is generated from the registry.
func expectKnown(t *testing.T, where, expression string) {
	t.Helper()
	known := string(read(t, "docs/flags-and-metrics.md"))
	for _, name := range asked(t, expression) {
		if !strings.Contains(known, "`"+name+"`") && name != failOpen {
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
