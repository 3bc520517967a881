// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

const minimal = "apiVersion: ecsiam.dev/v1alpha1\nkind: ECSRole\nmetadata: {name: app}\nspec: {type: Task}\n"

// read reads text from standard input.
func read(t *testing.T, text string) []manifest.Document {
	t.Helper()
	reader := manifest.Reader{Stdin: strings.NewReader(text), Namespace: "shop"}
	return reader.Read(t.Context(), manifest.Stdin)
}

// outcomes are the places of the documents with what is wrong there.
func outcomes(documents []manifest.Document) []string {
	var list []string
	for _, d := range documents {
		list = append(list, d.Place())
		for _, err := range d.Errors {
			list = append(list, "  "+err.Error())
		}
	}
	return list
}

func TestDefaultsAreThoseOfTheAPIServer(t *testing.T) {
	documents := read(t, minimal)
	if len(documents) != 1 || documents[0].Role == nil {
		t.Fatalf("documents are %v", outcomes(documents))
	}
	want := v1alpha1.ECSRoleSpec{
		Type: v1alpha1.RoleTypeTask, AccountRef: v1alpha1.AccountReference{Name: "default"}, MaxSessionDurationSeconds: 3600,
		DefaultManagedPolicies: v1alpha1.DefaultManagedPoliciesAuto, InlinePolicyName: v1alpha1.DefaultInlinePolicyName,
		AdoptionPolicy: v1alpha1.AdoptionNever, DeletionPolicy: v1alpha1.DeletionDelete, ReconcilePolicy: v1alpha1.ReconcileEnforce,
	}
	if diff := cmp.Diff(want, documents[0].Role.Spec, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	if namespace := documents[0].Role.Namespace; namespace != "shop" {
		t.Errorf("namespace is %q, want that of the reader", namespace)
	}
}

func TestFilesHoldSeveralDocumentsOfEitherFormat(t *testing.T) {
	account := `{"apiVersion":"ecsiam.dev/v1alpha1","kind":"AWSAccount","metadata":{"name":"default","namespace":"x"},"spec":{"accountID":"111122223333"}}`
	cases := map[string]struct {
		text string
		want []string
	}{
		"nothing":       {"", nil},
		"comments only": {"# nothing\n---\n# here\n", nil},
		"one document":  {minimal, []string{"standard input, document 1, ECSRole shop/app"}},
		"documents without content are not counted": {"# licence\n---\n" + minimal + "---\n---\n" + minimal, []string{
			"standard input, document 1, ECSRole shop/app", "standard input, document 2, ECSRole shop/app",
		}},
		"JSON, and a kind without namespaces": {account, []string{"standard input, document 1, AWSAccount default"}},
		"a List": {`{"apiVersion":"v1","kind":"List","items":[` + account + `,{"apiVersion":"v1","kind":"Secret"}]}`, []string{
			"standard input, document 1, AWSAccount default",
		}},
		"other groups beside ours": {"apiVersion: apps/v1\nkind: Deployment\n---\n" + minimal, []string{
			"standard input, document 2, ECSRole shop/app",
		}},
		"a namespace that YAML reads as a number": {strings.Replace(minimal, "{name: app}", "{name: app, namespace: 5}", 1), []string{
			"standard input, document 1, ECSRole 5/app", "  metadata.namespace: Invalid value: 5: must be text, and YAML reads " +
				"numbers and words such as n, no, yes and on as other types: write the value in quotes",
		}},
		"a namespace that YAML reads as a boolean": {strings.Replace(minimal, "{name: app}", "{name: app, namespace: n}", 1), []string{
			"standard input, document 1, ECSRole false/app", "  metadata.namespace: Invalid value: false: must be text, and YAML reads " +
				"numbers and words such as n, no, yes and on as other types: write the value in quotes",
		}},
		"its own namespace": {strings.Replace(minimal, "{name: app}", "{name: app, namespace: own}", 1), []string{
			"standard input, document 1, ECSRole own/app",
		}},
		"a status, which is dropped": {minimal + "status: {roleARN: 5}\n", []string{"standard input, document 1, ECSRole shop/app"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outcomes(read(t, c.text))); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoManifestIsRefusedWithItsPlace(t *testing.T) {
	const first = "standard input, document 1"
	cases := map[string]struct {
		text string
		want []string
	}{
		"text": {"hello", []string{first, "  the document is not an object: it must begin with apiVersion and kind"}},
		"an object of nothing": {"a: 1", []string{
			first, "  apiVersion and kind are required, such as ecsiam.dev/v1alpha1 and ECSRole",
		}},
		"broken YAML behind a good document": {minimal + "---\na: [", []string{
			"standard input, document 1, ECSRole shop/app",
			"standard input, document 2",
			"  reading YAML: line 6: did not find expected node content",
		}},
		"a key twice": {minimal + "kind: ECSRole\n", []string{
			first, "  reading YAML: unmarshal errors:\n  line 5: key \"kind\" already set in map",
		}},
		"an unknown version": {strings.Replace(minimal, "v1alpha1", "v1", 1), []string{
			first, "  ecsiam.dev/v1 ECSRole is unknown: the kinds are ecsiam.dev/v1alpha1 AWSAccount, ecsiam.dev/v1alpha1 ECSChangeApproval, ecsiam.dev/v1alpha1 ECSPolicy, ecsiam.dev/v1alpha1 ECSRole, ecsiam.dev/v1alpha1 ECSServiceLinkedRole",
		}},
		"a List of text": {`{"apiVersion":"v1","kind":"List","items":["x"]}`, []string{first, "  an item of the List is not an object"}},
		"a List without its list": {`{"apiVersion":"v1","kind":"List","items":"x"}`, []string{
			first, "  reading the items of a List: .items accessor error: x is of the type string, expected []interface{}",
		}},
		"metadata of another type": {"apiVersion: ecsiam.dev/v1alpha1\nkind: ECSRole\nmetadata: app\nspec: {type: Task}", []string{
			"standard input, document 1, ECSRole",
			"  metadata: Invalid value: must be of type object: write keys with their values, such as {key: value}",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outcomes(read(t, c.text))); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownFieldsAreRefusedWithTheNameThatWasMeant(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"a typing error": {
			"spec: {type: Task, maxSesionDurationSeconds: 3600}", "spec.maxSesionDurationSeconds: Forbidden: unknown field, did you mean maxSessionDurationSeconds?",
		},
		"another case": {
			"spec: {type: Task, rolename: x}", "spec.rolename: Forbidden: unknown field, did you mean roleName?",
		},
		"nothing near": {
			"spec: {type: Task, color: red}", "spec.color: Forbidden: unknown field",
		},
		"in a list": {
			"spec: {type: Task, statements: [{efect: Allow, effect: Allow, actions: ['s3:*'], resources: ['*']}]}",
			"spec.statements[0].efect: Forbidden: unknown field, did you mean effect?",
		},
		"at the top":  {"spec: {type: Task}\nspecs: {}", "specs: Forbidden: unknown field, did you mean spec?"},
		"in metadata": {"metadata: {name: app, label: {}}\nspec: {type: Task}", "metadata.label: Forbidden: unknown field"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := "apiVersion: ecsiam.dev/v1alpha1\nkind: ECSRole\n" + c.text
			if !strings.Contains(c.text, "metadata") {
				text += "\nmetadata: {name: app}"
			}
			documents := read(t, text)
			if len(documents) != 1 || len(documents[0].Errors) != 1 || documents[0].Errors[0].Error() != c.want {
				t.Errorf("errors are %q, want %q", outcomes(documents), c.want)
			}
		})
	}
}

func TestANearMissOfARestrictingFieldIsRefusedWhateverItsValue(t *testing.T) {
	const want = "unknown field source_arn: the field is sourceARNs; move the content there, or the trust would hold for " +
		"every source in the account"
	for _, value := range []string{"x", "[x]", "{a: b}", "5"} {
		text := strings.Replace(minimal, "{type: Task}", "{type: Task, trust: {source_arn: "+value+"}}", 1)
		documents := read(t, text)
		if len(documents) != 1 || len(documents[0].Errors) != 1 {
			t.Fatalf("%s: the errors are %q", value, outcomes(documents))
		}
		got := documents[0].Errors[0].Error()
		if !strings.HasPrefix(got, "spec.trust.source_arn: ") || !strings.HasSuffix(got, want) {
			t.Errorf("%s: the error is %q, want %q", value, got, want)
		}
	}
}

func TestMetadataIsChecked(t *testing.T) {
	documents := read(t, strings.Replace(minimal, "{name: app}", "{name: App_1, labels: {'a b': c}}", 1))
	want := []string{
		"standard input, document 1, ECSRole shop/App_1",
		`  metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
		`  metadata.name: Invalid value: "App_1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
	}
	if diff := cmp.Diff(want, outcomes(documents)); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}

func TestAnObjectWithFieldErrorsIsDecodedForFurtherChecks(t *testing.T) {
	documents := read(t, minimal+"  # bad path\n"+"---\n"+strings.Replace(minimal, "{type: Task}", "{type: Task, path: /x}", 1))
	if len(documents) != 2 || documents[1].Role == nil || len(documents[1].Errors) != 1 {
		t.Fatalf("documents are %v", outcomes(documents))
	}
	var e *field.Error
	if !errors.As(documents[1].Errors[0], &e) || e.Field != "spec.path" {
		t.Errorf("the error is %v, want one of spec.path", documents[1].Errors[0])
	}
}

func TestErrorsHaveOneOrder(t *testing.T) {
	text := strings.Replace(minimal, "{type: Task}", "{type: Task, path: 2, roleName: 3, description: 4, tags: 5}", 1)
	first := outcomes(read(t, text))
	if len(first) != 5 {
		t.Fatalf("the errors are %v", first)
	}
	for range 10 {
		if diff := cmp.Diff(first, outcomes(read(t, text))); diff != "" {
			t.Fatalf("the order changed:\n%s", diff)
		}
	}
}

func TestAFileThatCannotBeReadIsReported(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	good := filepath.Join(t.TempDir(), "good.yaml")
	if err := os.WriteFile(good, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	reader := manifest.Reader{Stdin: iotest.ErrReader(errors.New("closed")), Namespace: "shop"}
	want := []string{
		missing, "  reading the file: no such file or directory",
		good + ", document 1, ECSRole shop/app",
		"standard input", "  reading standard input: closed",
	}
	if diff := cmp.Diff(want, outcomes(reader.Read(t.Context(), missing, good, manifest.Stdin))); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}

// FuzzRead looks for files on which reading panics or on which a document has neither an object nor an error.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{minimal, "", "---", "a: [", `{"apiVersion":"v1","kind":"List","items":[{}]}`, minimal + "---\n" + minimal} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range read(t, text) {
			if d.Role == nil && d.Account == nil && len(d.Errors) == 0 {
				t.Errorf("%s of %q has neither object nor error", d.Place(), text)
			}
		}
	})
}

func TestANamespaceThatYAMLReadsAsAnotherTypeIsAnError(t *testing.T) {
	for _, namespace := range []string{"5", "1e3", "0x10", "true", "off", "n", "[a]", "{a: b}"} {
		documents := read(t, strings.Replace(minimal, "{name: app}", "{name: app, namespace: "+namespace+"}", 1))
		if len(documents) != 1 || len(documents[0].Errors) != 1 ||
			!strings.HasPrefix(documents[0].Errors[0].Error(), "metadata.namespace: Invalid value") {
			t.Errorf("%s: the errors are %q", namespace, outcomes(documents))
		}
	}
	for _, namespace := range []string{"''", "null"} {
		documents := read(t, strings.Replace(minimal, "{name: app}", "{name: app, namespace: "+namespace+"}", 1))
		if len(documents) != 1 || len(documents[0].Errors) != 0 || documents[0].Role.Namespace != "shop" {
			t.Errorf("%s is not the namespace of the command: %q", namespace, outcomes(documents))
		}
	}
}
