// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func (b *builder) objects(path *field.Path, grant *v1alpha1.S3ObjectsGrant) {
	grant.ObjectARNs = needed(b, path.Child("objectARNs"), grant.ObjectARNs, objectForm)
}

// mode checks a switch that may be left out.
func (b *builder) mode(path *field.Path, mode v1alpha1.GrantMode) {
	oneOf(b, path, mode, v1alpha1.GrantDisabled, v1alpha1.GrantEnabled)
}

func (b *builder) requiredMode(path *field.Path, mode v1alpha1.GrantMode) {
	if mode == "" {
		b.refuse(field.Required(path, "give Enabled or Disabled"))
	}
	b.mode(path, mode)
}

var (
	endpointID = regexp.MustCompile(`^vpce-[0-9a-f]+$`)
	vpcID      = regexp.MustCompile(`^vpc-[0-9a-f]+$`)
)

func (b *builder) ecr(path *field.Path, g *v1alpha1.Grants) {
	ecr := g.ECR
	for i, id := range ecr.VPCEndpointIDs {
		if !endpointID.MatchString(string(id)) {
			b.refuse(field.Invalid(path.Child("vpcEndpointIDs").Index(i), string(id),
				"the id of a VPC endpoint looks like vpce-0123456789abcdef0"))
		}
	}
	for i, id := range ecr.VPCIDs {
		if !vpcID.MatchString(string(id)) {
			b.refuse(field.Invalid(path.Child("vpcIDs").Index(i), string(id),
				"the id of a VPC looks like vpc-0123456789abcdef0"))
		}
	}
	switch limited := len(ecr.VPCEndpointIDs) + len(ecr.VPCIDs); {
	case limited > 0 && len(ecr.RepositoryARNs) == 0:
		b.refuse(field.Required(path.Child("repositoryARNs"),
			"vpcEndpointIDs and vpcIDs limit the pull of repositoryARNs: give them too"))
	case len(ecr.VPCEndpointIDs) > 0 && len(ecr.VPCIDs) > 0:
		b.refuse(field.Forbidden(path.Child("vpcIDs"),
			"give vpcEndpointIDs or vpcIDs, not both: a request would have to match the two"))
	}
	ecr.RepositoryARNs = arns(b, path.Child("repositoryARNs"), ecr.RepositoryARNs, repositoryForm)
	if cache, at := ecr.PullThroughCache, path.Child("pullThroughCache"); cache != nil {
		cache.RepositoryARNs = needed(b, at.Child("repositoryARNs"), cache.RepositoryARNs, repositoryForm)
		b.mode(at.Child("createRepositories"), cache.CreateRepositories)
	}
}

func (b *builder) efs(path *field.Path, g *v1alpha1.Grants) {
	path = path.Child("fileSystems")
	if len(g.EFS.FileSystems) == 0 {
		b.refuse(field.Required(path, "list at least one file system"))
	}
	seen := map[v1alpha1.FileSystemARN]bool{}
	for i := range g.EFS.FileSystems {
		fs, at := &g.EFS.FileSystems[i], path.Index(i)
		fs.ARN = v1alpha1.FileSystemARN(b.arn(at.Child("arn"), string(fs.ARN), fileSystemForm))
		fs.AccessPointARNs = arns(b, at.Child("accessPointARNs"), fs.AccessPointARNs, accessPointForm)
		fs.Access = oneOf(b, at.Child("access"), fs.Access,
			v1alpha1.EFSReadOnly, v1alpha1.EFSReadWrite, v1alpha1.EFSRoot)
		if fs.ARN != "" && seen[fs.ARN] {
			b.refuse(field.Duplicate(at.Child("arn"), string(fs.ARN)))
		}
		seen[fs.ARN] = true
	}
}

var ecsName = regexp.MustCompile(`^[A-Za-z0-9_*?-]{1,255}$`)

// ecsNames are names of clusters or task definition families.
func (b *builder) ecsNames(path *field.Path, list []v1alpha1.ECSName) []v1alpha1.ECSName {
	if len(list) == 0 {
		b.refuse(field.Required(path, "list at least one name"))
	}
	names := make([]v1alpha1.ECSName, len(list))
	for i, raw := range list {
		name := b.expanded(path.Index(i), string(raw))
		if !ecsName.MatchString(name) {
			b.refuseOnce(field.Invalid(path.Index(i), string(raw), "give the bare name, of at most 255 letters, digits, "+
				"hyphens and underscores, not an ARN and no revision"))
		}
		names[i] = v1alpha1.ECSName(name)
	}
	return names
}

// grantRegions checks the regions of a grant, which the account's stands in for.
func (b *builder) grantRegions(path *field.Path, list []v1alpha1.Region) {
	if len(list) == 0 && b.values[placeholderRegion] == "" {
		b.refuse(field.Required(path, "the AWSAccount names no region to fall back on: list the regions, or set spec.region "+
			"of the AWSAccount, or --region offline"))
	}
	for i, region := range list {
		if !regionName.MatchString(string(region)) {
			b.refuse(field.Invalid(path.Index(i), string(region),
				"a region looks like eu-west-1 or us-gov-west-1: see aws ec2 describe-regions"))
		}
	}
}
