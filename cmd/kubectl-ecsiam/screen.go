// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
)

// screen writes text with its control characters shown instead of obeyed, except ends of lines, tabs and the colours of
// a palette: a name in a manifest must not erase from a terminal what is said about it. They are shown as JSON and YAML
// write them, in which both mean the same as before.
type screen struct {
	io.Writer

	// held is whether the first byte of a control character of two bytes was at the end of the last write.
	held bool
}

// Write implements io.Writer.
func (s *screen) Write(text []byte) (int, error) {
	written := len(text)
	if s.held {
		text = append([]byte{leadOfControl}, text...)
	}
	shown := make([]byte, 0, len(text))
	s.held = false
	for len(text) > 0 {
		next := 1
		switch c := text[0]; {
		case c == leadOfControl && len(text) == 1:
			s.held = true
		case c == leadOfControl && text[1] < 0xa0:
			shown, next = fmt.Appendf(shown, `\u%04x`, text[1]), 2
		case colourAt(text) > 0:
			next = colourAt(text)
			shown = append(shown, text[:next]...)
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
			shown = fmt.Appendf(shown, `\u%04x`, c)
		default:
			shown = append(shown, c)
		}
		text = text[next:]
	}
	if _, err := s.Writer.Write(shown); err != nil {
		return 0, err //nolint:wrapcheck // finish says what was written
	}
	return written, nil
}

// leadOfControl begins the control characters U+0080 to U+009F in UTF-8, and the other characters up to U+00BF.
const leadOfControl = 0xc2

// colourAt is the length of the colour of a palette that text begins with, or 0.
func colourAt(text []byte) int {
	for _, colour := range []string{colourOfGain, colourOfLoss, colourOfChange, colourOfHeading, noColour} {
		if code := escapeOf(colour); bytes.HasPrefix(text, []byte(code)) {
			return len(code)
		}
	}
	return 0
}

// behind is the writer that a screen writes to.
func behind(w io.Writer) io.Writer {
	if s, ok := w.(*screen); ok {
		return s.Writer
	}
	return w
}
