// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// answering has a controller look at what was asked for: it copies the token of the request into the status, with the
// condition Ready and, after some reads, that one that ends the wait.
func answering(t *testing.T, c *testCluster, conditions ...[]any) {
	t.Helper()
	defer func(interval time.Duration) { t.Cleanup(func() { lookInterval = interval }) }(lookInterval)
	lookInterval = time.Millisecond
	reads := 0
	c.onRead = func(object map[string]any) {
		if len(c.writes) == 0 || object["kind"] != "ECSRole" {
			return
		}
		_, body, _ := strings.Cut(c.writes[len(c.writes)-1], "{")
		var patch struct {
			Metadata struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal([]byte("{"+body), &patch); err != nil {
			t.Error(err)
		}
		status, _ := object["status"].(map[string]any)
		if reads > 0 {
			status["lastHandledReconcileAt"] = patch.Metadata.Annotations["ecsiam.dev/reconcile-at"]
			status["conditions"] = conditions[min(reads-1, len(conditions)-1)]
		}
		reads++
	}
}

func condition(kind, status, reason, message string) any {
	return map[string]any{
		"type": kind, "status": status, "reason": reason, "message": message,
		"lastTransitionTime": "2026-01-01T00:00:00Z",
	}
}

func TestReconcileWaitsUntilTheControllerIsDoneWithTheObject(t *testing.T) {
	ready := []any{condition("Ready", "True", "Reconciled", "")}
	working := []any{
		condition("Ready", "Unknown", "Progressing", ""), condition("Reconciling", "True", "Progressing", ""),
	}
	denied := []any{
		condition("Ready", "False", "AccessDenied", "allow iam:GetRole"), condition("Stalled", "True", "AccessDenied", ""),
	}
	for name, c := range map[string]struct {
		conditions [][]any
		code       int
		says       string
	}{
		"at once":         {[][]any{ready}, 0, "ECSRole shop/checkout is Ready\n"},
		"after some work": {[][]any{working, working, ready}, 0, "ECSRole shop/checkout is Ready\n"},
		"a person must act": {
			[][]any{working, denied}, 1, "ECSRole shop/checkout is not Ready: AccessDenied: allow iam:GetRole\n",
		},
		"it takes too long": {
			[][]any{working}, 1, "ECSRole shop/checkout is not Ready after 300ms: Progressing: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			answering(t, newTestCluster(t), c.conditions...)
			code, out, errs := execute(t.Context(), "", "reconcile", "ecsrole/checkout", "--wait", "--timeout", "300ms")
			if code != c.code || !strings.Contains(out+errs, c.says) || strings.Contains(errs, "\r") {
				t.Errorf("exit code %d, want %d, printed\n%s%s", code, c.code, out, errs)
			}
		})
	}
}

func TestReconcileSaysThatNobodyLooked(t *testing.T) {
	newTestCluster(t)
	defer func(interval time.Duration) { lookInterval = interval }(lookInterval)
	lookInterval = time.Millisecond
	code, _, errs := execute(t.Context(), "", "reconcile", "ecsrole/checkout", "--wait", "--timeout", "20ms")
	if code != 1 || !strings.Contains(errs, "ECSRole shop/checkout was not looked at within 20ms: is the controller running?") {
		t.Errorf("exit code %d, printed\n%s", code, errs)
	}
}

func TestAnAccountCannotBeWaitedForAndIsThenNotAskedForEither(t *testing.T) {
	cluster := newTestCluster(t)
	code, _, errs := execute(t.Context(), "", "reconcile", "awsaccount/default", "--wait")
	if code != 1 || !strings.Contains(errs, "AWSAccount default cannot be waited for") || len(cluster.writes) > 0 {
		t.Errorf("exit code %d, printed\n%s, written %v", code, errs, cluster.writes)
	}
}

func TestTimeoutWithoutWaitIsRefused(t *testing.T) {
	newTestCluster(t)
	code, _, errs := execute(t.Context(), "", "reconcile", "ecsrole/checkout", "--timeout", "1s")
	if code != 1 || !strings.Contains(errs, "--timeout is how long to --wait: give both") {
		t.Errorf("exit code %d, printed\n%s", code, errs)
	}
}
