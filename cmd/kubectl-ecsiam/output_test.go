// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"testing"

	. "github.com/onsi/gomega"
)

func TestProgressIsOneLineOnATerminalThatGoesInTheEnd(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	p := &progress{w: &out, total: 3}
	p.step("checked")
	p.step("checked") // at once, so that it is not shown
	p.end()
	g.Expect(out.String()).To(Equal("\r\x1b[Kchecked 1 of 3\r\x1b[K"))
}

func TestProgressIsNotShownWhereNobodyLooks(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	p := newProgress(&out, 3)
	p.say("waiting")
	p.step("checked")
	p.end()
	g.Expect(out.String()).To(BeEmpty())
}
