// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
)

// eventsTemplate is config/iam/events-queue.yaml, as far as it is looked at.
type eventsTemplate struct {
	Parameters struct{ QueueName struct{ Default string } }
	Resources  struct {
		Queue struct {
			Type       string
			Properties struct{ QueueName, MessageRetentionPeriod any }
		}
		Rule struct {
			Type       string
			Properties struct {
				EventPattern struct {
					Source []string `json:"source"`
					Type   []string `json:"detail-type"`
					Detail struct {
						Source    []string `json:"eventSource"`
						ErrorCode []any    `json:"errorCode"`
					} `json:"detail"`
				}
				Targets []struct{ Arn any }
			}
		}
		QueuePolicy struct {
			Type       string
			Properties struct {
				Queues         []any
				PolicyDocument struct {
					Statement []struct {
						Effect, Action string
						Principal      map[string]string
						Resource       any
						Condition      map[string]map[string]any
					}
				}
			}
		}
	}
	Outputs map[string]struct{ Value any }
}

func readEventsTemplate(t *testing.T) eventsTemplate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "iam", "events-queue.yaml"))
	succeed(t, err)
	var template eventsTemplate
	succeed(t, yaml.Unmarshal(text, &template))
	return template
}

func ref(name string) string  { return `{"Ref":"` + name + `"}` }
func attr(name string) string { return `{"Fn::GetAtt":["` + name + `","Arn"]}` }

func text(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	succeed(t, err)
	return string(encoded)
}

func TestTheRuleOfTheTemplateSendsWhatTheControllerTakesForAnEvent(t *testing.T) {
	rule := readEventsTemplate(t).Resources.Rule.Properties
	pattern := rule.EventPattern
	if len(pattern.Source) != 1 || len(pattern.Type) != 1 || len(pattern.Detail.Source) != 1 {
		t.Fatalf("the pattern is %+v", pattern)
	}
	message := text(t, map[string]any{
		"source": pattern.Source[0], "detail-type": pattern.Type[0], "account": "111122223333",
		"detail": map[string]any{
			"eventSource": pattern.Detail.Source[0], "eventName": "TagRole",
			"requestParameters": map[string]any{"roleName": "app"},
		},
	})
	if _, ok := events.Decode(message); !ok {
		t.Errorf("%s is no event to the controller", message)
	}
	if len(rule.Targets) != 1 || text(t, rule.Targets[0].Arn) != attr("Queue") {
		t.Errorf("the rule's targets are %v", rule.Targets)
	}
}

func TestNobodyButTheRuleSendsToTheQueueOfTheTemplate(t *testing.T) {
	template := readEventsTemplate(t)
	policy := template.Resources.QueuePolicy.Properties
	statements := policy.PolicyDocument.Statement
	if len(statements) != 1 || len(policy.Queues) != 1 || text(t, policy.Queues[0]) != ref("Queue") {
		t.Fatalf("the policy is %+v", policy)
	}
	s := statements[0]
	if s.Effect != "Allow" || s.Action != "sqs:SendMessage" || text(t, s.Resource) != attr("Queue") ||
		text(t, s.Principal) != `{"Service":"events.amazonaws.com"}` ||
		text(t, s.Condition) != `{"ArnEquals":{"aws:SourceArn":`+attr("Rule")+`}}` {
		t.Errorf("the statement is %+v", s)
	}
	if text(t, template.Outputs["QueueURL"].Value) != ref("Queue") {
		t.Errorf("the outputs are %v", template.Outputs)
	}
}

func TestTheControllerMayReadTheQueueOfTheTemplate(t *testing.T) {
	actions, err := controllerpolicy.EventsActions()
	succeed(t, err)
	if !slices.Equal(actions, []string{"sqs:DeleteMessage", "sqs:ReceiveMessage"}) {
		t.Errorf("config/iam/events-policy.json allows %v", actions)
	}
	name := readEventsTemplate(t).Parameters.QueueName.Default
	if name == "" || !strings.Contains(string(controllerpolicy.Events()), ":"+name+"*") {
		t.Errorf("config/iam/events-policy.json is not for queues like %q", name)
	}
}
