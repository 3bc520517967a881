// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package demo shows the whole life of the samples in a local environment, and checks what it shows.
package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
)

// chapters are what the demo shows, in this order. Each prints what it did and fails when it was not as promised.
var chapters = []struct {
	title string
	show  func(*demonstration, context.Context) error
}{
	{"Apply config/samples: every role type of Amazon ECS", (*demonstration).applySamples},
	{"What that took: calls to IAM", (*demonstration).showCalls},
	{"Check policies before they are applied: the guide's own mistake", (*demonstration).lintGuide},
	{"Show what a change would do before it is merged", (*demonstration).planChange},
	{"Who may pass which role, and who has which policy", (*demonstration).showGrants},
	{"Look again at everything: nothing differs, nothing is written", (*demonstration).lookAgain},
	{"Break a role behind the controller's back", (*demonstration).breakRole},
	{"Look at that role again: it is repaired", (*demonstration).repairRole},
	{"Take over roles that were made by hand after AWS's guide", (*demonstration).takeOver},
	{"Two namespaces in a second account, each confined to its own session", (*demonstration).showAccounts},
	{"A namespace asks for more than its account gives", (*demonstration).refuseEscalation},
	{"From a red alert to its cause, by the commands of the runbook", (*demonstration).followAlerts},
	{"The smoke test of a new installation", (*demonstration).smoke},
	{"Delete everything", (*demonstration).deleteAll},
	{"What is left in IAM", (*demonstration).showLeft},
}

// demonstration is what the chapters hand on to each other.
type demonstration struct {
	*environment.Environment
	intruder *iam.Client // somebody else with access to the account

	declared, broken roleState
}

// Run shows the whole life of the samples and stops.
func Run(ctx context.Context, out *console.Console, o environment.Options) error {
	began := time.Now()
	err := environment.With(ctx, out, o, "demo", func(ctx context.Context, e *environment.Environment) error {
		d := &demonstration{Environment: e, intruder: environment.IAM(e.Sim, intruderKey)}
		for number, chapter := range chapters {
			e.Heading(fmt.Sprintf("%d. %s", number+1, chapter.title))
			if err := chapter.show(d, ctx); err != nil {
				return fmt.Errorf("chapter %d, %s: %w", number+1, chapter.title, err)
			}
		}
		return nil
	})
	if err == nil {
		out.Printf("\nThe demo went as promised (%.0f s). `make run` starts the same environment and leaves it up.\n",
			time.Since(began).Seconds())
	}
	return err
}

// intruderKey sets the intruder's calls apart from the controller's in the log of calls.
const intruderKey = "INTRUDER"

func (d *demonstration) applySamples(ctx context.Context) error {
	if err := d.ApplySamples(ctx); err != nil {
		return err
	}
	return d.Show(ctx)
}

func (d *demonstration) showCalls(context.Context) error {
	d.Table(callHeadings, callRows(d.takeCalls()))
	return nil
}
