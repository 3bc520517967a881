// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/preflight"
)

const (
	account  = "111122223333"
	boundary = "arn:aws:iam::111122223333:policy/boundary"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + account + `"},` +
		`"Action":"sts:AssumeRole"}]}`
)

// as is the controller's role with these policies, reached over HTTP with the real SDK. Calls are counted from here on.
func as(t *testing.T, policies ...string) (*iamsim.Sim, *awsiam.Account) {
	t.Helper()
	sim := iamsim.New(iamsim.Options{AccountID: account}).Start()
	t.Cleanup(sim.Close)
	cfg := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(sim.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}
	admin := sdk.NewFromConfig(cfg)
	role, err := admin.CreateRole(t.Context(), &sdk.CreateRoleInput{
		RoleName: aws.String("ecs-iam-controller"), Path: aws.String("/platform/"), AssumeRolePolicyDocument: aws.String(trust),
	})
	succeed(t, err)
	for i, document := range policies {
		made, err := admin.CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
			PolicyName: aws.String("ecs-iam-controller-" + string(rune('a'+i))), PolicyDocument: aws.String(document),
		})
		succeed(t, err)
		_, err = admin.AttachRolePolicy(t.Context(), &sdk.AttachRolePolicyInput{
			RoleName: role.Role.RoleName, PolicyArn: made.Policy.Arn,
		})
		succeed(t, err)
	}
	session, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: role.Role.Arn, RoleSessionName: aws.String("pod"),
	})
	succeed(t, err)
	sim.SetPolicyEnforcement(true)
	sim.ResetCalls()
	keys := session.Credentials
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID: *keys.AccessKeyId, SecretAccessKey: *keys.SecretAccessKey, SessionToken: *keys.SessionToken,
			Source: "WebIdentityCredentials",
		}, nil
	})
	return sim, awsiam.New(awsiam.ReadOnly(cfg), awsiam.Options{})
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var scheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := apiextensionsv1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
}()

// cluster has the definitions of these kinds with a version of their schema.
func cluster(version string, plurals ...string) client.Reader {
	builder := fake.NewClientBuilder().WithScheme(scheme)
	for _, plural := range plurals {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		crd.Name = plural + ".ecsiam.dev"
		crd.Annotations = map[string]string{v1alpha1.AnnotationSchemaVersion: version}
		builder = builder.WithObjects(crd)
	}
	return builder.Build()
}

func complete() client.Reader {
	return cluster("1", "awsaccounts", "ecschangeapprovals", "ecspolicies", "ecsroles", "ecsservicelinkedroles")
}

func options(t *testing.T) preflight.Options {
	t.Helper()
	document, err := policy.Parse(controllerpolicy.Document())
	succeed(t, err)
	return preflight.Options{
		Region: "eu-west-1", Getenv: func(string) string { return "" }, Policy: document,
		ClusterID: "production", Namespace: "payments", Path: "/ecs/",
	}
}

// named are the checks of a name.
func named(r preflight.Report, name string) preflight.Check {
	at := slices.IndexFunc(r.Checks, func(c preflight.Check) bool { return c.Name == name })
	if at < 0 {
		return preflight.Check{}
	}
	return r.Checks[at]
}

// notOK are the names of the checks that are not all right, with their status.
func notOK(r preflight.Report) []string {
	var list []string
	for _, c := range r.Checks {
		if c.Status != preflight.OK {
			list = append(list, string(c.Status)+" "+c.Name)
		}
	}
	return list
}

func whole() string     { return string(controllerpolicy.Document()) }
func simulates() string { return string(controllerpolicy.Preflight()) }

// anywhere lets preflight ask about a role on any path: the file is for one without.
func anywhere() string {
	return strings.Replace(simulates(), "role/ecs-iam-controller", "role/platform/ecs-iam-controller", 1)
}

func writesNothing(t *testing.T, sim *iamsim.Sim) {
	t.Helper()
	for _, call := range sim.Calls() {
		if call.Write {
			t.Errorf("preflight wrote: %s", call.Action)
		}
	}
}

func TestEverythingIsAllowedAndPresent(t *testing.T) {
	sim, account := as(t, whole(), anywhere())
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	if !report.OK || len(notOK(report)) > 0 {
		t.Errorf("not all right: %v\n%+v", notOK(report), report)
	}
	for name, want := range map[string]string{
		"region": "eu-west-1", "credentials": "IAM roles for service accounts", "caller": "role ecs-iam-controller of account …3333",
		"permissions": "iam:SimulatePrincipalPolicy", "statement WriteRoles": "12 of 12 actions", "crd ecsroles.ecsiam.dev": "version 1",
	} {
		if got := named(report, name).Message; !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want it to say %q", name, got, want)
		}
	}
	if iamsim.CountByAction(sim.Calls())["SimulatePrincipalPolicy"] == 0 {
		t.Error("nothing was simulated")
	}
	writesNothing(t, sim)
}

func TestADeniedCallIsNamedWithWhatToDo(t *testing.T) {
	deny := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:TagRole","Resource":"*"}]}`
	_, account := as(t, whole(), anywhere(), deny)
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	check := named(report, "statement WriteRoles")
	if report.OK || !slices.Equal(notOK(report), []string{"failed statement WriteRoles"}) ||
		!slices.Equal(check.Denied, []string{"iam:TagRole"}) {
		t.Errorf("got %v, denied %v", notOK(report), check.Denied)
	}
	if !strings.Contains(check.Message, "iam:TagRole") || !strings.Contains(check.Message, "explicit deny") ||
		!strings.Contains(check.Next, "controller-policy.json") {
		t.Errorf("got %q, next %q", check.Message, check.Next)
	}
	for optional, fine := range map[string]bool{"WriteRoles": true, "iam:TagRole": true, "ReadRoles": false, "iam:UntagRole": false} {
		o := options(t)
		o.Optional = []string{optional}
		if report = preflight.Run(t.Context(), account, complete(), nil, o); report.OK != fine {
			t.Errorf("left out on purpose %s: %v", optional, notOK(report))
		}
	}
}

func TestAnActionThatIsNotNeededIsAWarning(t *testing.T) {
	without := strings.Replace(whole(), `"iam:GetAccountSummary"`, `"iam:GetAccountName"`, 1)
	_, account := as(t, without, anywhere())
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	if !report.OK || !slices.Equal(notOK(report), []string{"warning statement ReadQuotas"}) {
		t.Errorf("got %v", notOK(report))
	}
	if got := named(report, "statement ReadQuotas").Message; !strings.Contains(got, "quotas of a new account are assumed") {
		t.Errorf("the consequence is not said: %q", got)
	}
}

func TestWithoutSimulationReadsAreTried(t *testing.T) {
	deny := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:ListRolePolicies","Resource":"*"}]}`
	sim, account := as(t, whole(), deny)
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	reads, writes := named(report, "statement ReadRoles"), named(report, "statement WriteRoles")
	if reads.Status != preflight.Failed || !slices.Equal(reads.Denied, []string{"iam:ListRolePolicies"}) {
		t.Errorf("reads: %+v", reads)
	}
	if writes.Status != preflight.Unknown || len(writes.NotAsked) != 12 || len(writes.Denied) > 0 {
		t.Errorf("writes: %+v", writes)
	}
	if first := named(report, "permissions"); first.Status != preflight.Unknown || !strings.Contains(first.Next, "preflight-policy.json") {
		t.Errorf("how permissions were found out: %+v", first)
	}
	if managed := named(report, "statement ReadManagedPolicies"); managed.Status != preflight.OK {
		t.Errorf("reads of what does not exist are taken for denied: %+v", managed)
	}
	writesNothing(t, sim)
}

func TestAControllerWithoutAnyPermissionIsToldAll(t *testing.T) {
	_, account := as(t)
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	if report.OK || report.Failures() != 4 { // of roles, instance profiles and policies: the other statements have no read, or are optional
		t.Errorf("got %v", notOK(report))
	}
}

func TestAPolicyThatIsConfinedToThePathAndTheTagIsEnough(t *testing.T) {
	confined := strings.ReplaceAll(string(controllerpolicy.Confined()), "CLUSTER_ID", "production")
	_, account := as(t, confined, anywhere())
	report := preflight.Run(t.Context(), account, complete(), nil, options(t))
	if len(notOK(report)) > 0 {
		t.Errorf("got %v", notOK(report))
	}
	for name, change := range map[string]func(*preflight.Options){
		"another cluster": func(o *preflight.Options) { o.ClusterID = "staging" },
		"another path":    func(o *preflight.Options) { o.Path = "/" },
	} {
		o := options(t)
		change(&o)
		if report = preflight.Run(t.Context(), account, complete(), nil, o); report.OK {
			t.Errorf("%s is allowed", name)
		}
	}
}

func TestAForcedBoundaryIsAskedFor(t *testing.T) {
	guard := strings.ReplaceAll(string(controllerpolicy.Guard()), "BOUNDARY_ARN", boundary)
	_, account := as(t, whole(), anywhere(), guard)
	o := options(t)
	report := preflight.Run(t.Context(), account, complete(), nil, o)
	if check := named(report, "statement WriteRoles"); check.Status != preflight.Failed || !strings.Contains(check.Next, "--boundary") {
		t.Errorf("got %+v", check)
	}
	o.Boundary = boundary
	report = preflight.Run(t.Context(), account, complete(), nil, o)
	if !report.OK || len(notOK(report)) > 0 { // that no boundary is taken away is what the guard is for
		t.Errorf("with the boundary: %+v", named(report, "statement WriteRoles"))
	}
}

// nobody has no credentials.
type nobody struct{ iam.PermissionReader }

func (nobody) CredentialSource(context.Context) (string, error) {
	return "", &iam.Error{Action: "ec2imds:GetMetadata", Code: "NoCredentials", Class: iam.ClassCredentials}
}

func TestWithoutCredentialsTheNextStepIsSaidAndTheClusterIsLookedAtAllTheSame(t *testing.T) {
	for variable, want := range map[string]string{
		"":                                   "restart the pods",
		"AWS_WEB_IDENTITY_TOKEN_FILE":        "trust policy names the cluster's OIDC provider",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI": "eks-pod-identity-agent",
		"AWS_ACCESS_KEY_ID":                  "AWS_SECRET_ACCESS_KEY",
	} {
		o := options(t)
		o.Getenv = func(name string) string {
			if name == variable {
				return "set"
			}
			return ""
		}
		report := preflight.Run(t.Context(), nobody{}, cluster("1"), nil, o)
		if check := named(report, "credentials"); check.Status != preflight.Failed || !strings.Contains(check.Next, want) {
			t.Errorf("%s: got %+v", variable, check)
		}
		if report.Failures() != 6 { // and five definitions
			t.Errorf("%s: got %v", variable, notOK(report))
		}
	}
}

func TestAWayThatLostAndAWayWithAWorryAreWarnings(t *testing.T) {
	_, account := as(t, whole(), anywhere())
	o := options(t)
	o.Getenv = func(name string) string {
		return map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x"}[name]
	}
	report := preflight.Run(t.Context(), account, complete(), nil, o)
	lost := slices.IndexFunc(report.Checks, func(c preflight.Check) bool { return strings.Contains(c.Message, "not used") })
	if !report.OK || lost < 0 || report.Checks[lost].Status != preflight.Warning {
		t.Errorf("got %+v", report.Checks)
	}
}

func TestDefinitionsThatAreMissingOrOlderOrHiddenAreToldApart(t *testing.T) {
	_, account := as(t, whole(), anywhere())
	hidden := interceptor.NewClient(fake.NewClientBuilder().WithScheme(scheme).Build(), interceptor.Funcs{
		Get: func(context.Context, client.WithWatch, client.ObjectKey, client.Object, ...client.GetOption) error {
			return apierrors.NewForbidden(schema.GroupResource{Resource: "customresourcedefinitions"}, "x", errors.New("no"))
		},
	})
	older := cluster("0", "awsaccounts", "ecschangeapprovals", "ecspolicies", "ecsroles", "ecsservicelinkedroles")
	for name, c := range map[string]struct {
		cluster  client.Reader
		failures int
		message  string
	}{
		"missing":      {cluster("1", "awsaccounts", "ecspolicies"), 3, "not in the cluster"},
		"older":        {older, 5, "older than the controller: its schema version is 0, and the controller needs 1"},
		"newer":        {cluster("7", "awsaccounts", "ecschangeapprovals", "ecspolicies", "ecsroles", "ecsservicelinkedroles"), 0, "version 7"},
		"not readable": {hidden, 5, "may not read it"},
	} {
		report := preflight.Run(t.Context(), account, c.cluster, nil, options(t))
		check := named(report, "crd ecsroles.ecsiam.dev")
		if report.Failures() != c.failures || !strings.Contains(check.Message, c.message) || (check.Next == "") != (c.failures == 0) {
			t.Errorf("%s: %d failures, %+v", name, report.Failures(), check)
		}
	}
	report := preflight.Run(t.Context(), account, nil, errors.New("no kubeconfig"), options(t))
	if check := named(report, "kubernetes"); check.Status != preflight.Failed || !strings.Contains(check.Message, "no kubeconfig") {
		t.Errorf("got %+v", check)
	}
}

func TestAccountIDsAreShortenedUnlessTheyAreAskedFor(t *testing.T) {
	_, caller := as(t, whole(), anywhere())
	for _, show := range []bool{false, true} {
		o := options(t)
		o.ShowAccount = show
		var text, object bytes.Buffer
		report := preflight.Run(t.Context(), caller, complete(), nil, o)
		report.Text(&text)
		succeed(t, report.JSON(&object))
		for name, got := range map[string]string{"text": text.String(), "JSON": object.String()} {
			if strings.Contains(got, account) != show {
				t.Errorf("%s with --show-account=%t: %s", name, show, got)
			}
		}
		var read preflight.Report
		succeed(t, json.Unmarshal(object.Bytes(), &read))
		if !read.OK || len(read.Checks) != len(report.Checks) || strings.Count(text.String(), "\n") != len(report.Checks) {
			t.Errorf("the formats differ:\n%s\n%s", text.String(), object.String())
		}
	}
}

func TestThePageShowsWhatIsPrinted(t *testing.T) {
	page, err := os.ReadFile("../../docs/preflight.md")
	succeed(t, err)
	_, account := as(t, whole(), anywhere())
	var text bytes.Buffer
	preflight.Run(t.Context(), account, complete(), nil, options(t)).Text(&text)
	if block := "```console\n" + text.String() + "```\n"; !strings.Contains(string(page), block) {
		t.Errorf("docs/preflight.md does not show this:\n%s", block)
	}
}

func TestAPolicyOfOneTeamIsEnoughForItsNamespaceAlone(t *testing.T) {
	team := strings.NewReplacer("CLUSTER_ID", "production", "NAMESPACE", "payments").Replace(string(controllerpolicy.Team()))
	_, account := as(t, team, anywhere())
	o := options(t)
	report := preflight.Run(t.Context(), account, complete(), nil, o)
	want := []string{"warning statement CreateServiceLinkedRoles", "warning statement DeleteServiceLinkedRoles"}
	if !report.OK || !slices.Equal(notOK(report), want) {
		t.Errorf("got %v", notOK(report))
	}
	o.Namespace = "search"
	if report = preflight.Run(t.Context(), account, complete(), nil, o); named(report, "statement WriteRoles").Status != preflight.Failed {
		t.Errorf("another team's roles: %v", notOK(report))
	}
}

func TestTheHelperOfRolesAnywhereIsNotTakenForTheNode(t *testing.T) {
	o := options(t)
	o.Getenv = func(name string) string {
		return map[string]string{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9911"}[name]
	}
	report := preflight.Run(t.Context(), served{}, complete(), nil, o)
	if check := named(report, "credentials"); check.Status != preflight.OK || !strings.Contains(check.Message, "Roles Anywhere") {
		t.Errorf("got %+v", check)
	}
}

// served has the credentials that the metadata of an instance serve, and nothing else.
type served struct{ iam.PermissionReader }

func (served) CredentialSource(context.Context) (string, error) { return "EC2RoleProvider", nil }

func (served) Identity(context.Context) (iam.Identity, error) {
	return iam.Identity{}, &iam.Error{Action: "sts:GetCallerIdentity", Class: iam.ClassUnavailable}
}
