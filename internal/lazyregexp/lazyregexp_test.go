// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package lazyregexp

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestExpressionMatchesAsItsSourceDoes(t *testing.T) {
	g := NewWithT(t)
	r := New(`^a(b+)`)
	g.Expect(r.MatchString("abb")).To(BeTrue())
	g.Expect(r.MatchString("ba")).To(BeFalse())
	g.Expect(r.FindStringSubmatch("abbc")).To(Equal([]string{"abb", "bb"}))
	g.Expect(New(`a(.)`).FindAllStringSubmatch("ab ac", -1)).To(Equal([][]string{{"ab", "b"}, {"ac", "c"}}))
	g.Expect(New(`a(.)`).FindAllSubmatch([]byte("ab"), -1)).To(Equal([][][]byte{{[]byte("ab"), []byte("b")}}))
	g.Expect(New(`[0-9]`).ReplaceAllString("a1b2", "#")).To(Equal("a#b#"))
	g.Expect(New(`[0-9]`).ReplaceAllStringFunc("a1", func(s string) string { return s + s })).To(Equal("a11"))
}

func TestMalformedExpressionIsNoticedByEveryTestOfThePackageThatHasIt(t *testing.T) {
	NewWithT(t).Expect(func() { New(`(`) }).To(Panic())
}

func TestOutsideOfTestsAnExpressionIsCompiledAtItsFirstUse(t *testing.T) {
	g := NewWithT(t)
	inTest = false
	defer func() { inTest = true }()
	var malformed *Regexp
	g.Expect(func() { malformed = New(`(`) }).NotTo(Panic())
	g.Expect(func() { malformed.MatchString("") }).To(Panic())
}
