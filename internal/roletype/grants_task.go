// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func checkExec(r Reader, path *field.Path, g *v1alpha1.Grants) {
	exec := g.ExecCommand
	requiredMode(r, path.Child("mode"), exec.Mode)
	exec.KMSKeyARNs = arns(r, path.Child("kmsKeyARNs"), exec.KMSKeyARNs, keyForm)
	exec.LogGroupARNs = arns(r, path.Child("logGroupARNs"), exec.LogGroupARNs, logGroupForm)
	exec.BucketARNs = arns(r, path.Child("bucketARNs"), exec.BucketARNs, bucketForm)
	exec.BucketKMSKeyARNs = arns(r, path.Child("bucketKMSKeyARNs"), exec.BucketKMSKeyARNs, keyForm)
}

// execStatements are from the Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec" and its page on
// logging.
func execStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	exec := g.ExecCommand
	if exec.Mode != v1alpha1.GrantEnabled {
		return nil
	}
	buckets := texts(exec.BucketARNs)
	objects := make([]string, len(buckets))
	for i, bucket := range buckets {
		objects[i] = bucket + "/*"
	}
	return present(
		allow(sid("Exec"), anything, "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
		allow(sid("ExecKeys"), texts(exec.KMSKeyARNs), decrypt),
		allow(sid("ExecLogGroups"), allGroups(exec.LogGroupARNs), "logs:DescribeLogGroups"),
		allow(sid("ExecLogs"), streams(exec.LogGroupARNs),
			"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
		allow(sid("ExecBuckets"), buckets, bucketLocation, "s3:GetEncryptionConfiguration"),
		allow(sid("ExecObjects"), objects, "s3:PutObject"),
		useKeys("ExecBucketKeys", "kms:GenerateDataKey", exec.BucketKMSKeyARNs, viaObjects),
	)
}

// allGroups are all log groups of the accounts and regions of some: what is listed before one of them is found.
func allGroups(groups []v1alpha1.LogGroupARN) []string {
	var patterns []string
	for _, arn := range texts(groups) {
		parts := strings.SplitN(arn, ":", arnParts)
		pattern := strings.Join(parts[:arnParts-1], ":") + ":log-group:*"
		if !slices.Contains(patterns, pattern) {
			patterns = append(patterns, pattern)
		}
	}
	return patterns
}

func checkEFS(r Reader, path *field.Path, g *v1alpha1.Grants) {
	path = path.Child("fileSystems")
	if len(g.EFS.FileSystems) == 0 {
		r.Refuse(field.Required(path, "list at least one file system"))
	}
	seen := map[v1alpha1.FileSystemARN]bool{}
	for i := range g.EFS.FileSystems {
		fs, at := &g.EFS.FileSystems[i], path.Index(i)
		fs.ARN = v1alpha1.FileSystemARN(r.ARN(at.Child("arn"), string(fs.ARN), fileSystemForm))
		fs.AccessPointARNs = arns(r, at.Child("accessPointARNs"), fs.AccessPointARNs, accessPointForm)
		fs.Access = v1alpha1.EFSAccess(r.OneOf(at.Child("access"), string(fs.Access),
			string(v1alpha1.EFSReadOnly), string(v1alpha1.EFSReadWrite), string(v1alpha1.EFSRoot)))
		if fs.ARN != "" && seen[fs.ARN] {
			r.Refuse(field.Duplicate(at.Child("arn"), string(fs.ARN)))
		}
		seen[fs.ARN] = true
	}
}

// efsStatements follow the Amazon EFS User Guide, "Using IAM to control access to file systems".
func efsStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	statements := make([]policy.Statement, 0, len(g.EFS.FileSystems))
	for i := range g.EFS.FileSystems {
		fs := &g.EFS.FileSystems[i]
		st := allow(sid("EFS"+strconv.Itoa(i+1)), []string{string(fs.ARN)}, "elasticfilesystem:ClientMount")
		switch fs.Access {
		case v1alpha1.EFSRoot:
			st.Actions = append(st.Actions, "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess")
		case v1alpha1.EFSReadWrite:
			st.Actions = append(st.Actions, "elasticfilesystem:ClientWrite")
		case v1alpha1.EFSReadOnly:
		}
		if points := texts(fs.AccessPointARNs); len(points) > 0 {
			st.Condition = policy.Condition{stringOperator(points): {"elasticfilesystem:AccessPointArn": points}}
		}
		statements = append(statements, st)
	}
	return statements
}

func checkXRay(r Reader, path *field.Path, g *v1alpha1.Grants) {
	requiredMode(r, path.Child("mode"), g.XRay.Mode)
}

// xrayStatements are the five actions of AWSXRayDaemonWriteAccess, which know no single resources.
func xrayStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	if g.XRay.Mode != v1alpha1.GrantEnabled {
		return nil
	}
	return []policy.Statement{allow(sid("XRay"), anything, "xray:PutTraceSegments", "xray:PutTelemetryRecords",
		"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries")}
}
