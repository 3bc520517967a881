// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// Reader is what the check of a grant needs from whoever reads the manifest.
type Reader interface {
	// Type is the type of the role.
	Type() v1alpha1.RoleType
	// Expand replaces the placeholders of a field.
	Expand(path *field.Path, raw string) string
	// ARN replaces the placeholders of an ARN and refuses one that does not have the form. It is empty then.
	ARN(path *field.Path, raw string, form ARNForm) string
	// OneOf gives an enumerated value, or the first of the options for an empty one.
	OneOf(path *field.Path, value string, options ...string) string
	// Regions checks the regions of a grant, which the account's region stands in for. Needed ones must be known.
	Regions(path *field.Path, regions []v1alpha1.Region, needed bool)
	// PassedRoles resolves the roles that may be passed; the statements find them in GrantSettings.
	PassedRoles(path *field.Path, roles []v1alpha1.PassedRole)
	// Refuse records that a field is wrong.
	Refuse(err *field.Error)
	// RefuseOnce records it unless the field, or what holds it, has been refused already.
	RefuseOnce(err *field.Error)
}

// ARNForm is what the ARN of one kind of resource looks like. The patterns and texts are those of the schema.
type ARNForm struct {
	Pattern *lazyregexp.Regexp
	// Advice shows the form to whoever wrote another.
	Advice string
	// Own says that a resource of another account is of no use.
	Own bool
}

var (
	secretForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+$`),
		Advice: "the ARN of a secret looks like arn:{partition}:secretsmanager:{region}:{accountID}:secret:name; leave out " +
			"the JSON key and version that a task definition adds behind it",
	}
	parameterForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:ssm:[^:]+:[^:]+:parameter/[^/].*$`),
		Advice: "the ARN of a parameter looks like arn:{partition}:ssm:{region}:{accountID}:parameter/name, with one slash " +
			"before a name that begins with one",
	}
	keyForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:kms:[^:]+:[^:]+:key/.+$`),
		Advice:  "the ARN of a key looks like arn:{partition}:kms:{region}:{accountID}:key/id; IAM does not match aliases",
	}
	repositoryForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:ecr:[^:]+:[^:]+:repository/[^:@]+$`),
		Advice: "the ARN of a repository looks like arn:{partition}:ecr:{region}:{accountID}:repository/name; leave out " +
			"the " +
			"tag or digest behind it, because IAM allows the pull of a repository, not of one image",
	}
	objectForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:s3:::[^/${}]+/.+$`),
		Advice:  "the ARN of an object looks like arn:{partition}:s3:::bucket/key, without a variable in the bucket",
	}
	bucketForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:s3:::[^/]+$`),
		Advice:  "the ARN of a bucket looks like arn:{partition}:s3:::bucket, without a key",
	}
	logGroupForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:]+(:[*])?$`), Own: true,
		Advice: "the ARN of a log group looks like arn:{partition}:logs:{region}:{accountID}:log-group:name",
	}
	fileSystemForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:file-system/.+$`),
		Advice:  "the ARN of a file system looks like arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/id",
	}
	accessPointForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:access-point/.+$`),
		Advice: "the ARN of an access point looks like " +
			"arn:{partition}:elasticfilesystem:{region}:{accountID}:access-point/id",
	}
	topicForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:sns:[^:]+:[^:]+:[^:]+$`),
		Advice:  "the ARN of a topic looks like arn:{partition}:sns:{region}:{accountID}:name",
	}
	queueForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$`),
		Advice:  "the ARN of a queue looks like arn:{partition}:sqs:{region}:{accountID}:name",
	}
	kinesisForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:kinesis:[^:]+:[^:]+:stream/.+$`),
		Advice: "the ARN of a data stream looks like " +
			"arn:{partition}:kinesis:{region}:{accountID}:stream/name",
	}
	tableStreamForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:dynamodb:[^:]+:[^:]+:table/[^/]+/stream/.+$`),
		Advice: "the ARN of the stream of a table looks like " +
			"arn:{partition}:dynamodb:{region}:{accountID}:table/name/stream/label; the label may be *",
	}
	functionForm = ARNForm{
		Pattern: lazyregexp.New(`^arn:[^:]+:lambda:[^:]+:[^:]+:function:.+$`),
		Advice:  "the ARN of a Lambda function looks like arn:{partition}:lambda:{region}:{accountID}:function:name",
	}
)

// arns reads each ARN of a list.
func arns[T ~string](r Reader, path *field.Path, list []T, form ARNForm) []T {
	out := make([]T, 0, len(list))
	for i, raw := range list {
		if text := r.ARN(path.Index(i), string(raw), form); text != "" {
			out = append(out, T(text))
		}
	}
	return out
}

// needed is arns for a list that must not be empty.
func needed[T ~string](r Reader, path *field.Path, list []T, form ARNForm) []T {
	if len(list) == 0 {
		r.Refuse(field.Required(path, "list at least one; "+form.Advice))
	}
	return arns(r, path, list, form)
}

// mode checks a switch that may be left out.
func mode(r Reader, path *field.Path, value v1alpha1.GrantMode) {
	r.OneOf(path, string(value), string(v1alpha1.GrantDisabled), string(v1alpha1.GrantEnabled))
}

func requiredMode(r Reader, path *field.Path, value v1alpha1.GrantMode) {
	if value == "" {
		r.Refuse(field.Required(path, "give Enabled or Disabled"))
	}
	mode(r, path, value)
}

// ecsName leaves the length to ecsNameLength: a counted class compiles to as many copies.
var ecsName = lazyregexp.New(`^[A-Za-z0-9_*?-]+$`)

// ecsNameLength is in characters.
const ecsNameLength = 255

// ecsNames are names of clusters or task definition families.
func ecsNames(r Reader, path *field.Path, list []v1alpha1.ECSName) []v1alpha1.ECSName {
	if len(list) == 0 {
		r.Refuse(field.Required(path, "list at least one name"))
	}
	names := make([]v1alpha1.ECSName, len(list))
	for i, raw := range list {
		name := r.Expand(path.Index(i), string(raw))
		if len(name) > ecsNameLength || !ecsName.MatchString(name) {
			r.RefuseOnce(field.Invalid(path.Index(i), string(raw), "give the bare name, of at most 255 letters, digits, "+
				"hyphens and underscores, not an ARN and no revision"))
		}
		names[i] = v1alpha1.ECSName(name)
	}
	return names
}
