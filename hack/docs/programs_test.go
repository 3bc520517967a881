// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/hack/local/fault"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// verdict is how a call was tried, and what is wrong with it.
type verdict struct {
	how string
	err error
}

// programs judge the calls of played programs.
var programs = map[string]func(call) verdict{
	"aws": judgeAWS, "eksctl": judgeEksctl, "go": judgeGo, "helm": judgeHelm, "kubectl": judgeKubectl, "local": judgeLocal,
	"make": judgeMake,
}

// verdicts are those of calls that pages repeat, such as make image.
type verdicts map[string]call

// judge says what is wrong with a call.
func (v verdicts) judge(c call) call {
	same := c.String()
	if c.Program != "make" && same != "kubectl ecsiam" && !strings.HasPrefix(same, "kubectl ecsiam ") {
		return judge(c) // its files may have come or gone
	}
	if _, ok := v[same]; !ok {
		v[same] = judge(c)
	}
	return v[same]
}

func judge(c call) call {
	do, ok := programs[c.Program]
	if !ok {
		c.How = allowed
		return c
	}
	v := do(c)
	c.How = v.how
	if v.err != nil {
		c.Wrong = v.err.Error()
	}
	return c
}

// player stands for every played program: it notes how it was called, and answers where a script goes on with the answer.
// Commands of the plugin that need neither a cluster nor an account run for real.
const player = `#!BASH
name=${0##*/}
printf '%s\0' "$name" "$PWD" "$@" $'\036' >>"$COMMANDS_LOG" # in one, as the other end of a pipe writes too
case "$name $1 $2" in
"aws sts get-caller-identity") echo 111122223333 ;;
"aws eks describe-cluster") echo https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE ;;
"aws eks describe-addon") exit 254 ;; # it is not installed, so that the command behind it is run
"aws iam get-policy-version")
	echo '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}]}' ;;
"aws s3api get-bucket-policy" | "aws iam get-account-authorization-details") echo '"AROAEXAMPLE"' ;;
"kubectl ecsiam "OFFLINE) exec "$COMMANDS_PLUGIN" "${@:2}" ;;
"kubectl get validatingwebhookconfiguration"*) echo bm9uZQ== ;; # what comes is encoded
"kubectl get "*) echo payments checkout ;;
"kubectl kustomize "*) cat role.yaml ;;
"kubectl -n ecs-iam-system")
	[ "$4" != secret ] || { echo bm9uZQ==; exit; }
	echo '{"result":"Done","name":"checkout"}' ;;
"jq "*) cat ;;
esac
`

// in is a file that a call names.
func (c call) in(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.Dir, name)
}

func (c call) finds(name string) bool {
	_, err := os.Stat(c.in(name))
	return err == nil
}

// missingFile is the first file that arguments name and that does not exist: file://NAME, or the value of a flag.
func (c call) missingFile(flags ...string) error {
	for i, arg := range c.Args {
		name, isFile := strings.CutPrefix(arg, "file://")
		if !isFile && i > 0 && slices.Contains(flags, c.Args[i-1]) {
			name, isFile = arg, true
		}
		if isFile && name != "-" && !c.finds(name) {
			return fmt.Errorf("there is no file %s", name)
		}
	}
	return nil
}

// longFlags are the names of the flags that begin with two dashes.
func longFlags(args []string) []string {
	var names []string
	for _, arg := range args {
		if arg == "--" {
			break
		}
		if name, ok := strings.CutPrefix(arg, "--"); ok {
			name, _, _ = strings.Cut(name, "=")
			names = append(names, name)
		}
	}
	return names
}

// camel is the name of an operation of the API by that of the command.
func camel(kebab string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		if word != "" {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return name.String()
}

// commandsOfTheCLI are no operations of an API.
var commandsOfTheCLI = []string{"cloudformation deploy", "ecr get-login-password"}

// clients are the APIs whose parameters are known too.
var clients = map[string]reflect.Type{"iam": reflect.TypeFor[*iam.Client](), "sts": reflect.TypeFor[*sts.Client]()}

// globalFlags are those of every command of the AWS CLI.
var globalFlags = []string{"query", "output", "region", "profile", "max-items", "no-paginate"}

// judgeAWS knows every operation of AWS by its action, and the parameters of IAM and STS.
func judgeAWS(c call) verdict {
	args := c.Args
	if len(args) < 2 {
		return verdict{how: judged, err: errors.New("aws needs a service and a command")}
	}
	name := args[0] + " " + args[1]
	v := verdict{how: judged, err: c.missingFile("--template-file")}
	if slices.Contains(commandsOfTheCLI, name) || v.err != nil {
		return v
	}
	service := strings.TrimSuffix(args[0], "api")
	client, known := clients[args[0]]
	if !known {
		if authz.FindAction(service+":"+camel(args[1])) == nil {
			v.err = fmt.Errorf("%s has no command %s", args[0], args[1])
		}
		return v
	}
	method, found := client.MethodByName(operation(camel(args[1])))
	if !found {
		v.err = fmt.Errorf("%s has no command %s", args[0], args[1])
		return v
	}
	for _, flag := range longFlags(args) {
		if !hasParameter(method.Type.In(2).Elem(), flag) && !slices.Contains(globalFlags, flag) {
			v.err = fmt.Errorf("aws %s has no flag --%s", name, flag)
		}
	}
	return v
}

// hasParameter finds the field of a flag: every word of it begins with a capital.
func hasParameter(input reflect.Type, flag string) bool {
	name := camel(flag)
	_, found := input.FieldByNameFunc(func(f string) bool { return f == name || f == strings.ReplaceAll(name, "Id", "ID") })
	return found
}

// operation is the name with the spelling of the API.
func operation(name string) string { return strings.Replace(name, "OpenIdConnect", "OpenIDConnect", 1) }

func judgeEksctl(c call) verdict {
	v := verdict{how: judged, err: c.missingFile("--config-file", "-f")}
	line := strings.Join(c.Args, " ")
	if v.err == nil && !strings.HasPrefix(line, "create podidentityassociation ") &&
		!strings.HasPrefix(line, "create iamserviceaccount ") {
		v.err = fmt.Errorf("nobody knows eksctl %s", line)
	}
	return v
}

// judgeGo knows that a test exists whose name begins so.
func judgeGo(c call) verdict {
	v, args := verdict{how: judged}, c.Args
	at := slices.Index(args, "-run")
	if len(args) < 2 || args[0] != "test" || at < 0 {
		return verdict{how: allowed}
	}
	files, _ := filepath.Glob(filepath.Join(repository, args[1], "*_test.go"))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte("func "+args[at+1])) {
			return v
		}
	}
	v.err = fmt.Errorf("%s has no %s", args[1], args[at+1])
	return v
}

// helmFlags are the flags of helm that pages use.
var helmFlags = []string{"namespace", "create-namespace", "set", "reuse-values", "version", "values", "wait", "set-string", "timeout"}

// judgeHelm knows the values of the chart.
func judgeHelm(c call) verdict {
	v, args := verdict{how: judged}, c.Args
	if len(args) < 3 || !slices.Contains([]string{"install", "upgrade"}, args[0]) || !c.finds(args[2]+"/Chart.yaml") {
		v.err = fmt.Errorf("helm %s needs a release and a chart that exists", strings.Join(args, " "))
		return v
	}
	content, err := os.ReadFile(c.in(args[2] + "/values.yaml"))
	var values map[string]any
	if err = errors.Join(err, yaml.Unmarshal(content, &values)); err != nil {
		return verdict{how: judged, err: err}
	}
	for _, flag := range longFlags(args) {
		if !slices.Contains(helmFlags, flag) {
			v.err = fmt.Errorf("helm has no flag --%s that pages use", flag)
		}
	}
	for i, arg := range args {
		if key, _, ok := strings.Cut(arg, "="); ok && args[i-1] == "--set" && !hasValue(values, strings.Split(key, ".")) {
			v.err = fmt.Errorf("the chart has no value %s", key)
		}
	}
	return v
}

// hasValue follows the names down to a value. An empty mapping takes any key.
func hasValue(values map[string]any, names []string) bool {
	value, ok := values[names[0]]
	if !ok {
		return false
	}
	inner, isMapping := value.(map[string]any)
	return len(names) == 1 || isMapping && (len(inner) == 0 || hasValue(inner, names[1:]))
}

// judgeMake has make itself say what it would do.
func judgeMake(c call) verdict {
	command := exec.Command("make", append([]string{"--dry-run"}, c.Args...)...)
	command.Dir = repository
	if out, err := command.CombinedOutput(); err != nil {
		return verdict{how: judged, err: fmt.Errorf("%w: %s", err, out)}
	}
	return verdict{how: judged}
}

// judgeLocal asks the command for its flags.
func judgeLocal(c call) verdict {
	args := c.Args
	if len(args) == 0 || args[0] != "fault" {
		return verdict{how: judged, err: fmt.Errorf("nobody knows bin/local %s", strings.Join(args, " "))}
	}
	command, rest, err := fault.Command(func() (string, error) { return "", nil }).Find(args[1:])
	if err == nil {
		err = command.ParseFlags(rest)
	}
	return verdict{how: judged, err: err}
}

// offline are the commands of the plugin that need neither a cluster nor an account.
var offline = []string{"completion", "convert", "explain", "lint", "passrole", "render", "version"}

// judgePlugin has the plugin itself judge command and flags. What is offline has run already.
func judgePlugin(c call, args []string) verdict {
	if len(args) > 0 && slices.Contains(offline, args[0]) {
		return verdict{how: ran}
	}
	out, err := exec.Command(c.Plugin, append(slices.Clone(args), "--help")...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return verdict{how: judged, err: err}
}

var (
	// verbs are the commands of kubectl that pages use, with whether a kind follows.
	verbs = map[string]bool{
		"annotate": true, "apply": false, "create": false, "delete": true, "describe": true, "exec": false, "explain": true,
		"get": true, "kustomize": false, "label": true, "logs": false, "patch": true, "rollout": false, "scale": false,
		"version": false, "wait": true, "api-resources": false, "events": false,
	}
	// kubectlFlags are the flags of kubectl that pages use.
	kubectlFlags = []string{
		"server-side", "overwrite", "type", "patch-file", "for", "timeout", "since", "previous", "field-selector", "all",
		"all-namespaces", "cert", "key", "clusterrole", "group", "container", "replicas", "namespace", "output", "api-group",
		"context", "dry-run", "field-manager", "follow", "force-conflicts", "from-file", "from-literal", "ignore-not-found",
		"no-headers", "selector", "show-labels", "sort-by", "tail", "wait", "watch",
	}
	// builtIn are kinds of Kubernetes that pages name.
	builtIn = []string{
		"clusterrole", "clusterroles", "configmap", "configmaps", "crd", "crds", "deployment", "deployments", "endpointslices", "events", "job", "jobs",
		"lease", "leases", "namespace", "namespaces", "networkpolicies", "nodes", "pod", "pods", "rolebinding", "rolebindings",
		"secret", "secrets", "service", "services", "serviceaccount", "validatingwebhookconfiguration",
	}
)

// judgeKubectl knows the verbs, the kinds of this project and the folders of kustomize.
func judgeKubectl(c call) verdict {
	args := c.Args
	if len(args) > 0 && args[0] == "ecsiam" {
		return judgePlugin(c, args[1:])
	}
	words := positional(args)
	if len(words) == 0 {
		return verdict{how: judged, err: errors.New("kubectl needs a command")}
	}
	problems := []error{c.missingFile("--patch-file"), preflightArguments(args)}
	hasKind, known := verbs[words[0]]
	if !known {
		problems = append(problems, fmt.Errorf("nobody knows kubectl %s", words[0]))
	}
	if hasKind && len(words) > 1 {
		problems = append(problems, checkKinds(words[1]))
	}
	for _, flag := range longFlags(args) {
		if !slices.Contains(kubectlFlags, flag) {
			problems = append(problems, fmt.Errorf("kubectl has no flag --%s that pages use", flag))
		}
	}
	if at := slices.Index(args, "-k"); at >= 0 && !c.finds(args[at+1]+"/kustomization.yaml") {
		problems = append(problems, fmt.Errorf("nothing to build in %s", args[at+1]))
	}
	return verdict{how: judged, err: errors.Join(problems...)}
}

// preflightArguments holds flags behind /manager preflight against the source.
func preflightArguments(args []string) error {
	at := slices.Index(args, "/manager")
	if at < 0 {
		return nil
	}
	source, err := os.ReadFile(filepath.Join(repository, preflightSource))
	if err != nil {
		return err
	}
	for _, flag := range longFlags(args[at+1:]) {
		if !bytes.Contains(source, []byte(`"`+flag+`"`)) {
			return fmt.Errorf("preflight has no flag --%s", flag)
		}
	}
	return nil
}

// positional are the arguments that are no flags, up to --.
func positional(args []string) []string {
	var words []string
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		switch {
		case slices.Contains([]string{"-n", "-f", "-o", "-k", "-p", "-c", "-l"}, args[i]):
			i++
		case !strings.HasPrefix(args[i], "-"):
			words = append(words, args[i])
		}
	}
	return words
}

var shortNames = regexp.MustCompile(`(?m)^    (?:plural|singular): (\S+)$|^    - (ecsr|ecsp)$`)

// checkKinds takes lists such as pods,lease and names such as ecsrole/checkout.
func checkKinds(word string) error {
	definitions, err := filepath.Glob(filepath.Join(repository, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		return err
	}
	kinds := slices.Clone(builtIn)
	for _, file := range definitions {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, found := range shortNames.FindAllSubmatch(text, -1) {
			kinds = append(kinds, string(found[1])+string(found[2]))
		}
	}
	for kind := range strings.SplitSeq(word, ",") {
		kind, _, _ = strings.Cut(kind, "/")
		if !slices.Contains(kinds, kind) {
			return fmt.Errorf("there is no resource %s", kind)
		}
	}
	return nil
}
