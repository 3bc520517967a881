// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package console prints for people who watch a program.
package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// Console prints for people. On a terminal, progress is one line that changes; elsewhere it is a line now and then.
type Console struct {
	out  io.Writer
	live bool
}

// To makes a console that prints to any writer as to a file.
func To(out io.Writer) *Console { return &Console{out: out} }

// New makes a console of a file, such as os.Stdout.
func New(file *os.File) *Console {
	info, err := file.Stat()
	return &Console{out: file, live: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// Printf prints as fmt.Printf does.
func (c *Console) Printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// Heading prints a heading, bold on a terminal, between empty lines.
func (c *Console) Heading(text string) {
	if c.live {
		text = "\033[1m" + text + "\033[0m"
	}
	c.Printf("\n%s\n\n", text)
}

// Table prints rows in aligned columns. An empty cell is a dash.
func (c *Console) Table(headings []string, rows [][]string) {
	w := tabwriter.NewWriter(c.out, 0, 0, 3, ' ', 0)
	for _, row := range append([][]string{headings}, rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = cell; cell == "" {
				cells[i] = "-"
			}
		}
		fmt.Fprintf(w, "  %s\n", strings.Join(cells, "\t"))
	}
	_ = w.Flush()
}

// quietInterval is how often progress is printed where it cannot be overwritten.
const quietInterval = 5 * time.Second

// Say is how work tells how far it is.
type Say func(format string, args ...any)

// Step does something that takes a while. The work says how far it is; what it returns is printed when it is done.
// Nothing is printed of a failure, whose error is returned.
func (c *Console) Step(name string, work func(Say) (string, error)) error {
	p := &progress{Console: c, name: name, began: time.Now(), printed: time.Now()}
	done, shown := make(chan struct{}), make(chan struct{})
	go func() { defer close(shown); p.show(done) }()
	result, err := work(p.say)
	close(done)
	<-shown
	p.clear()
	if err != nil {
		return err
	}
	c.Printf("  %-15s %s\n", name, result)
	return nil
}

type progress struct {
	*Console
	name  string
	began time.Time

	mu      sync.Mutex
	text    string
	printed time.Time
}

func (p *progress) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = fmt.Sprintf(format, args...)
}

func (p *progress) show(done <-chan struct{}) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-ticker.C:
			p.print(now)
		}
	}
}

func (p *progress) print(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := fmt.Sprintf("  %-15s %s (%d s)", p.name, p.text, int(now.Sub(p.began).Seconds()))
	switch {
	case p.live:
		p.Printf("\r\033[K%s", line)
	case now.Sub(p.printed) >= quietInterval:
		p.Printf("%s\n", line)
		p.printed = now
	}
}

func (p *progress) clear() {
	if p.live {
		p.Printf("\r\033[K")
	}
}
