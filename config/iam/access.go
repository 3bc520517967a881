// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllerpolicy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed eks/pod-identity-trust.json
var podIdentityTrust []byte

//go:embed eks/irsa-trust.json
var irsaTrust []byte

//go:embed rolesanywhere/trust.json
var rolesAnywhereTrust []byte

// PodIdentityTrust is eks/pod-identity-trust.json. CLUSTER_ARN in it is to be replaced.
func PodIdentityTrust() []byte { return slices.Clone(podIdentityTrust) }

// IRSATrust is eks/irsa-trust.json. PARTITION, ACCOUNT_ID and OIDC_PROVIDER in it are to be replaced.
func IRSATrust() []byte { return slices.Clone(irsaTrust) }

// RolesAnywhereTrust is rolesanywhere/trust.json. TRUST_ANCHOR_ARN and COMMON_NAME in it are to be replaced.
func RolesAnywhereTrust() []byte { return slices.Clone(rolesAnywhereTrust) }

// accessHeader begins the generated files; %s says what they are.
const accessHeader = `# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# %s Generated from the JSON files of config/iam: change
# those and run make manifests.
`

// node is a mapping of YAML.
type node = map[string]any

const (
	role    = "ecs-iam-controller"
	account = "ecs-iam-controller" // the service account
	system  = "ecs-iam-system"
)

func render(what string, content node) ([]byte, error) {
	body, err := yaml.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("rendering: %w", err)
	}
	return append(fmt.Appendf(nil, accessHeader, what), body...), nil
}

func parsed(text []byte) (any, error) {
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("reading a policy of config/iam: %w", err)
	}
	return document, nil
}

// PodIdentityForEksctl renders eks/eksctl-pod-identity.yaml.
func PodIdentityForEksctl() ([]byte, error) {
	permissions, err := parsed(document)
	if err != nil {
		return nil, err
	}
	return render("The controller's role for EKS Pod Identity, for eksctl create podidentityassociation.", eksctl(node{
		"podIdentityAssociations": []any{node{
			"namespace": system, "serviceAccountName": account, "createServiceAccount": false, "roleName": role,
			"permissionPolicy": permissions,
		}},
	}))
}

// IRSAForEksctl renders eks/eksctl-irsa.yaml.
func IRSAForEksctl() ([]byte, error) {
	permissions, err := parsed(document)
	if err != nil {
		return nil, err
	}
	return render("The controller's role for its service account, for eksctl create iamserviceaccount.", eksctl(node{
		"withOIDC": true,
		"serviceAccounts": []any{node{
			"metadata": node{"name": account, "namespace": system}, "roleName": role, "roleOnly": true,
			"attachPolicy": permissions,
		}},
	}))
}

func eksctl(iam node) node {
	return node{
		"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig",
		"metadata": node{"name": "my-cluster", "region": "eu-west-1"}, "iam": iam,
	}
}

// PodIdentityForCloudFormation renders eks/cloudformation-pod-identity.yaml.
func PodIdentityForCloudFormation() ([]byte, error) {
	trust, err := parsed(podIdentityTrust)
	if err != nil {
		return nil, err
	}
	cluster := node{"Fn::Sub": "arn:${AWS::Partition}:eks:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterName}"}
	content, err := stack(replaced(trust, map[string]any{"CLUSTER_ARN": cluster}),
		node{"ClusterName": parameterOf("The name of the EKS cluster")},
		node{"Association": node{"Type": "AWS::EKS::PodIdentityAssociation", "Properties": node{
			"ClusterName": node{"Ref": "ClusterName"}, "Namespace": system, "ServiceAccount": account,
			"RoleArn": node{"Fn::GetAtt": []any{"Role", "Arn"}},
		}}})
	if err != nil {
		return nil, err
	}
	return render("The controller's role for EKS Pod Identity, for CloudFormation.", content)
}

// IRSAForCloudFormation renders eks/cloudformation-irsa.yaml. A template cannot compute keys of a mapping, as the
// condition keys with the provider's name are, so its trust policy is a text.
func IRSAForCloudFormation() ([]byte, error) {
	trust := strings.NewReplacer("PARTITION", "${AWS::Partition}", "ACCOUNT_ID", "${AWS::AccountId}",
		"OIDC_PROVIDER", "${OIDCProvider}").Replace(string(irsaTrust))
	content, err := stack(node{"Fn::Sub": trust}, node{
		"OIDCProvider": parameterOf("The cluster's OIDC issuer without https://, which must be an identity provider of IAM"),
	}, nil)
	if err != nil {
		return nil, err
	}
	return render("The controller's role for its service account, for CloudFormation.", content)
}

// RolesAnywhereForCloudFormation renders rolesanywhere/cloudformation.yaml.
func RolesAnywhereForCloudFormation() ([]byte, error) {
	trust, err := parsed(rolesAnywhereTrust)
	if err != nil {
		return nil, err
	}
	anchor := node{"Fn::GetAtt": []any{"TrustAnchor", "TrustAnchorArn"}}
	values := map[string]any{"TRUST_ANCHOR_ARN": anchor, "COMMON_NAME": node{"Ref": "CommonName"}}
	content, err := stack(replaced(trust, values),
		node{
			"CertificateAuthority": parameterOf("The certificate of the authority that signs the controller's, as PEM"),
			"CommonName": node{
				"Type": "String", "Default": role, "MinLength": 1, "Description": "The common name of the controller's certificate",
			},
		},
		node{
			"TrustAnchor": node{"Type": "AWS::RolesAnywhere::TrustAnchor", "Properties": node{
				"Name": role, "Enabled": true, "Source": node{
					"SourceType": "CERTIFICATE_BUNDLE", "SourceData": node{"X509CertificateData": node{"Ref": "CertificateAuthority"}},
				},
			}},
			"Profile": node{"Type": "AWS::RolesAnywhere::Profile", "Properties": node{
				"Name": role, "Enabled": true, "DurationSeconds": 3600, "RoleArns": []any{node{"Fn::GetAtt": []any{"Role", "Arn"}}},
			}},
		})
	if err != nil {
		return nil, err
	}
	outputs := content["Outputs"].(node)
	outputs["TrustAnchorARN"] = node{"Description": "--trust-anchor-arn of the helper", "Value": anchor}
	outputs["ProfileARN"] = node{
		"Description": "--profile-arn of the helper", "Value": node{"Fn::GetAtt": []any{"Profile", "ProfileArn"}},
	}
	return render("The controller's role for a cluster outside of AWS, for CloudFormation.", content)
}

func parameterOf(description string) node {
	return node{"Type": "String", "MinLength": 1, "Description": description}
}

// stack is a template with the controller's role and policy, and with more resources.
func stack(trust any, parameters, more node) (node, error) {
	permissions, err := parsed(document)
	if err != nil {
		return nil, err
	}
	resources := node{
		"Policy": node{"Type": "AWS::IAM::ManagedPolicy", "Properties": node{
			"ManagedPolicyName": role, "PolicyDocument": permissions,
		}},
		"Role": node{"Type": "AWS::IAM::Role", "Properties": node{
			"RoleName": role, "AssumeRolePolicyDocument": trust, "ManagedPolicyArns": []any{node{"Ref": "Policy"}},
		}},
	}
	maps.Copy(resources, more)
	return node{
		"AWSTemplateFormatVersion": "2010-09-09", "Description": "The role of ecs-iam-controller",
		"Parameters": parameters, "Resources": resources,
		"Outputs": node{"RoleARN": node{
			"Description": "The ARN of the controller's role", "Value": node{"Fn::GetAtt": []any{"Role", "Arn"}},
		}},
	}, nil
}

// replaced puts values in the place of the texts that stand for them.
func replaced(value any, by map[string]any) any {
	switch value := value.(type) {
	case node:
		for key, inner := range value {
			value[key] = replaced(inner, by)
		}
	case []any:
		for i, inner := range value {
			value[i] = replaced(inner, by)
		}
	case string:
		if found, ok := by[value]; ok {
			return found
		}
	}
	return value
}
