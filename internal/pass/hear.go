// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
)

// Listen has the events of an account read, where its spec says so and the account is the declared one.
func (e *Environment) Listen(account *v1alpha1.AWSAccount, identity iam.Identity, p *Problem) {
	switch {
	case e.Events == nil:
	case account.Spec.Events == nil || p != nil && aboutAccount(p):
		e.Events.Stop(account.Name)
	case p == nil:
		e.Events.Listen(events.Source{
			Name: account.Name, Config: AccountConfig(account), URL: account.Spec.Events.QueueURL,
			Self: iam.Identity{AccountID: identity.AccountID, CallerARN: identity.Caller()},
		})
	}
}

// StopListening has the events of an account no longer read.
func (e *Environment) StopListening(account string) {
	if e.Events != nil {
		e.Events.Stop(account)
	}
}

// EventsCondition adds to the conditions of an account that its events cannot be read, or takes that away.
func (e *Environment) EventsCondition(
	conditions []metav1.Condition, account *v1alpha1.AWSAccount,
) []metav1.Condition {
	var err error
	if e.Events != nil {
		err = e.Events.Failing(account.Name)
	}
	if err == nil {
		meta.RemoveStatusCondition(&conditions, v1alpha1.ConditionEventsUnavailable)
		return conditions
	}
	reason, cure := v1alpha1.ReasonUnavailable, ""
	switch iam.Classify(err) {
	case iam.ClassDenied:
		reason, cure = v1alpha1.ReasonAccessDenied, "; allow what config/iam/events-policy.json allows"
	case iam.ClassNotFound:
		reason, cure = v1alpha1.ReasonNotFoundInAWS, "; create the queue, or correct spec.events.queueURL"
	default:
	}
	setCondition(&conditions, metav1.Condition{
		Type: v1alpha1.ConditionEventsUnavailable, Status: metav1.ConditionTrue, Reason: string(reason),
		Message: readable(iam.WithoutAccounts("the queue of spec.events cannot be read: " + describeError(err) + cure +
			". Until then other changes are found at each interval")),
		ObservedGeneration: account.Generation,
	}, e.Clock.Now())
	return conditions
}

// Hearing has the objects looked at that events name.
type Hearing struct {
	*Environment

	// AccountChanged has an AWSAccount looked at.
	AccountChanged func(name string)
}

var _ events.Hearer = Hearing{}

// Open implements events.Hearer.
func (h Hearing) Open(ctx context.Context, s events.Source) iam.Queue {
	return h.Accounts.ForAccount(ctx, s.Config).Queue(s.URL)
}

// Changed implements events.Hearer.
func (h Hearing) Changed(name string) { h.AccountChanged(name) }

// Failed implements events.Hearer.
func (h Hearing) Failed(name string) { h.Metrics.eventsFailed(name) }

// Heard implements events.Hearer. What a message says is a reason to look and nothing more.
func (h Hearing) Heard(ctx context.Context, s events.Source, messages []iam.Message) error {
	for _, message := range messages {
		result, err := h.heard(ctx, s, message)
		if err != nil {
			return err
		}
		h.Metrics.heard(s.Name, result)
	}
	return nil
}

// The results of events in the metrics.
const (
	heardLooked  = "looked"
	heardOwn     = "own"
	heardIgnored = "ignored"
)

func (h Hearing) heard(ctx context.Context, s events.Source, message iam.Message) (string, error) {
	event, ok := events.Decode(message.Body)
	switch {
	case !ok || event.Account != s.Self.AccountID:
		return heardIgnored, nil
	case own(event, s.Self):
		return heardOwn, nil
	}
	accounts, err := h.AccountsOf(ctx, event.Account)
	if err != nil {
		return "", err
	}
	found := 0
	for i := range accounts {
		n, err := h.Drift.heard(ctx, event, &accounts[i])
		if err != nil {
			return "", err
		}
		found += n
	}
	if found == 0 {
		return heardIgnored, nil
	}
	return heardLooked, nil
}

// agent is in the user agent of every call of a controller, see awsiam.
const agent = "ecs-iam-controller/"

// own reports whether the controller made the call itself: what it wrote need not be looked at.
func own(event events.Event, self iam.Identity) bool {
	by := iam.Identity{CallerARN: event.By}
	return by.Caller() == self.CallerARN && strings.Contains(event.Agent, agent)
}
