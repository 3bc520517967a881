// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// reportVersion is the apiVersion of what programs read. Fields are added to it and none are taken away.
const reportVersion = "cli.ecsiam.dev/v1alpha1"

// formats are those of commands whose result people and programs read.
const formats = "table, json or yaml"

// write writes a result in one of the formats: for people by table, for programs as it is.
func write(w io.Writer, format string, value any, table func(io.Writer) error) error {
	switch format {
	case "table":
		return table(w)
	case "json":
		return writeIndented(w, value)
	}
	var text bytes.Buffer
	if err := writeIndented(&text, value); err != nil {
		return err
	}
	return writeYAML(w, text.Bytes())
}

// known reports whether a format is one of those that write knows.
func known(format string) error {
	switch format {
	case "table", "json", "yaml":
		return nil
	}
	return fmt.Errorf("-o %s is unknown: give "+formats, format)
}

// terminal tells whether somebody looks at what is written.
func terminal(w io.Writer) bool {
	file, ok := behind(w).(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Colours by what they are for, as ANSI numbers.
const (
	colourOfGain    = "32"
	colourOfLoss    = "31"
	colourOfChange  = "33"
	colourOfHeading = "1"
	noColour        = "0"
)

// palette colours text where a terminal shows it, and leaves it where NO_COLOR is set (no-color.org).
type palette struct{ on bool }

func paletteOf(w io.Writer) palette {
	return palette{on: terminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (p palette) paint(colour, text string) string {
	if !p.on {
		return text
	}
	return escapeOf(colour) + text + escapeOf(noColour)
}

// escapeOf is what switches a terminal to a colour.
func escapeOf(colour string) string { return "\x1b[" + colour + "m" }

// difference colours a line by the sign that it begins with.
func (p palette) difference(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return p.paint(colourOfGain, line)
	case strings.HasPrefix(line, "-"):
		return p.paint(colourOfLoss, line)
	case strings.HasPrefix(line, "~"):
		return p.paint(colourOfChange, line)
	}
	return line
}

// progress says on a terminal how far long work is, on one line that goes in the end. It is safe for concurrent use.
type progress struct {
	total int

	mu    sync.Mutex
	w     io.Writer // nil where nobody looks
	done  int
	shown time.Time
}

// leastTime is how long a line stays at least, so that fast work is not slowed down by what it says.
const leastTime = 50 * time.Millisecond

func newProgress(w io.Writer, total int) *progress {
	if !terminal(w) {
		return &progress{total: total}
	}
	return &progress{w: behind(w), total: total}
}

// step counts one thing as done.
func (p *progress) step(doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.write(fmt.Sprintf("%s %d of %d", doing, p.done, p.total))
}

// say says what is being done.
func (p *progress) say(doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write(fmt.Sprintf("%s (%d of %d)", doing, p.done+1, p.total))
}

func (p *progress) write(line string) {
	if p.w == nil || time.Since(p.shown) < leastTime {
		return
	}
	p.shown = time.Now()
	fmt.Fprint(p.w, "\r\x1b[K"+line)
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
