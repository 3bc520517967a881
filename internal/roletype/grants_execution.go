// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// The grants of task execution roles. Source: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".

const (
	getSecretValue = "secretsmanager:GetSecretValue"
	getParameters  = "ssm:GetParameters"
	decrypt        = "kms:Decrypt"
	getObject      = "s3:GetObject"
	bucketLocation = "s3:GetBucketLocation"
)

func secretStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("Secrets"), secretResources(g.Secrets.SecretARNs), getSecretValue),
		allow(sid("Parameters"), texts(g.Secrets.ParameterARNs), getParameters),
		allow(sid("SecretKeys"), texts(g.Secrets.KMSKeyARNs), decrypt),
	)
}

func registryStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("Registry"), secretResources(g.PrivateRegistry.SecretARNs), getSecretValue),
		allow(sid("RegistryKeys"), texts(g.PrivateRegistry.KMSKeyARNs), decrypt),
	)
}

// secretSuffix ends the ARN of every secret: Secrets Manager puts a hyphen and six characters behind the name. Source:
// AWS Secrets Manager User Guide, "Identity-based policies".
var secretSuffix = regexp.MustCompile(`-([A-Za-z0-9]{6}|[?]{6})$`)

// secretResources are the patterns of secrets. A name that happens to end like a suffix cannot be told from a complete
// ARN, so it is taken for both.
func secretResources(arns []v1alpha1.SecretARN) []string {
	var patterns []string
	for _, arn := range texts(arns) {
		suffixed := secretSuffix.MatchString(arn)
		if suffixed || strings.HasSuffix(arn, "*") {
			patterns = append(patterns, arn)
		}
		if !strings.HasSuffix(arn, "*") && !(suffixed && strings.HasSuffix(arn, "?")) {
			patterns = append(patterns, arn+"-??????")
		}
	}
	return patterns
}

// ecrStatements follow the guide for Fargate tasks behind VPC endpoints: ecr:GetAuthorizationToken comes from a network
// interface that Fargate owns, so that a condition on the VPC would refuse it.
func ecrStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	pull := allow(sid("ECRPull"), texts(g.ECR.RepositoryARNs), "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
	if endpoints, vpcs := texts(g.ECR.VPCEndpointIDs), texts(g.ECR.VPCIDs); len(endpoints)+len(vpcs) > 0 {
		pull.Actions = slices.Insert(pull.Actions, 0, "ecr:BatchCheckLayerAvailability")
		pull.Condition = policy.Condition{"StringEquals": {}}
		if len(endpoints) > 0 {
			pull.Condition["StringEquals"]["aws:sourceVpce"] = endpoints
		}
		if len(vpcs) > 0 {
			pull.Condition["StringEquals"]["aws:sourceVpc"] = vpcs
		}
	}
	rest := present(pull, cacheStatement(g.ECR.PullThroughCache))
	if len(rest) == 0 {
		return nil
	}
	return append([]policy.Statement{allow(sid("ECRToken"), anything, "ecr:GetAuthorizationToken")}, rest...)
}

// cacheStatement is from the Amazon ECR User Guide, "IAM permissions required to sync an upstream registry with an
// Amazon ECR private registry".
func cacheStatement(cache *v1alpha1.PullThroughCache) policy.Statement {
	if cache == nil {
		return policy.Statement{}
	}
	st := allow(sid("ECRCache"), texts(cache.RepositoryARNs),
		"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage")
	if cache.CreateRepositories == v1alpha1.GrantEnabled {
		st.Actions = append(st.Actions, "ecr:CreateRepository")
	}
	return st
}

// environmentStatements carry the condition that the guide recommends: a bucket of the name in another account is not
// meant.
func environmentStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	statements := objectStatements("EnvironmentFiles", g.EnvironmentFiles.ObjectARNs)
	for i := range statements {
		statements[i].Condition = policy.Condition{"StringEquals": {"aws:ResourceAccount": {s.AccountID}}}
	}
	return statements
}

func fireLensStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return objectStatements("FireLens", g.FireLens.ObjectARNs)
}

// objectStatements let objects be read and their buckets be found.
func objectStatements(name string, objects []v1alpha1.ObjectARN) []policy.Statement {
	var buckets []string
	for _, object := range texts(objects) {
		bucket, _, _ := strings.Cut(object, "/")
		if !slices.Contains(buckets, bucket) {
			buckets = append(buckets, bucket)
		}
	}
	return present(
		allow(sid(name), texts(objects), getObject),
		allow(sid(name+"Buckets"), buckets, bucketLocation),
	)
}

func logStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	st := allow(sid("Logs"), streams(g.Logs.LogGroupARNs), "logs:CreateLogStream", "logs:PutLogEvents")
	if g.Logs.CreateGroup == v1alpha1.GrantEnabled {
		st.Actions = slices.Insert(st.Actions, 0, "logs:CreateLogGroup")
	}
	return present(st)
}

// streams are the patterns of log groups with all their streams.
func streams(groups []v1alpha1.LogGroupARN) []string {
	patterns := texts(groups)
	for i := range patterns {
		patterns[i] = strings.TrimSuffix(patterns[i], ":*") + ":*"
	}
	return patterns
}

func gmsaStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("GMSAObjects"), texts(g.GMSA.ObjectARNs), getObject),
		allow(sid("GMSAParameters"), texts(g.GMSA.ParameterARNs), getParameters),
		allow(sid("GMSASecrets"), secretResources(g.GMSA.SecretARNs), getSecretValue),
	)
}

// fsxStatements are narrower than the policies that the guide attaches in "Tutorial: Using FSx for Windows File
// Server".
func fsxStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	credentials := present(
		allow(sid("FSxSecrets"), secretResources(g.FSx.SecretARNs), getSecretValue),
		allow(sid("FSxParameters"), texts(g.FSx.ParameterARNs), getParameters),
	)
	if len(credentials) == 0 {
		return nil
	}
	return append([]policy.Statement{allow(sid("FSx"), anything, "fsx:DescribeFileSystems")}, credentials...)
}

// texts are the values as plain text, each once.
func texts[T ~string](list []T) []string {
	var out []string
	for _, value := range list {
		if !slices.Contains(out, string(value)) {
			out = append(out, string(value))
		}
	}
	return out
}
