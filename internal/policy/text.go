// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Size is the number of characters of a document that IAM counts for its quotas: white space is not counted
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). White space inside strings is counted
// here, since AWS does not say whether it is; escapes count as written. So Size is never below what IAM counts. A byte
// that is no UTF-8 counts as one character. The text need not be a valid document.
func Size(doc []byte) int {
	count, quoted, escaped := 0, false, false
	for _, c := range doc {
		space := c == ' ' || c == '\t' || c == '\n' || c == '\r'
		if space && !quoted {
			continue
		}
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = quoted
		case c == '"':
			quoted = !quoted
		}
		if c < utf8.RuneSelf {
			count++
		}
	}
	return count + wideCharacters(doc)
}

// wideCharacters counts the characters outside ASCII.
func wideCharacters(doc []byte) int {
	count := 0
	for len(doc) > 0 {
		if doc[0] < utf8.RuneSelf {
			doc = doc[1:]
			continue
		}
		_, n := utf8.DecodeRune(doc)
		doc = doc[n:]
		count++
	}
	return count
}

// Decode turns a document of an IAM reply into JSON. IAM percent-encodes documents (RFC 3986: a plus sign is a plus
// sign). Text that starts with an opening brace, after white space, is not encoded and returned as it is: some
// emulators answer so, and decoding would break the percent sequences that a document may hold.
//
// Decode is for replies only. A document that is to be sent is never encoded.
func Decode(s string) ([]byte, error) {
	if strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "{") {
		return []byte(s), nil
	}
	text, err := url.PathUnescape(s)
	if err != nil {
		return nil, fmt.Errorf("decoding the policy document of a reply: %w", err)
	}
	return []byte(text), nil
}
