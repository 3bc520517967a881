// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// parentCommand makes the test program start `sleep` under a guard, say so, and wait to be killed.
const parentCommand = "test-parent"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case Command:
			os.Exit(Run(os.Args[2:]))
		case parentCommand:
			os.Exit(startSleepUnderGuard())
		}
	}
	os.Exit(m.Run())
}

func startSleepUnderGuard() int {
	line, err := CommandLine("sleep", "600")
	if err != nil {
		return 1
	}
	guard := exec.Command(line[0], line[1:]...)
	guard.Stdout = os.Stdout // which the test reads to its end: the end means that nobody is left
	if err := guard.Start(); err != nil {
		return 1
	}
	_, _ = os.Stdout.WriteString("started\n")
	_ = guard.Wait()
	return 1
}

func TestAProgramUnderAGuardEndsWithTheProcessThatStartedIt(t *testing.T) {
	parent := exec.CommandContext(t.Context(), os.Args[0], parentCommand)
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	output := bufio.NewReader(stdout)
	if line, err := output.ReadString('\n'); line != "started\n" {
		t.Fatalf("the parent said %q, error %v", line, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, output); err != nil {
		t.Fatalf("waiting for guard and program to end: %v", err)
	}
	_ = parent.Wait()
}

func TestAGuardHasTheExitCodeOfItsProgram(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + 15} {
		if got := Run([]string{strconv.Itoa(os.Getppid()), "sh", "-c", script}); got != want {
			t.Errorf("%q: got %d, want %d", script, got, want)
		}
	}
}

func TestAGuardScriptPassesArgumentsAsTheyAre(t *testing.T) {
	script := filepath.Join(t.TempDir(), "it's a script")
	if err := WriteScript(script, "printf"); err != nil {
		t.Fatal(err)
	}
	got, err := exec.CommandContext(t.Context(), script, `%s|`, "a b", `$HOME "quoted"`, "it's").Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := `a b|$HOME "quoted"|it's|`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatIsNoCallOfAGuardIsRefused(t *testing.T) {
	for _, args := range [][]string{nil, {"1"}, {"one", "true"}, {"1", "/no/such/program"}} {
		if _, err := runGuarded(args); err == nil {
			t.Errorf("%s: no error", strings.Join(args, " "))
		}
	}
}
