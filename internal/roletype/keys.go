// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// The services that use a key on behalf of who reads or writes with them.
const (
	viaSecrets    = "secretsmanager"
	viaParameters = "ssm"
	viaObjects    = "s3"
)

// viaDomains end the name of a service in kms:ViaService. Source: AWS Key Management Service Developer Guide, "AWS KMS
// condition keys". For other partitions the end is left open: AWS alone sets the key.
var viaDomains = map[string]string{"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"}

// useKeys lets keys be used through services alone, in the region of each key: a secret, a parameter and an object have
// their key in their own region.
func useKeys(name, action string, keys []v1alpha1.KMSKeyARN, services ...string) policy.Statement {
	st := allow(sid(name), texts(keys), action)
	if values := viaServices(st.Resources, services); len(values) > 0 {
		st.Condition = policy.Condition{stringOperator(values): {"kms:ViaService": values}}
	}
	return st
}

func viaServices(keys, services []string) []string {
	var values []string
	for _, key := range keys {
		parts := strings.SplitN(key, ":", arnParts)
		domain, known := viaDomains[parts[1]]
		if !known {
			domain = "*"
		}
		for _, service := range services {
			if value := service + "." + parts[3] + "." + domain; !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
	}
	return values
}

// arnParts is how many parts an ARN has, the last of which may hold colons.
const arnParts = 6

// holders are the services whose lists are given; both when neither is.
func holders(secrets []v1alpha1.SecretARN, parameters []v1alpha1.ParameterARN) []string {
	switch {
	case len(parameters) == 0 && len(secrets) > 0:
		return []string{viaSecrets}
	case len(secrets) == 0 && len(parameters) > 0:
		return []string{viaParameters}
	}
	return []string{viaSecrets, viaParameters}
}

// stringOperator compares values, as patterns when one of them is one.
func stringOperator(values []string) string {
	if slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") }) {
		return "StringLike"
	}
	return "StringEquals"
}
