// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	memberID = "444455556666"
	// metricsAddr is where the measured manager serves its metrics.
	metricsAddr = "127.0.0.1:18643"
	// shortInterval is the resync of the accounts of the measured manager, in seconds.
	shortInterval = 60
	mebi          = 1 << 20
	// ticksPerSecond is the unit of times in /proc: USER_HZ, which is 100 on every Linux that Go runs on.
	ticksPerSecond = 100
)

// memoryLimit is what the Go runtime keeps to; the program's own pages and stacks of threads come on top of it. Another
// one is measured with SCALE_MEMLIMIT.
var memoryLimit = cmp.Or(os.Getenv("SCALE_MEMLIMIT"), "140MiB")

// process is the manager as it is shipped, in a process of its own, so that nothing else is in its memory.
type process struct {
	*exec.Cmd
	t *testing.T
}

// TestTenThousandRolesFitIntoTheMemory takes real time.
func TestTenThousandRolesFitIntoTheMemory(t *testing.T) {
	if !full {
		t.Skip("set SCALE=full: it takes minutes of real time")
	}
	const roles = 10_000
	w := newWorld(t)
	w.sim.SetLatency(0)
	w.twoAccounts()
	for i := range roles {
		each := role(i)
		if i%2 == 1 {
			each.Spec.AccountRef.Name = "member"
		}
		w.apply(each)
	}
	api, endpoint := httptest.NewServer(w.api), httptest.NewServer(w.sim)
	t.Cleanup(api.Close)
	t.Cleanup(endpoint.Close)
	program := filepath.Join(t.TempDir(), "manager")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../../cmd/manager")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the manager: %s", out)
	}
	first := w.run(program, api.URL, endpoint.URL, "GOMEMLIMIT="+memoryLimit)
	began := time.Now()
	w.until("all roles are Ready", 15*time.Minute, time.Second, func() bool { return w.ready() == roles })
	note(fmt.Sprintf("10000 new roles in two accounts that are not limited, in a process of its own: Ready after %.0f s, "+
		"%.1f CPU s, %.0f MiB resident at most", time.Since(began).Seconds(), first.cpu(),
		first.memory("VmHWM")))
	first.end()
	w.forget()
	second := w.run(program, api.URL, endpoint.URL, "GOMEMLIMIT="+memoryLimit)
	began = time.Now()
	w.until("both accounts are read", time.Minute, 100*time.Millisecond, func() bool {
		return len(w.calls(func(c iamsim.Call) bool { return c.Action == "GetAccountAuthorizationDetails" })) >= 11
	})
	// One account has a role more, that by which the controller reaches it.
	figure(t, "a restart over 10000 unchanged roles in two accounts", float64(len(w.calls(quiet))),
		float64(bulkCalls(roles/2)+bulkCalls(roles/2+1)), "calls")
	silent := second.quiet()
	note(fmt.Sprintf("a restart over 10000 unchanged roles: all quiet after %.0f s", silent.Sub(began).Seconds()))
	before := second.cpu()
	time.Sleep(3 * shortInterval * time.Second)
	cpu := (second.cpu() - before) / 3
	figure(t, "CPU of a resync a thousand roles, of 10000 in two accounts", cpu/10, 0.5, "core-seconds")
	figure(t, "live heap at 10000 roles in two accounts", second.metric("go_gc_heap_live_bytes")/mebi, 80, "MiB")
	figure(t, "resident at 10000 roles, GOMEMLIMIT="+memoryLimit, second.memory("VmRSS"), 200, "MiB")
	second.end()
}

// twoAccounts are the account of the controller and one that it reaches by a role.
func (w *world) twoAccounts() {
	w.t.Helper()
	member := w.aws()
	member.Credentials = credentials.NewStaticCredentialsProvider(memberID, "secret", "")
	made, err := sdk.NewFromConfig(member).CreateRole(w.t.Context(), &sdk.CreateRoleInput{
		RoleName: aws.String("member"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{` +
			`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + accountID + `:root"},"Action":["sts:AssumeRole",` +
			`"sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":"bench"}}}]}`),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	own, other := account("default", accountID), account("member", memberID)
	other.Spec.AssumeRole = &v1alpha1.AssumeRole{AssumeRoleHop: v1alpha1.AssumeRoleHop{
		RoleARN: *made.Role.Arn, ExternalID: "bench",
	}}
	for _, each := range []*v1alpha1.AWSAccount{own, other} {
		each.Spec.PropagationDelaySeconds = new(int32(0))
		each.Spec.ResyncIntervalSeconds = shortInterval
		each.Spec.RateLimit = v1alpha1.RateLimit{QPS: 1000, Burst: 10000}
		w.apply(each)
	}
}

// run starts a manager.
func (w *world) run(program, api, endpoint string, environment ...string) *process {
	w.t.Helper()
	kubeconfig := filepath.Join(w.t.TempDir(), "kubeconfig")
	content := fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"a",`+
		`"clusters":[{"name":"a","cluster":{"server":%q}}],"users":[{"name":"a","user":{}}],`+
		`"contexts":[{"name":"a","context":{"cluster":"a","user":"a"}}]}`, api)
	if err := os.WriteFile(kubeconfig, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	manager := exec.CommandContext(w.t.Context(), program, "--cluster-id="+clusterID, "--metrics-secure=false",
		"--metrics-bind-address="+metricsAddr, "--health-probe-bind-address=0")
	manager.Env = append(os.Environ(), append(environment, "KUBECONFIG="+kubeconfig, "AWS_ENDPOINT_URL="+endpoint,
		"AWS_ACCESS_KEY_ID=AKIATEST", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=eu-west-1")...)
	if err := manager.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = manager.Process.Kill() }) // a test that failed has not ended it
	return &process{manager, w.t}
}

// end stops the manager.
func (p *process) end() {
	_ = p.Process.Signal(os.Interrupt) // one that is gone already is reported by Wait
	if err := p.Wait(); err != nil {
		p.t.Error(err)
	}
}

// metric reads a metric that has no labels.
func (p *process) metric(name string) float64 {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+metricsAddr+"/metrics", http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	return number(p.t, answer.Body, name+" ")
}

// memory reads a line of the process's status, in MiB.
func (p *process) memory(name string) float64 {
	p.t.Helper()
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		p.t.Skip("resident memory is read from /proc, which this system does not have")
	}
	defer status.Close() //nolint:errcheck // it was read
	return number(p.t, status, name+":") / 1024
}

// number is what follows a prefix in a line of a text.
func number(t *testing.T, text io.Reader, prefix string) float64 {
	t.Helper()
	for lines := bufio.NewScanner(text); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), prefix); found {
			value, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			return value
		}
	}
	t.Fatalf("there is no %s", prefix)
	return 0
}

// cpu is what the process has used, in seconds. Its metrics say so as well, but reading them, with some for each of ten
// thousand objects, costs more than a manager that is quiet.
func (p *process) cpu() float64 {
	p.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		p.t.Skip("used CPU is read from /proc, which this system does not have")
	}
	// The name of the program, which may contain anything, is in brackets; utime and stime are the 14th and 15th field.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	used := 0.0
	for _, field := range fields[11:13] {
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			p.t.Fatal(err)
		}
		used += ticks / ticksPerSecond
	}
	return used
}

// quiet waits until the manager uses next to no CPU, and returns from when on.
func (p *process) quiet() time.Time {
	p.t.Helper()
	for range 150 {
		began, before := time.Now(), p.cpu()
		time.Sleep(2 * time.Second)
		if p.cpu()-before < 0.1 {
			return began
		}
	}
	p.t.Fatal("the manager is not quiet after five minutes")
	return time.Time{}
}
