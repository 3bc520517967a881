// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"encoding/json"
	"slices"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const (
	// placeholders are the controller's, and one that is Flux's.
	placeholders = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: placeholders, namespace: payments}
spec:
  type: Task
  statements:
  - effect: Allow
    actions: ["s3:GetObject"]
    resources: ["arn:{partition}:s3:::${environment}-{accountID}/{namespace}/{name}/{region}/{{}}/*"]
`
	// variables are those of IAM, once where Flux substitutes nothing, once written so that Flux leaves them.
	variables = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata:
  name: disabled
  namespace: payments
  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}
spec:
  type: Task
  statements:
  - effect: Allow
    actions: ["s3:GetObject"]
    resources: ["arn:{partition}:s3:::home/${aws:PrincipalTag/team}/*"]
---
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: doubled, namespace: payments}
spec:
  type: Task
  statements:
  - effect: Allow
    actions: ["s3:GetObject"]
    resources: ["arn:{partition}:s3:::home/$${aws:PrincipalTag/team}/*"]
`
	// undeclared is a variable of IAM as it is.
	undeclared = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: undeclared, namespace: payments}
spec:
  type: Task
  statements:
  - effect: Allow
    actions: ["s3:GetObject"]
    resources: ["arn:{partition}:s3:::home/${aws:PrincipalTag/team}/*"]
`
)

func TestPostBuildSubstitutionLeavesPlaceholdersAloneAndVariablesOfIAMWhereItIsDisabled(t *testing.T) {
	c := startWithController(t)
	revision := c.publish(files{"placeholders.yaml": placeholders, "variables.yaml": variables})
	c.applied(c.kustomize(substitute), revision)
	for role, want := range map[string]string{
		"payments_placeholders": "arn:aws:s3:::production-111122223333/payments/placeholders/eu-west-1/{}/*",
		"payments_disabled":     "arn:aws:s3:::home/${aws:PrincipalTag/team}/*",
		"payments_doubled":      "arn:aws:s3:::home/${aws:PrincipalTag/team}/*",
	} {
		c.permits(role, want)
	}
}

func TestPostBuildSubstitutionFailsAtAVariableOfIAMAndAppliesNothing(t *testing.T) {
	c := startWithController(t)
	c.publish(files{"undeclared.yaml": undeclared, "placeholders.yaml": placeholders})
	c.says(c.kustomize(substitute), meta.ReadyCondition, metav1.ConditionFalse, "undeclared", "variable not set", `"aws"`)
	for _, name := range []string{"undeclared", "placeholders"} {
		c.gone(at(&v1alpha1.ECSRole{}, name))
	}
}

// Flux before 2.9, and later with this gate.
func TestPostBuildSubstitutionThatIsNotStrictEatsAVariableOfIAM(t *testing.T) {
	c := startWithController(t, "--feature-gates=StrictPostBuildSubstitutions=false")
	revision := c.publish(files{"undeclared.yaml": undeclared})
	c.applied(c.kustomize(substitute), revision)
	c.permits("payments_undeclared", "arn:aws:s3:::home//*")
}

// substitute is a post-build substitution.
func substitute(spec *kustomizev1.KustomizationSpec) {
	spec.PostBuild = &kustomizev1.PostBuild{Substitute: map[string]string{"environment": "production"}}
}

// permits holds the one resource that the inline policy of a role in IAM names.
func (c *cluster) permits(role, want string) {
	c.Helper()
	if got := c.resources(role); !slices.Equal(got, []string{want}) {
		c.Errorf("the policy of %s names %q, want %s", role, got, want)
	}
}

// resources are those of the statements in the inline policies of a role in IAM.
func (c *cluster) resources(name string) (found []string) {
	c.Helper()
	for _, text := range c.hasRole(name, true).InlinePolicies {
		var document struct {
			Statement []struct {
				Resource any `json:"Resource"`
			} `json:"Statement"`
		}
		c.must(json.Unmarshal([]byte(text), &document))
		for _, statement := range document.Statement {
			switch resource := statement.Resource.(type) {
			case string:
				found = append(found, resource)
			case []any:
				for _, resource := range resource {
					found = append(found, resource.(string))
				}
			}
		}
	}
	return found
}
