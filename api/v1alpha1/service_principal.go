// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ServicePrincipal is what the account has in place of the service principal of a role type, empty where it has
// nothing.
func (s *AWSAccountSpec) ServicePrincipal(kind RoleType) string {
	for _, override := range s.ServicePrincipals {
		if override.Type == kind {
			return override.Name
		}
	}
	return ""
}
