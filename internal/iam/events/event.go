// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package events

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Event is a call to IAM that changed something, as far as it is of use here.
type Event struct {
	// Account is the id of the account whose IAM it changed.
	Account string
	// Call is the action, such as iam:PutRolePolicy.
	Call string
	// Role, Policy and Profile are the names of what the call was about, empty for none.
	Role, Policy, Profile string
	// By is the ARN of who made the call, From the address, At the time as CloudTrail writes it, Agent the program.
	By, From, At, Agent string
}

// envelope is what EventBridge sends for a call that CloudTrail recorded. Sources: EventBridge user guide, "AWS service
// events delivered via AWS CloudTrail"; CloudTrail user guide, "CloudTrail record contents".
type envelope struct {
	Source  string `json:"source"`
	Type    string `json:"detail-type"`
	Account string `json:"account"`
	Detail  detail `json:"detail"`
}

type detail struct {
	Source     string     `json:"eventSource"`
	Name       string     `json:"eventName"`
	Time       string     `json:"eventTime"`
	Address    string     `json:"sourceIPAddress"`
	Agent      string     `json:"userAgent"`
	ErrorCode  string     `json:"errorCode"`
	ReadOnly   bool       `json:"readOnly"`
	Identity   identity   `json:"userIdentity"`
	Parameters parameters `json:"requestParameters"`
}

type identity struct {
	ARN string `json:"arn"`
}

type parameters struct {
	Role      string `json:"roleName"`
	Profile   string `json:"instanceProfileName"`
	Policy    string `json:"policyName"`
	PolicyARN string `json:"policyArn"`
}

// eventName is how actions of IAM are spelt.
var eventName = regexp.MustCompile(`^[A-Z][A-Za-z]{2,63}$`)

// Decode reads a message. It reports false for what is no event of a call that changed something in IAM, and for one
// that names nothing which objects stand for.
func Decode(message string) (Event, bool) {
	var e envelope
	if err := json.Unmarshal([]byte(message), &e); err != nil {
		return Event{}, false
	}
	changed := !e.Detail.ReadOnly && e.Detail.ErrorCode == ""
	if e.Source != "aws.iam" || e.Type != "AWS API Call via CloudTrail" || e.Detail.Source != "iam.amazonaws.com" ||
		!changed || !eventName.MatchString(e.Detail.Name) {
		return Event{}, false
	}
	p := e.Detail.Parameters
	event := Event{
		Account: e.Account, Call: "iam:" + e.Detail.Name, Role: short(p.Role), Profile: short(p.Profile),
		Policy: policyIn(p.PolicyARN, e.Account), By: short(e.Detail.Identity.ARN), From: short(e.Detail.Address),
		At: short(e.Detail.Time), Agent: e.Detail.Agent,
	}
	if e.Detail.Name == "CreatePolicy" { // it has no ARN yet; in other calls the name is that of an inline policy
		event.Policy = short(p.Policy)
	}
	return event, event.Role != "" || event.Policy != "" || event.Profile != ""
}

// policyIn is the name in the ARN of a policy of an account, empty for policies of AWS and of others.
func policyIn(arn, account string) string {
	_, resource, found := strings.Cut(arn, ":iam::"+account+":policy/")
	if !found || account == "" {
		return ""
	}
	return short(resource[strings.LastIndex(resource, "/")+1:])
}

// longest is more than any name, ARN of a caller or address that CloudTrail writes.
const longest = 512

// short drops what is no name or address.
func short(text string) string {
	if len(text) > longest {
		return ""
	}
	return text
}
