// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"strings"
	"testing"
)

func TestAStepSaysItsResultAndNothingOfAFailure(t *testing.T) {
	var out strings.Builder
	c := To(&out)
	err := c.Step("build", func(say Say) (string, error) { say("at it"); return "done", nil })
	if want := "  build           done\n"; err != nil || out.String() != want {
		t.Errorf("got %q and error %v, want %q", out.String(), err, want)
	}
	out.Reset()
	failure := errors.New("no compiler")
	err = c.Step("build", func(Say) (string, error) { return "done", failure })
	if !errors.Is(err, failure) || out.Len() > 0 {
		t.Errorf("after a failure: got %q and error %v", out.String(), err)
	}
}
