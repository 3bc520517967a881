// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// walk is the way of a person whom an alert wakes: from the series that it fires on, by the commands of the page that
// it leads to, to the cause.
type walk struct {
	alert  string
	series string // that the alert fires on
	object *unstructured.Unstructured
	cause  string // what the commands must print
}

// Where the person of the walks finds the page.
const (
	alertRules = "config/prometheus/rules.yaml"
	runbook    = "docs/runbook.md"
)

const deniedRole = "denied"

// walks are the alerts whose cause is made within seconds. The others need hours, or a part that is not here.
func walks() []walk {
	denied := view.New(v1alpha1.KindECSRole, victimNamespace, deniedRole)
	denied.Object["spec"] = map[string]any{"type": "Task"}
	withheld := view.New(v1alpha1.KindECSRole, victimNamespace, "withheld")
	withheld.Object["spec"] = map[string]any{"type": "Task", "statements": []any{map[string]any{
		"effect": "Allow", "actions": []any{"iam:CreateUser"}, "resources": []any{"*"},
	}}}
	mismatch := view.New(v1alpha1.KindAWSAccount, "", "mistyped")
	mismatch.Object["spec"] = map[string]any{"accountID": "333344445555"}
	of := func(object *unstructured.Unstructured) string {
		return fmt.Sprintf(`kind=%q,object_name=%q,object_namespace=%q,reason=`,
			object.GetKind(), object.GetName(), object.GetNamespace())
	}
	return []walk{
		{"ECSIAMObjectNotReady", `ecsiam_object_ready{` + of(denied) + `"AccessDenied"} 0`, denied, "allow iam:CreateRole"},
		{
			"ECSIAMAccessDenied", `ecsiam_aws_api_calls_total{code="AccessDenied",operation="CreateRole",`,
			denied, view.Name(denied),
		},
		{
			"ECSIAMOperationsWithheld", `ecsiam_object_withheld_operations{` + of(withheld) + `"GuardrailViolation"}`,
			withheld, "iam:CreateUser on * can raise permissions",
		},
		{
			"ECSIAMAccountNotReady", `ecsiam_object_ready{` + of(mismatch) + `"AccountMismatch"} 0`,
			mismatch, "AccountMismatch",
		},
	}
}

// followAlerts makes the cause of some alerts and finds it by the pages that they lead to.
func (d *demonstration) followAlerts(ctx context.Context) error {
	if found, _ := exec.LookPath("kubectl"); found == "" {
		d.Printf("  left out: there is no kubectl\n")
		return nil
	}
	d.Sim.AddFault(iamsim.Fault{
		Action: "CreateRole", Code: "AccessDenied", Params: map[string]string{"RoleName": victimNamespace + "_" + deniedRole},
	})
	defer d.Sim.ClearFaults()
	for _, w := range walks() {
		if err := client.IgnoreAlreadyExists(d.Kube.Create(ctx, w.object.DeepCopy())); err != nil {
			return fmt.Errorf("creating %s: %w", view.Name(w.object), err)
		}
		if err := d.follow(ctx, w); err != nil {
			return fmt.Errorf("alert %s: %w", w.alert, err)
		}
	}
	return nil
}

func (d *demonstration) follow(ctx context.Context, w walk) error {
	limited, cancel := context.WithTimeoutCause(ctx, d.Timeout, errors.New("the metrics do not have the series "+w.series))
	defer cancel()
	if err := d.Step(w.alert, func(console.Say) (string, error) {
		return w.series, environment.Poll(limited, func() (bool, error) { return d.measured(limited, w.series) })
	}); err != nil {
		return err
	}
	commands, err := d.commandsFor(w)
	if err != nil {
		return err
	}
	for _, line := range commands {
		command := exec.CommandContext(ctx, "sh", "-c", line)
		command.Dir, command.Env, command.Stderr = d.Root, d.OperatorVariables(), os.Stderr
		out, err := command.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		for found := range strings.Lines(string(out)) {
			if strings.Contains(found, w.cause) {
				d.Printf("    $ %s\n    %s\n", line, strings.TrimSpace(found))
				return nil
			}
		}
	}
	return fmt.Errorf("none of these commands leads to %q:\n%s", w.cause, strings.Join(commands, "\n"))
}

// measured reports whether the controller's metrics have a series.
func (d *demonstration) measured(ctx context.Context, series string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.Metrics, http.NoBody)
	if err != nil {
		return false, fmt.Errorf("asking for metrics: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, fmt.Errorf("asking for metrics: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return false, fmt.Errorf("reading metrics: %w", err)
	}
	return strings.Contains("\n"+string(text), "\n"+series), nil
}

// commandsFor are the commands of the section that an alert leads to, for the object of the walk.
func (d *demonstration) commandsFor(w walk) ([]string, error) {
	rules, err := os.ReadFile(filepath.Join(d.Root, alertRules))
	if err != nil {
		return nil, fmt.Errorf("reading the alerts: %w", err)
	}
	page, err := os.ReadFile(filepath.Join(d.Root, runbook))
	if err != nil {
		return nil, fmt.Errorf("reading the runbook: %w", err)
	}
	commands := commandsOf(string(page), anchorOf(string(rules), w.alert), w.object)
	if len(commands) == 0 {
		return nil, fmt.Errorf("%s has no command for it", runbook)
	}
	return commands, nil
}

// anchorOf is the section that an alert leads to.
func anchorOf(rules, alert string) string {
	_, rest, _ := strings.Cut(rules, "alert: "+alert+"\n")
	_, rest, _ = strings.Cut(rest, "docs/runbook.md#")
	anchor, _, _ := strings.Cut(rest, "\n")
	return anchor
}

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	// inTheCluster are the commands for the pod of the controller, which is a process here.
	inTheCluster = regexp.MustCompile(`(^|[ ])-n ecs-iam-system `)
)

// commandsOf are the commands of a section of a page, with an object's name and namespace, as a person fills them in.
func commandsOf(page, anchor string, object *unstructured.Unstructured) []string {
	var commands []string
	for _, section := range strings.Split(page, "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		if strings.ReplaceAll(strings.ToLower(title), " ", "-") != anchor {
			continue
		}
		for _, block := range shellBlock.FindAllStringSubmatch(body, -1) {
			for line := range strings.Lines(block[1]) {
				if line = strings.TrimSpace(line); line != "" && !inTheCluster.MatchString(line) {
					commands = append(commands, strings.NewReplacer(
						"NAMESPACE", object.GetNamespace(), "NAME:", "NAME:", "NAME", object.GetName()).Replace(line))
				}
			}
		}
	}
	return commands
}
