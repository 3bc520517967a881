// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"errors"
	"fmt"
	"strings"
)

// placeholders maps the names of placeholders to their values. A name with an empty value is known but cannot be used.
type placeholders map[string]string

// The placeholders that ARN-valued and statement fields may hold.
const (
	placeholderAccountID = "accountID"
	placeholderPartition = "partition"
	placeholderRegion    = "region"
	placeholderNamespace = "namespace"
	placeholderName      = "name"
)

const placeholderList = "{accountID}, {partition}, {region}, {namespace} and {name}"

func newPlaceholders(at place) placeholders {
	region := at.region
	if at.account != nil && at.account.Spec.Region != "" {
		region = string(at.account.Spec.Region)
	}
	return placeholders{
		placeholderAccountID: at.accountID,
		placeholderPartition: at.partition,
		placeholderRegion:    region,
		placeholderNamespace: at.namespace,
		placeholderName:      at.name,
	}
}

// expand replaces placeholders. Two braces are a literal one, and IAM's policy variables, which begin with a dollar
// sign and a brace, are left as they are. Beside an error the rest of the text comes back as it was.
func (p placeholders) expand(text string) (string, error) {
	if !strings.ContainsAny(text, "{}") {
		return text, nil
	}
	var out strings.Builder
	for text != "" {
		brace := strings.IndexAny(text, "{}")
		if brace < 0 {
			break
		}
		variable := brace > 0 && text[brace] == '{' && text[brace-1] == '$'
		out.WriteString(text[:brace])
		text = text[brace:]
		token, err := p.token(text, variable)
		if err != nil {
			out.WriteString(text)
			return out.String(), err
		}
		out.WriteString(token.value)
		text = text[token.length:]
	}
	out.WriteString(text)
	return out.String(), nil
}

// token is what a text that starts with a brace starts with: its length there, and what takes its place.
type token struct {
	length int
	value  string
}

func (p placeholders) token(text string, variable bool) (token, error) {
	end := strings.IndexByte(text, '}')
	switch {
	case variable:
		return p.variable(text, end)
	case strings.HasPrefix(text, "{{"):
		return token{2, "{"}, nil
	case strings.HasPrefix(text, "}}"):
		return token{2, "}"}, nil
	case text[0] == '}':
		return token{}, errors.New("has a single closing brace: write }} for a literal brace")
	case end < 0:
		return token{}, errors.New("has an opening brace without a closing one: write {{ for a literal brace")
	}
	name := text[1:end]
	value, known := p[name]
	switch {
	case !known:
		return token{}, fmt.Errorf("has the unknown placeholder {%s}: the placeholders are %s; write {{ and }} for literal "+
			"braces", name, placeholderList)
	case value == "":
		return token{}, fmt.Errorf("has the placeholder {%s}, which has no value here: %s", name, cureFor(name))
	}
	return token{end + 1, value}, nil
}

// variable passes a policy variable through. IAM's have a colon, or are one of the characters that it has variables
// for; it takes no other, or one that matches nothing.
func (p placeholders) variable(text string, end int) (token, error) {
	if end < 0 {
		return token{}, errors.New("has ${ without a closing brace: write ${$}{{ for the characters ${")
	}
	name := text[1:end]
	vendor, key, _ := strings.Cut(name, ":")
	if vendor != "" && key != "" || len(name) == 1 && (name == "*" || name == "?" || name == "$") {
		return token{end + 1, text[:end+1]}, nil
	}
	bare := strings.Trim(name, "{ ")
	if known := p.like(bare); known != "" {
		return token{}, fmt.Errorf("has $%s, which IAM takes for a policy variable of its own: write {%s} without the "+
			"dollar "+
			"sign", text[:end+1], known)
	}
	return token{}, fmt.Errorf("has $%s, which is no policy variable of IAM, those have a colon, such as "+
		"${aws:username}: "+
		"write ${$}{{%s}} for the characters ${%s}", text[:end+1], bare, bare)
}

// like is the placeholder of a name, in whatever case it is written.
func (p placeholders) like(name string) string {
	for known := range p {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return ""
}

func cureFor(name string) string {
	if name == placeholderRegion {
		return "set spec.region of the AWSAccount, or --region offline"
	}
	return "set it in metadata"
}
