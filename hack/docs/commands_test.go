// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// how a command was tried.
const (
	ran     = "run"     // itself, with its real effect on files
	judged  = "judged"  // by the program's own list of commands and flags, or by what it works on
	allowed = "allowed" // not at all: nothing here knows its arguments
)

// call is one call of a program.
type call struct {
	Program string
	Dir     string
	Args    []string
	Plugin  string // the kubectl plugin
	How     string
	Wrong   string
}

func (c call) String() string { return c.Program + " " + strings.Join(c.Args, " ") }

// tools are programs that pages may use and that run as they are.
var tools = []string{"base64", "cat", "date", "grep", "join", "mkdir", "sed", "sort", "tr", "uniq"}

// played are the programs that would need a cluster, an account, a registry or a person.
var played = []string{
	"aws", "chmod", "cosign", "crane", "curl", "docker", "eksctl", "gh", "go", "helm", "jq", "kubectl", "local", "make", "openssl", "sha256sum",
	"skopeo", "sudo",
}

var shBlock = regexp.MustCompile("(?s)(?:^|\n)( *)```sh\n(.*?)\n *```")

// commandPages are the pages whose commands people copy.
func commandPages(t *testing.T) map[string]string {
	t.Helper()
	all := pages(t)
	maps.DeleteFunc(all, func(name, _ string) bool {
		return strings.HasPrefix(name, "docs/decisions/") || strings.HasPrefix(name, "docs/reference/") ||
			name == "CHANGELOG.md" || strings.HasPrefix(name, ".github/")
	})
	return all
}

// script is the blocks of a page one after the other, as a person runs them in one shell at the root of a clone.
func script(text string) string {
	var out strings.Builder
	for _, found := range shBlock.FindAllStringSubmatch(text, -1) {
		block := strings.ReplaceAll(found[2], "/usr/local/bin/", "installed/") // the one place outside of the clone
		out.WriteString("cd \"$SANDBOX\"\n" + block + "\n")
	}
	return out.String()
}

// buildPlugin builds the kubectl plugin.
func buildPlugin(t *testing.T) string {
	t.Helper()
	plugin := filepath.Join(t.TempDir(), "kubectl-ecsiam")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", plugin, "./cmd/kubectl-ecsiam")
	build.Dir = repository
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the plugin: %v\n%s", err, out)
	}
	return plugin
}

func TestTheCommandsOfThePagesAreRun(t *testing.T) {
	plugin, count, known := buildPlugin(t), map[string]int{}, verdicts{}
	for name, text := range commandPages(t) {
		if !strings.Contains(text, "```sh\n") {
			continue
		}
		calls, complaints := tryPage(t, plugin, script(text), known)
		for _, c := range calls {
			count[c.How]++
			if c.Wrong != "" {
				t.Errorf("%s: %s\n\t%s", name, c, c.Wrong)
			}
		}
		if complaints != "" {
			t.Errorf("%s: the shell complains:\n%s", name, complaints)
		}
	}
	all := count[ran] + count[judged] + count[allowed]
	t.Logf("commands in pages run by a test, of all commands in pages: %d of %d; %d themselves, %d by what judges their "+
		"arguments, and %d not at all", count[ran]+count[judged], all, count[ran], count[judged], count[allowed])
	if all < 150 || count[allowed]*10 > all {
		t.Errorf("%d of %d commands were not tried", count[allowed], all)
	}
}

// tryPage runs the script of a page among played programs, and judges how they were called.
func tryPage(t *testing.T, plugin, script string, known verdicts) (calls []call, complaints string) {
	t.Helper()
	sandbox, log := sandboxOf(t), filepath.Join(t.TempDir(), "calls")
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	programs := programsOf(t, bash)
	// Bash says of each tool that it is about to run.
	trap := `set -T; trap 'case ${BASH_COMMAND%%[ ]*} in ` + strings.Join(tools, "|") +
		`) printf "%s\0" "${BASH_COMMAND%%[ ]*}" "$PWD" "${BASH_COMMAND#* }" $'"'\036'"' >>"$COMMANDS_LOG";; esac' DEBUG` + "\n"
	command := exec.CommandContext(t.Context(), bash, "--norc", "-c", trap+script)
	var errs bytes.Buffer
	command.Dir, command.Stderr = sandbox, &errs
	command.Env = []string{
		"PATH=" + programs, "SANDBOX=" + sandbox, "COMMANDS_LOG=" + log, "COMMANDS_PLUGIN=" + plugin, "HOME=" + sandbox,
		"KUBECONFIG=/nonexistent",
	}
	_ = command.Run() // the exit code is that of the last command of the page
	for _, c := range readCalls(t, log) {
		c.Plugin = plugin
		if !slices.Contains(tools, c.Program) {
			c = known.judge(c)
		}
		calls = append(calls, c)
	}
	return calls, strings.TrimSpace(errs.String())
}

// readCalls reads program, folder and arguments of each call, which zeros part, and each call from the next by 036.
func readCalls(t *testing.T, log string) []call {
	t.Helper()
	content, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var calls []call
	for record := range strings.SplitSeq(string(content), "\x1e\x00") {
		if fields := strings.Split(strings.TrimSuffix(record, "\x00"), "\x00"); len(fields) >= 2 {
			calls = append(calls, call{Program: fields[0], Dir: fields[1], Args: fields[2:], How: ran})
		}
	}
	return calls
}

// programsOf is a folder with the played programs and the tools, and with nothing else.
func programsOf(t *testing.T, bash string) string {
	t.Helper()
	folder := t.TempDir()
	text := strings.NewReplacer("BASH", bash, "OFFLINE", "@("+strings.Join(offline, "|")+")*").Replace(player)
	text = strings.Replace(text, "\n", "\nshopt -s extglob\n", 1)
	for _, name := range played {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range tools {
		tool, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(tool, filepath.Join(folder, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// written are the files that pages tell people to write, or that others made.
var written = map[string]string{
	"account.yaml": "cmd/kubectl-ecsiam/testdata/plan/account.yaml", "roles.yaml": "cmd/kubectl-ecsiam/testdata/plan/before.yaml",
	"role.yaml": "config/samples/ecsrole_task_minimal.yaml", "checkout.yaml": "config/samples/ecsrole_task_minimal.yaml",
	"manifests/ecsrole.yaml": "config/samples/ecsrole_task_minimal.yaml", "install.yaml": "config/samples/namespace.yaml",
	"emergency.json": "config/iam/events-policy.json", "ca.pem": "LICENSE", "task.yaml": "config/samples/ecsrole_task_minimal.yaml",
}

// sandboxOf is a clone as far as commands look at it.
func sandboxOf(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"config", "charts", "docs", "Makefile", "cmd", "test"} {
		must(os.Symlink(filepath.Join(root, name), filepath.Join(folder, name)))
	}
	for _, name := range []string{"bin", "hack", "manifests", "installed"} {
		must(os.Mkdir(filepath.Join(folder, name), 0o755))
	}
	bash, err := exec.LookPath("bash")
	must(err)
	played := filepath.Join(programsOf(t, bash), "local")
	must(os.Symlink(played, filepath.Join(folder, "bin", "local")))
	inHack, err := os.ReadDir(filepath.Join(root, "hack"))
	must(err)
	for _, entry := range inHack {
		from := filepath.Join(root, "hack", entry.Name())
		if filepath.Ext(from) == ".sh" {
			from = played // the scripts make releases and work on clusters
		}
		must(os.Symlink(from, filepath.Join(folder, "hack", entry.Name())))
	}
	must(os.WriteFile(filepath.Join(folder, "bin", "local.env"), nil, 0o600))
	for name, from := range written {
		must(os.Symlink(filepath.Join(root, from), filepath.Join(folder, name)))
	}
	return folder
}

func TestACommandThatCannotWorkIsFound(t *testing.T) {
	plugin := buildPlugin(t)
	for line, want := range map[string]string{
		"kubectl ecsiam plan --filename role.yaml --no-such":                              "unknown flag: --no-such",
		"kubectl ecsiam paln -f role.yaml":                                                "unknown command",
		"kubectl ecsiam render -f absent.yaml":                                            "absent.yaml",
		"kubectl get ecsusers -A":                                                         "no resource ecsusers",
		"kubectl get ecsroles --all-of-them":                                              "--all-of-them",
		"kubectl apply -k config/overlays/nothing":                                        "config/overlays/nothing",
		"make deploi IMG=x":                                                               "deploi",
		"helm install a charts/ecs-iam-controller --set no.no=1":                          "no.no",
		"hack/no-such.sh v0.2.0":                                                          "no-such.sh",
		"aws iam create-roll --role-name x":                                               "create-roll",
		"aws iam create-role --rolename x":                                                "--rolename",
		"aws iam create-policy --policy-document file://no.json":                          "no.json",
		"aws eks create-pod-identity --cluster-name x":                                    "create-pod-identity",
		"export A=$(aws iam create-roll)":                                                 "create-roll",
		"kubectl get ecsroles | aws iam create-roll":                                      "create-roll",
		"bin/local fault add --acton x":                                                   "--acton",
		"eksctl create iamserviceaccount --config-file no.yaml":                           "no.yaml",
		"go test ./controllers -run TestThatNobodyWrote":                                  "TestThatNobodyWrote",
		"kubectl -n x exec deployment/ecs-iam-controller -- /manager preflight --nothing": "--nothing",
	} {
		calls, complaints := tryPage(t, plugin, line, verdicts{})
		found := slices.ContainsFunc(calls, func(c call) bool { return strings.Contains(c.Wrong, want) })
		if !found && !strings.Contains(complaints, want) {
			t.Errorf("%s: got %+v and %q, want a complaint about %s", line, calls, complaints, want)
		}
	}
	if _, complaints := tryPage(t, plugin, "helmfile apply", verdicts{}); !strings.Contains(complaints, "helmfile") {
		t.Errorf("a program that no page explains is not found: %q", complaints)
	}
	if _, complaints := tryPage(t, plugin, "sed -e s/a/b/ config/absent.json >out", verdicts{}); !strings.Contains(complaints, "absent") {
		t.Errorf("a file that does not exist is not found: %q", complaints)
	}
}
