// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// arnForm is what the ARN of one kind of resource looks like. The patterns and texts are those of the schema.
type arnForm struct {
	pattern *regexp.Regexp
	advice  string
	// own says that a resource of another account is of no use.
	own bool
}

var (
	secretForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+$`),
		advice: "the ARN of a secret looks like arn:{partition}:secretsmanager:{region}:{accountID}:secret:name; leave out " +
			"the JSON key and version that a task definition adds behind it",
	}
	parameterForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:ssm:[^:]+:[^:]+:parameter/[^/].*$`),
		advice: "the ARN of a parameter looks like arn:{partition}:ssm:{region}:{accountID}:parameter/name, with one slash " +
			"before a name that begins with one",
	}
	keyForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:kms:[^:]+:[^:]+:key/.+$`),
		advice:  "the ARN of a key looks like arn:{partition}:kms:{region}:{accountID}:key/id; IAM does not match aliases",
	}
	repositoryForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:ecr:[^:]+:[^:]+:repository/.+$`),
		advice:  "the ARN of a repository looks like arn:{partition}:ecr:{region}:{accountID}:repository/name",
	}
	objectForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:s3:::[^/${}]+/.+$`),
		advice:  "the ARN of an object looks like arn:{partition}:s3:::bucket/key, without a variable in the bucket",
	}
	bucketForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:s3:::[^/]+$`),
		advice:  "the ARN of a bucket looks like arn:{partition}:s3:::bucket, without a key",
	}
	logGroupForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:]+(:[*])?$`), own: true,
		advice: "the ARN of a log group looks like arn:{partition}:logs:{region}:{accountID}:log-group:name",
	}
	fileSystemForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:file-system/.+$`),
		advice:  "the ARN of a file system looks like arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/id",
	}
	accessPointForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:elasticfilesystem:[^:]+:[^:]+:access-point/.+$`),
		advice: "the ARN of an access point looks like " +
			"arn:{partition}:elasticfilesystem:{region}:{accountID}:access-point/id",
	}
	functionForm = arnForm{
		pattern: regexp.MustCompile(`^arn:[^:]+:lambda:[^:]+:[^:]+:function:.+$`),
		advice:  "the ARN of a Lambda function looks like arn:{partition}:lambda:{region}:{accountID}:function:name",
	}
	roleForm = arnForm{
		// A variable of IAM would be replaced only when AWS judges a request, by what the caller's tags say.
		pattern: regexp.MustCompile(`^arn:[^:*?]+:iam::[0-9]+:role/[^*?${}]+$`), own: true,
		advice: "the ARN of one role looks like arn:{partition}:iam::{accountID}:role/{namespace}_name and has neither " +
			"wildcards nor variables",
	}
)

// arn replaces the placeholders of an ARN and refuses what is none of the form. It is empty beside an error.
func (b *builder) arn(path *field.Path, raw string, form arnForm) string {
	text := b.expanded(path, raw)
	if advice := b.arnAdvice(text, form); advice != "" {
		b.refuseOnce(field.Invalid(path, raw, advice))
		return ""
	}
	return text
}

func (b *builder) arnAdvice(text string, form arnForm) string {
	if !form.pattern.MatchString(text) {
		return form.advice
	}
	switch parts := strings.SplitN(text, ":", 6); {
	case !Matches(parts[1], b.in.Partition):
		return fmt.Sprintf("is an ARN of partition %s, the account is in %s: write arn:{partition}:…",
			parts[1], b.in.Partition)
	case form.own && !Matches(parts[4], b.in.AccountID):
		return "is of another account, which must be the role's own: write {accountID}"
	}
	return ""
}

// arns does the same for each ARN of a list.
func arns[T ~string](b *builder, path *field.Path, list []T, form arnForm) []T {
	out := make([]T, 0, len(list))
	for i, raw := range list {
		if text := b.arn(path.Index(i), string(raw), form); text != "" {
			out = append(out, T(text))
		}
	}
	return out
}

// needed is arns for a list that must not be empty.
func needed[T ~string](b *builder, path *field.Path, list []T, form arnForm) []T {
	if len(list) == 0 {
		b.refuse(field.Required(path, "list at least one; "+form.advice))
	}
	return arns(b, path, list, form)
}
