// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// regionPrefixes are what the names of a partition's regions begin with, for the partitions that have a prefix of their
// own. A partition that is missing here is not judged. Source: partition metadata of the AWS SDKs.
var regionPrefixes = map[string]string{
	"aws-cn": "cn-", "aws-us-gov": "us-gov-", "aws-iso": "us-iso-", "aws-iso-b": "us-isob-", "aws-iso-e": "eu-isoe-",
	"aws-iso-f": "us-isof-", "aws-eusc": "eusc-",
}

// commonPartition has the regions without a prefix of their own.
const commonPartition = "aws"

var regionName = lazyregexp.New(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)

// checkRegion refuses what is no region, or one of another partition than the account's.
func (b *base) checkRegion(path *field.Path, region v1alpha1.Region) {
	if !regionName.MatchString(string(region)) {
		b.refuse(field.Invalid(path, string(region),
			"a region looks like eu-west-1 or us-gov-west-1: see aws ec2 describe-regions"))
	} else if advice := b.regionAdvice(string(region)); advice != "" {
		b.refuse(field.Invalid(path, string(region), advice))
	}
}

func (b *base) regionAdvice(region string) string {
	own := b.partition
	for partition, prefix := range regionPrefixes {
		if strings.HasPrefix(region, prefix) && partition != own {
			return fmt.Sprintf(
				"is a region of partition %s, the account is in %s: name regions of that partition", partition, own)
		}
	}
	if prefix, known := regionPrefixes[own]; known && !strings.HasPrefix(region, prefix) {
		return fmt.Sprintf("is a region of partition %s, the account is in %s, whose regions begin with %s: "+
			"name one of those",
			commonPartition, own, prefix)
	}
	return ""
}

// checkPartitions refuses ARNs of another partition than the account's, which IAM takes neither as resources nor as
// principals.
func (b *base) checkPartitions(doc *policy.Document, locate func(policy.Problem) *field.Path) {
	for i := range doc.Statements {
		st := &doc.Statements[i]
		for _, element := range []string{
			"Resource", "NotResource", "Principal.AWS", "Principal.Federated",
		} {
			values := elementValues(st, element)
			for j, value := range values {
				advice := b.partitionAdvice(value)
				if advice == "" {
					continue
				}
				problem := policy.Problem{Statement: i, Element: element, Index: j}
				if len(values) == 1 {
					problem.Index = -1
				}
				b.refused(locate(problem), authz.Finding{
					Code: v1alpha1.WarningForeignPartition, Severity: authz.Error, Reason: value + " " + advice,
				})
				b.refuseOnce(field.Invalid(locate(problem), value, advice))
			}
		}
	}
}

// partitionAdvice says what is wrong with the partition of an ARN; it says nothing of other text.
func (b *base) partitionAdvice(text string) string {
	rest, isARN := strings.CutPrefix(text, "arn:")
	partition, _, _ := strings.Cut(rest, ":")
	if !isARN || partition == "" || Matches(partition, b.partition) {
		return ""
	}
	return fmt.Sprintf(
		"is an ARN of partition %s, the account is in %s: write arn:{partition}:…", partition, b.partition)
}
