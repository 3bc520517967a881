// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package laws tries laws: properties that hold for every generated case. Only tests import it.
package laws

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// Variable is the environment variable that says how many cases each law is tried with.
const Variable = "LAW_CASES"

// defaultCases are enough to see most faults, and few enough for the loop of writing code.
const defaultCases = 400

const checksFlag = "rapid.checks"

// Check tries a law with as many cases as the flag -rapid.checks says, else as LAW_CASES says, else with 400.
//
// The variable is read here, not in a TestMain: go keeps the results of tests for the environment that they read while
// they run, so that one with few cases does not answer for one with many.
func Check(t *testing.T, law func(*rapid.T)) {
	t.Helper()
	if err := setCasesOnce(); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, law)
}

// setCasesOnce keeps laws that run in parallel from writing the flag at the same time.
var setCasesOnce = sync.OnceValue(func() error { return setCases(os.Getenv(Variable)) })

func setCases(wanted string) error {
	cases, err := casesOf(wanted)
	if err != nil || isSetOnCommandLine(checksFlag) {
		return err
	}
	// Value.Set instead of flag.Set, after which the flag would look as if the command line had set it.
	return flag.Lookup(checksFlag).Value.Set(strconv.Itoa(cases))
}

func casesOf(wanted string) (int, error) {
	if wanted == "" {
		return defaultCases, nil
	}
	cases, err := strconv.Atoi(wanted)
	if err != nil || cases < 1 {
		return 0, fmt.Errorf("%s is %q: set it to a whole number of at least 1, or unset it", Variable, wanted)
	}
	return cases, nil
}

func isSetOnCommandLine(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
