// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"sigs.k8s.io/yaml"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// values are those of an example, by what stands for them in the files and by the parameters of the templates.
var values = strings.NewReplacer(
	"CLUSTER_ARN", "arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster", "PARTITION", "aws", "ACCOUNT_ID", "111122223333",
	"OIDC_PROVIDER", "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", "COMMON_NAME", "ecs-iam-controller",
	"TRUST_ANCHOR_ARN", "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/11111111-1111-4111-8111-111111111111",
	"${AWS::Partition}", "aws", "${AWS::AccountId}", "111122223333", "${AWS::Region}", "eu-west-1", "${ClusterName}", "my-cluster",
	"${OIDCProvider}", "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
)

// intrinsics are the references of the templates that are no text.
var intrinsics = map[string]string{
	`{"Fn::GetAtt":["TrustAnchor","TrustAnchorArn"]}`: "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/11111111-1111-4111-8111-111111111111",
	`{"Ref":"CommonName"}`:                            "ecs-iam-controller",
}

// ways are the trust documents and templates of each way into AWS.
var ways = map[string]struct {
	trust    []byte
	template string
	eksctl   string
	// at leads to the permissions in the file of eksctl.
	at []string
}{
	"EKS Pod Identity": {
		controllerpolicy.PodIdentityTrust(), "eks/cloudformation-pod-identity.yaml", "eks/eksctl-pod-identity.yaml",
		[]string{"podIdentityAssociations", "permissionPolicy"},
	},
	"IRSA": {
		controllerpolicy.IRSATrust(), "eks/cloudformation-irsa.yaml", "eks/eksctl-irsa.yaml",
		[]string{"serviceAccounts", "attachPolicy"},
	},
	"Roles Anywhere": {controllerpolicy.RolesAnywhereTrust(), "rolesanywhere/cloudformation.yaml", "", nil},
}

type tree = map[string]any

func readTree(t *testing.T, name string) tree {
	t.Helper()
	var content tree
	succeed(t, yaml.Unmarshal(read(t, filepath.Join(root, "config", "iam", name)), &content))
	return content
}

// resolved are the properties of a resource of a template, with the example's values.
func resolved(t *testing.T, template, resource, property string) []byte {
	t.Helper()
	at := readTree(t, template)["Resources"].(tree)[resource].(tree)["Properties"].(tree)[property]
	text, err := json.Marshal(resolve(t, at))
	succeed(t, err)
	return text
}

func resolve(t *testing.T, value any) any {
	t.Helper()
	switch value := value.(type) {
	case tree:
		if text, ok := value["Fn::Sub"].(string); ok {
			return substituted(t, text)
		}
		reference, err := json.Marshal(value)
		succeed(t, err)
		if found, ok := intrinsics[string(reference)]; ok {
			return found
		}
		for key, inner := range value {
			value[key] = resolve(t, inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = resolve(t, inner)
		}
	}
	return value
}

// substituted is a text with its variables' values, or the document that it is.
func substituted(t *testing.T, text string) any {
	t.Helper()
	text = values.Replace(text)
	if strings.Contains(text, "${") {
		t.Errorf("a variable is not known: %s", text)
	}
	var document tree
	if json.Unmarshal([]byte(text), &document) == nil {
		return document
	}
	return text
}

func same(t *testing.T, what string, a, b []byte) {
	t.Helper()
	if equal, err := policy.Equivalent(a, b); err != nil || !equal {
		t.Errorf("%s differ (error %v):\n%s\n%s", what, err, a, b)
	}
}

func TestAllWaysIntoAWSGiveTheControllersPolicyAndNoMore(t *testing.T) {
	for name, way := range ways {
		same(t, name+": CloudFormation and controller-policy.json", resolved(t, way.template, "Policy", "PolicyDocument"),
			controllerpolicy.Document())
		if way.eksctl == "" {
			continue
		}
		entry := readTree(t, way.eksctl)["iam"].(tree)[way.at[0]].([]any)[0].(tree)
		text, err := json.Marshal(entry[way.at[1]])
		succeed(t, err)
		same(t, name+": eksctl and controller-policy.json", text, controllerpolicy.Document())
	}
}

func TestTheTrustDocumentsAreTheSameInAllWaysAndPassTheChecks(t *testing.T) {
	sim, as := startIAM(t)
	client := sdk.NewFromConfig(as(sim.AccountID()))
	for name, way := range ways {
		text := []byte(values.Replace(string(way.trust)))
		same(t, name+": CloudFormation and the trust document", resolved(t, way.template, "Role", "AssumeRolePolicyDocument"), text)
		if _, problems := policy.Check(text, policy.TrustPolicy); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		for _, finding := range authz.CheckText(text, policy.TrustPolicy, "aws") {
			t.Errorf("%s: %s", name, finding.Message())
		}
		if size := policy.Size(text); size > 2048 {
			t.Errorf("%s: %d characters, a trust policy has at most 2,048", name, size)
		}
		if strings.Contains(name, "IRSA") {
			continue // the simulator knows no identity providers
		}
		_, err := client.CreateRole(t.Context(), &sdk.CreateRoleInput{
			RoleName: aws.String(strings.ReplaceAll(name, " ", "-")), AssumeRolePolicyDocument: aws.String(string(text)),
		})
		succeed(t, err)
	}
}

// Each trust document names the one caller that may have the role, in each of its statements.
func TestATrustDocumentNamesTheControllerAndNobodyElse(t *testing.T) {
	for name, key := range map[string]string{
		"EKS Pod Identity": "aws:RequestTag/kubernetes-service-account", "Roles Anywhere": "aws:PrincipalTag/x509Subject/CN",
		"IRSA": "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub",
	} {
		document, err := policy.Parse([]byte(values.Replace(string(ways[name].trust))))
		succeed(t, err)
		for _, statement := range document.Statements {
			who := statement.Condition["StringEquals"][key]
			if len(who) != 1 || strings.Contains(who[0], "*") || !strings.HasSuffix(who[0], "ecs-iam-controller") {
				t.Errorf("%s: %s is %v", name, key, who)
			}
		}
	}
}

func TestNarrowerPoliciesAreNoWider(t *testing.T) {
	parse := func(text []byte) *policy.Document {
		t.Helper()
		document, err := policy.Parse(text)
		succeed(t, err)
		return document
	}
	whole, confined, team := parse(controllerpolicy.Document()), parse(controllerpolicy.Confined()), parse(controllerpolicy.Team())
	if policy.Compare(confined, team).Widens() {
		t.Error("controller-team-policy.json permits what controller-confined-policy.json does not")
	}
	if !policy.Compare(confined, team).Narrows() {
		t.Error("controller-team-policy.json is as wide as controller-confined-policy.json")
	}
	allowed := map[string]bool{}
	for _, statement := range whole.Statements {
		for _, action := range statement.Actions {
			allowed[action] = true
		}
	}
	for _, statement := range team.Statements {
		for _, action := range statement.Actions {
			if !allowed[action] {
				t.Errorf("controller-team-policy.json allows %s", action)
			}
		}
	}
}

func TestTheFilesThatAreMadeOfThePoliciesAreFresh(t *testing.T) {
	for name, render := range map[string]func() ([]byte, error){
		"controller-team-policy.json":          controllerpolicy.RenderTeam,
		"eks/eksctl-pod-identity.yaml":         controllerpolicy.PodIdentityForEksctl,
		"eks/eksctl-irsa.yaml":                 controllerpolicy.IRSAForEksctl,
		"eks/cloudformation-pod-identity.yaml": controllerpolicy.PodIdentityForCloudFormation,
		"eks/cloudformation-irsa.yaml":         controllerpolicy.IRSAForCloudFormation,
		"rolesanywhere/cloudformation.yaml":    controllerpolicy.RolesAnywhereForCloudFormation,
	} {
		fresh, err := render()
		succeed(t, err)
		if !bytes.Equal(read(t, filepath.Join(root, "config", "iam", name)), fresh) {
			t.Errorf("config/iam/%s is stale: run make manifests", name)
		}
	}
}
