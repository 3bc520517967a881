// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package changelog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
)

// lines are the entries of a log, which must be whole.
func lines(t *testing.T, text string) []changelog.Entry {
	t.Helper()
	var entries []changelog.Entry
	for line := range strings.Lines(text) {
		var entry changelog.Entry
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("the line %q is none: %v", line, err)
		}
		entries = append(entries, entry)
	}
	return entries
}

func TestEachEntryIsOneLineThatReadsBack(t *testing.T) {
	var out bytes.Buffer
	want := changelog.Entry{
		Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Call: "1", Result: changelog.Began, Kind: "ECSRole",
		Name: "a\nb", Operation: "create role \"x\"",
	}
	if err := changelog.New(&out).Append(want); err != nil {
		t.Fatal(err)
	}
	if got := lines(t, out.String()); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v", got)
	}
}

func TestLinesOfConcurrentPassesDoNotMix(t *testing.T) {
	file := filepath.Join(t.TempDir(), "changes")
	log, err := changelog.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := log.Append(changelog.Entry{Operation: strings.Repeat("x", 3000)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	content, err := os.ReadFile(file)
	if err != nil || len(lines(t, string(content))) != 50 {
		t.Errorf("got %d lines and error %v", strings.Count(string(content), "\n"), err)
	}
}

func TestALogIsContinuedAfterARestartEvenBehindALineThatWasCutOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "changes")
	if err := os.WriteFile(file, []byte("{\"call\":\"1\"}\n{\"call\":\"2"), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := changelog.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{"3", "4"} {
		if err := log.Append(changelog.Entry{Call: call}); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	if len(all) != 4 || lines(t, all[2])[0].Call != "3" || lines(t, all[3])[0].Call != "4" {
		t.Errorf("got %q", all)
	}
}

func TestALogThatCannotBeOpenedIsRefusedAtTheStart(t *testing.T) {
	for _, target := range []string{t.TempDir(), filepath.Join(t.TempDir(), "no", "such", "folder")} {
		if _, err := changelog.Open(target); err == nil || !strings.Contains(err.Error(), target) {
			t.Errorf("%s: got error %v", target, err)
		}
	}
}

// full is a disk with room for some bytes.
type full struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	n := min(len(p), f.room)
	f.room -= n
	f.Buffer.Write(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestAFullDiskIsAnErrorAndTheNextLineStandsAlone(t *testing.T) {
	disk := &full{room: 10}
	log := changelog.New(disk)
	if err := log.Append(changelog.Entry{Call: "1"}); !errors.Is(err, errFull) {
		t.Errorf("got error %v", err)
	}
	if err := log.Append(changelog.Entry{Call: "2"}); !errors.Is(err, errFull) {
		t.Errorf("got error %v", err)
	}
	disk.room = 10000
	if err := log.Append(changelog.Entry{Call: "3"}); err != nil {
		t.Fatal(err)
	}
	_, last, found := strings.Cut(disk.String(), "\n")
	if !found || lines(t, last)[0].Call != "3" {
		t.Errorf("got %q", disk.String())
	}
}
