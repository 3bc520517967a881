// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// The lines of a section, with tabs between their fields:
//
//	S  prefix  name of the service
//	C  condition key  type
//	R  resource type  ARN formats, separated by spaces  condition keys
//	A  action  access levels  resources  condition keys
//
// Condition keys and resource types are the places of the C and R lines above, in base 36, separated by spaces. A
// resource may be followed by "!" for required and by "/" with its further condition keys, separated by commas.
const (
	serviceMark  = "S\t"
	keyMark      = "C"
	typeMark     = "R"
	actionMark   = "A"
	base         = 36
	requiredMark = "!"
)

// decode reads one section. The data is our own and tested as a whole: what it cannot be is a panic.
func decode(section string) *Service {
	s := &Service{}
	for line := range strings.SplitSeq(section, "\n") {
		fields := strings.Split(line, "\t")
		switch fields[0] {
		case strings.TrimSpace(serviceMark):
			s.Prefix, s.Name = fields[1], fields[2]
		case keyMark:
			s.ConditionKeys = append(s.ConditionKeys, ConditionKey{Name: fields[1], Type: fields[2]})
		case typeMark:
			s.ResourceTypes = append(s.ResourceTypes, s.decodeType(fields))
		case actionMark:
			s.Actions = append(s.Actions, s.decodeAction(fields))
		}
	}
	return s
}

func (s *Service) decodeType(fields []string) ResourceType {
	t := ResourceType{Name: fields[1], ARNs: strings.Fields(fields[2]), ConditionKeys: s.keys(fields[3], " ")}
	for _, format := range t.ARNs {
		t.formats = append(t.formats, policy.SplitARN(format))
	}
	return t
}

func (s *Service) decodeAction(fields []string) Action {
	access, ok := accessOf(fields[2])
	if !ok {
		panic("authz: access levels of " + s.Prefix + ":" + fields[1])
	}
	a := Action{Service: s.Prefix, Name: fields[1], Access: access, ConditionKeys: s.keys(fields[4], " ")}
	a.folded = strings.ToLower(a.String())
	a.incomplete = isIncomplete(a.folded)
	for item := range strings.FieldsSeq(fields[3]) {
		item, keys, _ := strings.Cut(item, "/")
		item, required := strings.CutSuffix(item, requiredMark)
		a.Resources = append(a.Resources, ResourceUse{
			Type: &s.ResourceTypes[placeOf(item)], Required: required, ConditionKeys: s.keys(keys, ","),
		})
	}
	return a
}

func (s *Service) keys(list, separator string) []string {
	if list == "" {
		return nil
	}
	items := strings.Split(list, separator)
	keys := make([]string, len(items))
	for i, item := range items {
		keys[i] = s.ConditionKeys[placeOf(item)].Name
	}
	return keys
}

func placeOf(text string) int {
	place, err := strconv.ParseInt(text, base, 32)
	if err != nil {
		panic(fmt.Sprintf("authz: place %q: %v", text, err))
	}
	return int(place)
}

// Encode is the section that decode reads; the lists of the service must be sorted.
func (s *Service) Encode() string {
	var b strings.Builder
	if s.Prefix != "" {
		fmt.Fprintf(&b, "%s%s\t%s\n", serviceMark, s.Prefix, s.Name)
	}
	for _, key := range s.ConditionKeys {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", keyMark, key.Name, key.Type)
	}
	for _, t := range s.ResourceTypes {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", typeMark, t.Name, strings.Join(t.ARNs, " "), s.places(t.ConditionKeys, " "))
	}
	for _, a := range s.Actions {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\n", actionMark, a.Name, a.Access.Letters(), s.encodeUses(a.Resources),
			s.places(a.ConditionKeys, " "))
	}
	return b.String()
}

func (s *Service) encodeUses(uses []ResourceUse) string {
	items := make([]string, len(uses))
	for i, use := range uses {
		place := slices.IndexFunc(s.ResourceTypes, func(t ResourceType) bool { return t.Name == use.Type.Name })
		items[i] = formatPlace(place)
		if use.Required {
			items[i] += requiredMark
		}
		if len(use.ConditionKeys) > 0 {
			items[i] += "/" + s.places(use.ConditionKeys, ",")
		}
	}
	return strings.Join(items, " ")
}

func (s *Service) places(keys []string, separator string) string {
	items := make([]string, len(keys))
	for i, key := range keys {
		items[i] = formatPlace(slices.IndexFunc(s.ConditionKeys, func(k ConditionKey) bool { return k.Name == key }))
	}
	return strings.Join(items, separator)
}

// formatPlace writes a place; one that is not there becomes negative, which decoding refuses.
func formatPlace(place int) string { return strconv.FormatInt(int64(place), base) }

func isIncomplete(action string) bool {
	return slices.ContainsFunc(incomplete, func(pattern string) bool { return glob.MatchesFold(pattern, action) })
}

// incomplete are patterns of actions that are evaluated on more resources than the data says, as policies of AWS's own
// show that name them.
var incomplete = []string{
	"acm:RequestCertificate", "application-autoscaling:Describe*", "ecs:Poll", "ecs:PutSystemLogEvents",
	"logs:DescribeLogGroups", "ssmmessages:*",
}
