// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// The fields of an ARN, by their place between its colons.
const (
	arnService  = 2
	arnRegion   = 3
	arnAccount  = 4
	arnResource = 5
	arnFields   = 6
)

var (
	// accountDigits are accounts that are not names, as "aws" is in the ARNs of AWS's own policies.
	accountDigits = lazyregexp.New(`^[0-9-]+$`)
	accountID     = lazyregexp.New(`^[0-9]{12}$`)
	// regionLike is what a person may have meant for a region; an availability zone is one with a letter behind it.
	regionLike = lazyregexp.New(`^[a-z]{2,}(-?[a-z]+)+-?[0-9]+[a-z]?$`)
	region     = lazyregexp.New(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
	zone       = lazyregexp.New(`^([a-z]{2,}(-[a-z]+)+-[0-9]+)[a-z]$`)
)

// malformedField finds an account that is no account id, and a region that is none, in an ARN whose other fields are
// right. IAM saves both.
func malformedField(parts []string) (Finding, bool) {
	f := Finding{Code: v1alpha1.WarningMalformedARN, Severity: Error}
	account, name := parts[arnAccount], parts[arnRegion]
	switch {
	case accountDigits.MatchString(account) && !accountID.MatchString(account):
		f.Reason = fmt.Sprintf("%s names the account %s, and an account id has 12 digits", join(parts), account)
		f.Correction = "write the 12 digits, or an asterisk"
	case regionLike.MatchString(name) && !region.MatchString(name):
		f.Reason = fmt.Sprintf("%s names the region %s, which no region is called", join(parts), name)
		f.Correction = "a region looks like eu-west-1"
		if m := zone.FindStringSubmatch(name); m != nil {
			right := slices.Clone(parts)
			right[arnRegion] = m[1]
			f.Correction = "write " + join(right)
		}
	default:
		return Finding{}, false
	}
	return f, true
}

func join(parts []string) string { return strings.Join(parts, ":") }
