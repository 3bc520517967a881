// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"errors"
	"fmt"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

// Settings concern all calls. The zero value is a fast, consistent IAM without limits in which every caller may do
// everything.
type Settings struct {
	// Latency delays every call.
	Latency Duration `json:"latency"`
	// QPS gives every account a bucket of Burst tokens that refills at QPS tokens a second. An IAM call without a token
	// is answered Throttling. Zero does not limit.
	QPS   float64 `json:"qps"`
	Burst int     `json:"burst"`
	// Lag is how long reads show the state before a write; LagReads is how many reads do. See store.Lag.
	Lag       Duration `json:"lag"`
	LagReads  int      `json:"lagReads"`
	LagWrites bool     `json:"lagWrites"`
	// PageLimit cuts the pages of all lists, whatever MaxItems asks for, as IAM may do. Zero does not.
	PageLimit int `json:"pageLimit"`
	// EnforcePolicies judges the sessions of assumed roles by the policies of the role, its boundary and the session.
	// Long-term credentials may do everything all the same.
	EnforcePolicies bool `json:"enforcePolicies"`
	// EventQueue is the URL of an SQS queue. The calls that change the IAM of the account which it names become events in
	// it, EventDelay later, as CloudTrail and EventBridge send them. Empty sends none.
	EventQueue string   `json:"eventQueue"`
	EventDelay Duration `json:"eventDelay"`
}

// ConsistencyLag is the lag as the store takes it.
func (s Settings) ConsistencyLag() store.Lag {
	return store.Lag{Duration: time.Duration(s.Lag), Reads: s.LagReads, Writes: s.LagWrites}
}

// WithLag returns the settings with another lag.
func (s Settings) WithLag(lag store.Lag) Settings {
	s.Lag, s.LagReads, s.LagWrites = Duration(lag.Duration), lag.Reads, lag.Writes
	return s
}

// Check reports all that makes no sense.
func (s Settings) Check() error {
	var problems []error
	for name, value := range map[string]float64{
		"latency": float64(s.Latency), "qps": s.QPS, "burst": float64(s.Burst), "lag": float64(s.Lag),
		"lagReads": float64(s.LagReads), "pageLimit": float64(s.PageLimit), "eventDelay": float64(s.EventDelay),
	} {
		if value < 0 {
			problems = append(problems, fmt.Errorf("%s: it cannot be negative", name))
		}
	}
	if s.QPS > 0 && s.Burst < 1 {
		problems = append(problems, errors.New("burst: at least 1 with qps, else no call has a token"))
	}
	return errors.Join(problems...)
}
