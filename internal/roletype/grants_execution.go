// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
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

func checkSecrets(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.Secrets.SecretARNs = arns(r, path.Child("secretARNs"), g.Secrets.SecretARNs, secretForm)
	g.Secrets.ParameterARNs = arns(r, path.Child("parameterARNs"), g.Secrets.ParameterARNs, parameterForm)
	g.Secrets.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), g.Secrets.KMSKeyARNs, keyForm)
}

func secretStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("Secrets"), secretResources(g.Secrets.SecretARNs), getSecretValue),
		allow(sid("Parameters"), texts(g.Secrets.ParameterARNs), getParameters),
		useKeys("SecretKeys", decrypt, g.Secrets.KMSKeyARNs, holders(g.Secrets.SecretARNs, g.Secrets.ParameterARNs)...),
	)
}

func checkRegistry(r Reader, path *field.Path, g *v1alpha1.Grants) {
	registry := g.PrivateRegistry
	registry.SecretARNs = needed(r, path.Child("secretARNs"), registry.SecretARNs, secretForm)
	registry.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), registry.KMSKeyARNs, keyForm)
}

func registryStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("Registry"), secretResources(g.PrivateRegistry.SecretARNs), getSecretValue),
		useKeys("RegistryKeys", decrypt, g.PrivateRegistry.KMSKeyARNs, viaSecrets),
	)
}

// secretSuffix ends the ARN of every secret: Secrets Manager puts a hyphen and six characters behind the name. Source:
// AWS Secrets Manager User Guide, "Identity-based policies".
var secretSuffix = lazyregexp.New(`-([A-Za-z0-9]{6}|[?]{6})$`)

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

var (
	endpointID = lazyregexp.New(`^vpce-[0-9a-f]+$`)
	vpcID      = lazyregexp.New(`^vpc-[0-9a-f]+$`)
)

func checkECR(r Reader, path *field.Path, g *v1alpha1.Grants) {
	ecr := g.ECR
	ids(r, path.Child("vpcEndpointIDs"), ecr.VPCEndpointIDs, endpointID,
		"the id of a VPC endpoint looks like vpce-0123456789abcdef0")
	ids(r, path.Child("vpcIDs"), ecr.VPCIDs, vpcID, "the id of a VPC looks like vpc-0123456789abcdef0")
	switch limited := len(ecr.VPCEndpointIDs) + len(ecr.VPCIDs); {
	case limited > 0 && len(ecr.RepositoryARNs) == 0 && ecr.PullThroughCache == nil:
		r.Refuse(field.Required(path.Child("repositoryARNs"),
			"vpcEndpointIDs and vpcIDs limit the pull of repositoryARNs and pullThroughCache: give one of these too"))
	case len(ecr.VPCEndpointIDs) > 0 && len(ecr.VPCIDs) > 0:
		r.Refuse(field.Forbidden(path.Child("vpcIDs"),
			"give vpcEndpointIDs or vpcIDs, not both: a request would have to match the two"))
	}
	ecr.RepositoryARNs = arns(r, path.Child("repositoryARNs"), ecr.RepositoryARNs, repositoryForm)
	if cache, at := ecr.PullThroughCache, path.Child("pullThroughCache"); cache != nil {
		cache.RepositoryARNs = needed(r, at.Child("repositoryARNs"), cache.RepositoryARNs, repositoryForm)
		mode(r, at.Child("createRepositories"), cache.CreateRepositories)
	}
}

// ids checks each id of a list.
func ids[T ~string](r Reader, path *field.Path, list []T, form *lazyregexp.Regexp, advice string) {
	for i, id := range list {
		if !form.MatchString(string(id)) {
			r.Refuse(field.Invalid(path.Index(i), string(id), advice))
		}
	}
}

// ecrStatements follow the guide for Fargate tasks behind VPC endpoints: ecr:GetAuthorizationToken comes from a network
// interface that Fargate owns, so that a condition on the VPC would refuse it.
func ecrStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	pulls := present(
		allow(sid("ECRPull"), texts(g.ECR.RepositoryARNs), "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
		cacheStatement(g.ECR.PullThroughCache),
	)
	if len(pulls) == 0 {
		return nil
	}
	for i := range pulls {
		bindToVPC(&pulls[i], g.ECR)
	}
	return append([]policy.Statement{allow(sid("ECRToken"), anything, "ecr:GetAuthorizationToken")}, pulls...)
}

// bindToVPC limits a pull to the endpoints, or to the VPCs, of the grant.
func bindToVPC(pull *policy.Statement, ecr *v1alpha1.ECRGrant) {
	keys := map[string][]string{}
	if endpoints := texts(ecr.VPCEndpointIDs); len(endpoints) > 0 {
		keys["aws:sourceVpce"] = endpoints
	}
	if vpcs := texts(ecr.VPCIDs); len(vpcs) > 0 {
		keys["aws:sourceVpc"] = vpcs
	}
	if len(keys) > 0 {
		pull.Actions = slices.Insert(pull.Actions, 0, "ecr:BatchCheckLayerAvailability")
		pull.Condition = policy.Condition{"StringEquals": keys}
	}
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

func checkEnvironmentFiles(r Reader, path *field.Path, g *v1alpha1.Grants) {
	checkObjects(r, path, g.EnvironmentFiles)
}

func checkObjects(r Reader, path *field.Path, grant *v1alpha1.S3ObjectsGrant) {
	grant.ObjectARNs = needed(r, path.Child("objectARNs"), grant.ObjectARNs, objectForm)
	grant.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), grant.KMSKeyARNs, keyForm)
}

// environmentStatements carry the condition that the guide recommends: a bucket of the name in another account is not
// meant.
func environmentStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	statements := objectStatements("EnvironmentFiles", g.EnvironmentFiles.ObjectARNs)
	for i := range statements {
		statements[i].Condition = s.ownResources()
	}
	return append(statements, present(objectKeys("EnvironmentFiles", g.EnvironmentFiles))...)
}

func checkFireLens(r Reader, path *field.Path, g *v1alpha1.Grants) { checkObjects(r, path, g.FireLens) }

func fireLensStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return append(objectStatements("FireLens", g.FireLens.ObjectARNs), present(objectKeys("FireLens", g.FireLens))...)
}

// objectKeys let the keys of objects be used.
func objectKeys(name string, grant *v1alpha1.S3ObjectsGrant) policy.Statement {
	return useKeys(name+"Keys", decrypt, grant.KMSKeyARNs, viaObjects)
}

// ownResources is the condition that a resource belongs to the account of the role, for ARNs that name no account.
func (s GrantSettings) ownResources() policy.Condition {
	return policy.Condition{"StringEquals": {"aws:ResourceAccount": {s.AccountID}}}
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

func checkLogs(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.Logs.LogGroupARNs = needed(r, path.Child("logGroupARNs"), g.Logs.LogGroupARNs, logGroupForm)
	mode(r, path.Child("createGroup"), g.Logs.CreateGroup)
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

func checkGMSA(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.GMSA.ObjectARNs = arns(r, path.Child("objectARNs"), g.GMSA.ObjectARNs, objectForm)
	g.GMSA.ParameterARNs = arns(r, path.Child("parameterARNs"), g.GMSA.ParameterARNs, parameterForm)
	g.GMSA.SecretARNs = arns(r, path.Child("secretARNs"), g.GMSA.SecretARNs, secretForm)
	g.GMSA.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), g.GMSA.KMSKeyARNs, keyForm)
}

func gmsaStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("GMSAObjects"), texts(g.GMSA.ObjectARNs), getObject),
		allow(sid("GMSAParameters"), texts(g.GMSA.ParameterARNs), getParameters),
		allow(sid("GMSASecrets"), secretResources(g.GMSA.SecretARNs), getSecretValue),
		useKeys("GMSAKeys", decrypt, g.GMSA.KMSKeyARNs, gmsaHolders(g.GMSA)...),
	)
}

// gmsaHolders are the services that hold what the grant names.
func gmsaHolders(g *v1alpha1.GMSAGrant) []string {
	if len(g.ObjectARNs) == 0 {
		return holders(g.SecretARNs, g.ParameterARNs)
	}
	if len(g.SecretARNs)+len(g.ParameterARNs) == 0 {
		return []string{viaObjects}
	}
	return append(holders(g.SecretARNs, g.ParameterARNs), viaObjects)
}

func checkFSx(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.FSx.SecretARNs = arns(r, path.Child("secretARNs"), g.FSx.SecretARNs, secretForm)
	g.FSx.ParameterARNs = arns(r, path.Child("parameterARNs"), g.FSx.ParameterARNs, parameterForm)
	g.FSx.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), g.FSx.KMSKeyARNs, keyForm)
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
	statements := append([]policy.Statement{allow(sid("FSx"), anything, "fsx:DescribeFileSystems")}, credentials...)
	keys := useKeys("FSxKeys", decrypt, g.FSx.KMSKeyARNs, holders(g.FSx.SecretARNs, g.FSx.ParameterARNs)...)
	return present(append(statements, keys)...)
}
