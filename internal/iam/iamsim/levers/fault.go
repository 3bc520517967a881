// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
)

// Fault is what happens to some calls instead of, or before, what IAM would do: they wait for Delay, hang, or fail with
// Code without being carried out. A fault without Code lets a call through after the delay.
type Fault struct {
	// ID names the fault while it is in force. It is given when the fault is added.
	ID string `json:"id,omitempty"`
	// Action is a name or a pattern with * and ?, such as Put*Policy. Empty is every action.
	Action string `json:"action,omitempty"`
	// Account narrows it to calls with credentials of one account.
	Account string `json:"account,omitempty"`
	// Params narrows it to calls whose parameters match all of these patterns, such as {"RoleName": "payments_*"}.
	Params map[string]string `json:"params,omitempty"`
	// Match narrows it to some calls; nil is all. Over HTTP there is no such thing.
	Match func(calls.Call) bool `json:"-"`

	// Code is the error code of the answer, for instance ServiceFailure, Throttling or AccessDenied.
	Code string `json:"code,omitempty"`
	// Message of the answer. Empty is AWS's own sentence for Throttling and AccessDenied, else one that says that the
	// failure is injected.
	Message string `json:"message,omitempty"`
	// DeniedBy is the kind of policy that an AccessDenied blames. Empty is ByIdentity.
	DeniedBy Denier `json:"deniedBy,omitempty"`
	// ExplicitDeny makes an AccessDenied blame a Deny in that policy, not the absence of an Allow.
	ExplicitDeny bool `json:"explicitDeny,omitempty"`
	// Delay is how long a call waits before it is answered or carried out.
	Delay Duration `json:"delay,omitempty"`
	// Hang holds a call until the caller gives up or the fault ends; then the connection is cut.
	Hang bool `json:"hang,omitempty"`

	// Skip lets the first matching calls pass.
	Skip int `json:"skip,omitempty"`
	// Times is how many calls meet the fault before it ends. Zero or less: all, until the fault is ended.
	Times int `json:"times,omitempty"`
}

// Duration is a time.Duration that JSON writes as Go does, "1.5s".
type Duration time.Duration

// MarshalText writes the duration as Go does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration, write it as 1.5s or 200ms", text)
	}
	*d = Duration(parsed)
	return nil
}

var (
	codePattern    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]*$`)
	actionPattern  = regexp.MustCompile(`^[A-Za-z*?]+$`)
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
)

// Check reports all that makes no sense in a fault.
func (f *Fault) Check() error {
	var problems []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	refuse(f.Code == "" && f.Delay == 0 && !f.Hang, "code, delay, hang: one of them is needed, else nothing happens")
	refuse(f.Code != "" && !codePattern.MatchString(f.Code), "code: %q is not an error code, such as Throttling", f.Code)
	refuse(f.Code == "" && f.Message != "", "message: it needs a code")
	refuse(f.Action != "" && !actionPattern.MatchString(f.Action),
		"action: %q is not an action or a pattern, such as GetRole or Get*", f.Action)
	refuse(f.Account != "" && !accountPattern.MatchString(f.Account), "account: %q is not an account id", f.Account)
	refuse(f.Delay < 0, "delay: it cannot be negative")
	refuse(f.Skip < 0, "skip: it cannot be negative")
	refuse(f.DeniedBy != "" && !f.DeniedBy.known(), "deniedBy: %q is not one of %v", f.DeniedBy, deniers())
	refuse((f.DeniedBy != "" || f.ExplicitDeny) && f.Code != "AccessDenied",
		"deniedBy, explicitDeny: they need the code AccessDenied")
	return errors.Join(problems...)
}

func (f *Fault) matches(call calls.Call) bool {
	if f.Action != "" && !glob.Matches(f.Action, call.Action) || f.Account != "" && f.Account != call.Account {
		return false
	}
	for name, pattern := range f.Params {
		if !glob.Matches(pattern, call.Param(name)) {
			return false
		}
	}
	return f.Match == nil || f.Match(call)
}

// String is the fault as one line of JSON.
func (f *Fault) String() string {
	line, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(line)
}
