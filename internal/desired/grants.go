// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

var grantsPath = specPath.Child("grants")

// grants are the statements that the grants become, placeholders replaced.
func (b *builder) grants() []policy.Statement {
	var given v1alpha1.Grants
	if b.spec.Grants != nil {
		given = *b.spec.Grants.DeepCopy()
	}
	if !b.known {
		return nil
	}
	b.checkReplacement(given)
	settings := roletype.GrantSettings{
		Partition: b.in.Partition, AccountID: b.in.AccountID, Regions: []string{b.values[placeholderRegion]},
		Defaults: b.spec.DefaultManagedPolicies,
	}
	if b.spec.CodeDeploy != nil {
		settings.CodeDeploy = b.spec.CodeDeploy.ManagedPolicy
	}
	for _, name := range roletype.Given(given) {
		if !slices.Contains(b.kind.Grants, name) {
			b.refuse(field.Forbidden(grantsPath.Child(name), fmt.Sprintf("belongs to the type %s: remove it",
				strings.Join(plain(roletype.TypesWithGrant(name)), ", "))))
			continue
		}
		if resolve, ok := resolvers[name]; ok {
			resolve(b, grantsPath.Child(name), &given)
		}
	}
	if len(given.PassRoles) > 0 && b.kind.Passes.Service != "" {
		path := grantsPath.Child("passRoles")
		if !b.passes() {
			b.refuse(field.Forbidden(path, fmt.Sprintf("belongs to the capability %s: add it to spec.capabilities, or remove "+
				"passRoles", b.kind.Passes.Capability)))
		}
		settings.PassedRoles = b.passedRoles(path, given.PassRoles)
	}
	return b.kind.Statements(given, settings)
}

// checkReplacement asks for the grant in place of AWS's policy that may pass any role.
func (b *builder) checkReplacement(given v1alpha1.Grants) {
	defaults := b.spec.DefaultManagedPolicies
	if !b.kind.Withheld || b.kind.Replaces(given) || defaults != "" && defaults != v1alpha1.DefaultManagedPoliciesAuto {
		return
	}
	b.refuse(field.Required(grantsPath.Child(b.kind.Replacement), fmt.Sprintf("AWS's policy for type %s may pass any "+
		"role in the account, so that this grant takes its place: give it, or set spec.defaultManagedPolicies to Attach to "+
		"accept that policy, or to Omit to list everything under spec.statements", b.spec.Type)))
}

// replaced reports whether grants take the place of AWS's policies.
func (b *builder) replaced() bool { return b.spec.Grants != nil && b.kind.Replaces(*b.spec.Grants) }

// resolvers check the fields of one grant and replace their placeholders in place.
var resolvers = map[string]func(*builder, *field.Path, *v1alpha1.Grants){
	"secrets": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.Secrets.SecretARNs = arns(b, path.Child("secretARNs"), g.Secrets.SecretARNs, secretForm)
		g.Secrets.ParameterARNs = arns(b, path.Child("parameterARNs"), g.Secrets.ParameterARNs, parameterForm)
		g.Secrets.KMSKeyARNs = arns(b, path.Child("kmsKeyARNs"), g.Secrets.KMSKeyARNs, keyForm)
	},
	"privateRegistry": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		r := g.PrivateRegistry
		r.SecretARNs = needed(b, path.Child("secretARNs"), r.SecretARNs, secretForm)
		r.KMSKeyARNs = arns(b, path.Child("kmsKeyARNs"), r.KMSKeyARNs, keyForm)
	},
	"ecr": (*builder).ecr,
	"environmentFiles": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		b.objects(path, g.EnvironmentFiles)
	},
	"logs": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.Logs.LogGroupARNs = needed(b, path.Child("logGroupARNs"), g.Logs.LogGroupARNs, logGroupForm)
		b.mode(path.Child("createGroup"), g.Logs.CreateGroup)
	},
	"fireLens": func(b *builder, path *field.Path, g *v1alpha1.Grants) { b.objects(path, g.FireLens) },
	"gmsa": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.GMSA.ObjectARNs = arns(b, path.Child("objectARNs"), g.GMSA.ObjectARNs, objectForm)
		g.GMSA.ParameterARNs = arns(b, path.Child("parameterARNs"), g.GMSA.ParameterARNs, parameterForm)
		g.GMSA.SecretARNs = arns(b, path.Child("secretARNs"), g.GMSA.SecretARNs, secretForm)
	},
	"fsx": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.FSx.SecretARNs = arns(b, path.Child("secretARNs"), g.FSx.SecretARNs, secretForm)
		g.FSx.ParameterARNs = arns(b, path.Child("parameterARNs"), g.FSx.ParameterARNs, parameterForm)
	},
	"execCommand": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		exec := g.ExecCommand
		b.requiredMode(path.Child("mode"), exec.Mode)
		exec.KMSKeyARNs = arns(b, path.Child("kmsKeyARNs"), exec.KMSKeyARNs, keyForm)
		exec.LogGroupARNs = arns(b, path.Child("logGroupARNs"), exec.LogGroupARNs, logGroupForm)
		exec.BucketARNs = arns(b, path.Child("bucketARNs"), exec.BucketARNs, bucketForm)
	},
	"efs": (*builder).efs,
	"xray": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		b.requiredMode(path.Child("mode"), g.XRay.Mode)
	},
	"trunking": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		b.requiredMode(path.Child("mode"), g.Trunking.Mode)
	},
	"agentConfig": func(b *builder, path *field.Path, g *v1alpha1.Grants) { b.objects(path, g.AgentConfig) },
	"systemLogs": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		b.requiredMode(path.Child("mode"), g.SystemLogs.Mode)
		g.SystemLogs.LogGroupARNs = arns(b, path.Child("logGroupARNs"), g.SystemLogs.LogGroupARNs, logGroupForm)
	},
	"clusters": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.Clusters.Names = b.ecsNames(path.Child("names"), g.Clusters.Names)
		b.grantRegions(path.Child("regions"), g.Clusters.Regions)
	},
	"runTask": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		run := g.RunTask
		run.TaskDefinitionFamilies = b.ecsNames(path.Child("taskDefinitionFamilies"), run.TaskDefinitionFamilies)
		run.ClusterNames = b.ecsNames(path.Child("clusterNames"), run.ClusterNames)
		b.grantRegions(path.Child("regions"), run.Regions)
		b.mode(path.Child("tagging"), run.Tagging)
	},
	"invokeFunctions": func(b *builder, path *field.Path, g *v1alpha1.Grants) {
		g.InvokeFunctions.FunctionARNs = needed(b, path.Child("functionARNs"), g.InvokeFunctions.FunctionARNs, functionForm)
	},
}
