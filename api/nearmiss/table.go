// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package nearmiss

import "slices"

// Table has every object of the specs. A test walks the schemas: each object has its row here, and each field of it is
// either restricting or free.
var Table = []Struct{
	{At: []string{"ECSRole"}, Free: []string{"apiVersion", "kind", "metadata", "spec", "status"}},
	{
		At: []string{"ECSRole.spec"},
		Restricting: []Field{
			accountRef,
			{"permissionsBoundary", "the role would have no boundary", append(
				names("permissionBoundary", "permisionsBoundary", "permissionsBoundry", "permissionsBoundaryARN",
					"permissionsBoundaryArn", "permissionBoundaryARN", "permissionBoundaryArn", "permissionboundary",
					"permission_boundary", "boundary", "boundaryARN", "boundaryArn", "boundary_arn"),
				objects("permissionsBoundaryRef")...)},
			{"trust", "the trust policy would lack it", names(
				"trustPolicy", "trust_policy", "assumeRolePolicy", "assume_role_policy", "assumeRolePolicyDocument")},
			{"codeDeploy", "the role would get the Full policy", nil},
			{"defaultManagedPolicies", "the policies of the type would be attached", names("defaultPolicies")},
			{"managedPolicies", "what these policies deny would be permitted", append(
				texts("managedPolicyARNs", "managedPolicyArns", "managed_policy_arns", "policyARNs"),
				names("policies", "attachedPolicies")...)},
			{"grants", "grants that take the place of a wider policy would be missing", nil},
			{"statements", "what they deny would be permitted", append(
				names("inlinePolicies", "policyStatements"), objects("policy", "inlinePolicy", "policyDocument")...)},
			adoptionPolicy, deletionPolicy, reconcilePolicy,
		},
		Free: []string{
			"type", "roleName", "path", "description", "maxSessionDurationSeconds", "tags", "capabilities", "checks",
			"inlinePolicyName", "instanceProfile", "ignore",
		},
	},
	{
		At: []string{"ECSRole.spec.trust"},
		Restricting: []Field{
			{"confusedDeputyProtection", "the trust may lack the confused-deputy condition", names("confusedDeputy")},
			{"regions", "the trust would hold for every region", nil},
			{"sourceARNs", "the trust would hold for every source in the account", text("sourceAccount")},
			{"additionalStatements", "what they deny would be permitted", names("statements", "statement")},
		},
	},
	{
		At: []string{"ECSRole.spec.statements[]", "ECSPolicy.spec.statements[]"},
		Restricting: []Field{
			condition,
			{"actions", statementWider, nil},
			{"notActions", statementWider, nil},
			{"resources", statementWider, nil},
			{"notResources", statementWider, nil},
		},
		Free: []string{"sid", "effect"},
	},
	{
		At: []string{"ECSRole.spec.trust.additionalStatements[]"},
		Restricting: []Field{
			trustCondition,
			{"actions", "the statement would be about sts:AssumeRole", nil},
			{"principals", statementWider, objects("notPrincipal", "notPrincipals")},
		},
		Free: []string{"sid", "effect"},
	},
	{
		At: []string{"ECSRole.spec.trust.additionalStatements[].principals"},
		Restricting: []Field{
			{"aws", principalMissing, names("AWS")},
			{"services", principalMissing, nil},
			{"federated", principalMissing, nil},
		},
	},
	{
		At:          []string{"ECSRole.spec.codeDeploy"},
		Restricting: []Field{{"managedPolicy", "the role would get the Full policy", nil}},
	},
	{
		At: []string{"ECSRole.spec.grants"},
		Restricting: []Field{
			{"clusters", "the instance could join every cluster", nil},
			{"deployments", "CodeDeploy could use every function, topic and object of the account", nil},
		},
		Free: []string{
			"agentConfig", "ecr", "efs", "environmentFiles", "execCommand", "fireLens", "fsx", "gmsa", "invokeFunctions",
			"logs", "passRoles", "pipeSource", "privateRegistry", "runTask", "secrets", "systemLogs", "trunking", "xray",
		},
	},
	{
		At: []string{"ECSRole.spec.grants.ecr"},
		Restricting: []Field{
			{"vpcEndpointIDs", "images could be pulled from anywhere", names("vpcEndpoints", "vpceIDs")},
			{"vpcIDs", "images could be pulled from anywhere", names("vpcs")},
		},
		Free: []string{"repositoryARNs", "pullThroughCache"},
	},
	{
		At: []string{"ECSRole.spec.grants.efs.fileSystems[]"},
		Restricting: []Field{{
			"accessPointARNs", "the file system could be mounted in every way", names("accessPoints"),
		}},
		Free: []string{"arn", "access"},
	},
	{
		At: []string{"ECSRole.spec.grants.systemLogs"},
		Restricting: []Field{
			{"logGroupARNs", "every log group could be written", names("logGroups")},
			{"regions", "log groups in other regions could be written", nil},
		},
		Free: []string{"mode"},
	},
	{
		At: []string{"ECSRole.spec.grants.runTask"},
		Restricting: []Field{
			{"tagging", "the tasks could be tagged", nil},
			{"sync", "a state machine could describe and stop the tasks", nil},
			{"regions", "tasks could run in the region of the account", nil},
		},
		Free: []string{"clusterNames", "taskDefinitionFamilies"},
	},
	{
		At:          []string{"ECSRole.spec.grants.clusters"},
		Restricting: []Field{{"regions", "the clusters would be those of the account's region", nil}},
		Free:        []string{"names"},
	},
	{
		At:          []string{"ECSRole.spec.grants.deployments"},
		Restricting: []Field{{"regions", "the deployments would be those of the account's region", nil}},
		Free:        []string{"functionARNs", "kmsKeyARNs", "objectARNs", "topicARNs"},
	},
	{
		At: []string{"ECSRole.spec.grants.pipeSource"},
		Free: []string{
			"queueARNs", "kinesisStreamARNs", "dynamoDBStreamARNs", "deadLetterQueueARNs", "kmsKeyARNs",
		},
	},
	{At: []string{"ECSRole.spec.grants.agentConfig"}, Free: []string{"kmsKeyARNs", "objectARNs"}},
	{At: []string{"ECSRole.spec.grants.ecr.pullThroughCache"}, Free: []string{"repositoryARNs", "createRepositories"}},
	{At: []string{"ECSRole.spec.grants.efs"}, Free: []string{"fileSystems"}},
	{At: []string{"ECSRole.spec.grants.environmentFiles"}, Free: []string{"kmsKeyARNs", "objectARNs"}},
	{
		At:   []string{"ECSRole.spec.grants.execCommand"},
		Free: []string{"mode", "bucketARNs", "bucketKMSKeyARNs", "kmsKeyARNs", "logGroupARNs"},
	},
	{At: []string{"ECSRole.spec.grants.fireLens"}, Free: []string{"kmsKeyARNs", "objectARNs"}},
	{At: []string{"ECSRole.spec.grants.fsx"}, Free: []string{"kmsKeyARNs", "parameterARNs", "secretARNs"}},
	{At: []string{"ECSRole.spec.grants.gmsa"}, Free: []string{"kmsKeyARNs", "objectARNs", "parameterARNs", "secretARNs"}},
	{At: []string{"ECSRole.spec.grants.invokeFunctions"}, Free: []string{"functionARNs"}},
	{At: []string{"ECSRole.spec.grants.logs"}, Free: []string{"logGroupARNs", "createGroup"}},
	{At: []string{"ECSRole.spec.grants.passRoles[]"}, Free: []string{"arn", "roleRef"}},
	{At: []string{"ECSRole.spec.grants.privateRegistry"}, Free: []string{"kmsKeyARNs", "secretARNs"}},
	{At: []string{"ECSRole.spec.grants.secrets"}, Free: []string{"kmsKeyARNs", "parameterARNs", "secretARNs"}},
	{At: []string{"ECSRole.spec.grants.trunking", "ECSRole.spec.grants.xray"}, Free: []string{"mode"}},
	{At: []string{"ECSRole.spec.managedPolicies[]"}, Free: []string{"arn", "policyRef"}},
	{At: []string{"ECSRole.spec.checks", "ECSPolicy.spec.checks"}, Free: []string{"ignore"}},
	{At: []string{"ECSRole.spec.ignore"}, Free: []string{"inlinePolicies", "managedPolicyARNs", "tags"}},
	{
		At: []string{
			"ECSRole.spec.accountRef", "ECSPolicy.spec.accountRef", "ECSServiceLinkedRole.spec.accountRef",
			"ECSRole.spec.instanceProfile", "ECSRole.spec.managedPolicies[].policyRef",
			"ECSRole.spec.grants.passRoles[].roleRef",
			"ECSPolicy.spec.attachTo.groups[]", "ECSPolicy.spec.attachTo.users[]",
		},
		Free: []string{"name"},
	},

	{At: []string{"ECSPolicy"}, Free: []string{"apiVersion", "kind", "metadata", "spec", "status"}},
	{
		At: []string{"ECSPolicy.spec"},
		Restricting: []Field{
			accountRef,
			{"attachTo", "what the policy denies them would be permitted", names("attach", "attachments")},
			adoptionPolicy, deletionPolicy, reconcilePolicy,
		},
		Free: []string{"statements", "policyName", "path", "description", "tags", "ignore", "checks"},
	},
	{
		At: []string{"ECSPolicy.spec.attachTo"},
		Restricting: []Field{
			{"users", "what the policy denies them would be permitted", nil},
			{"groups", "what the policy denies them would be permitted", nil},
		},
	},
	{At: []string{"ECSPolicy.spec.ignore"}, Free: []string{"attachments", "tags"}},

	{At: []string{"ECSServiceLinkedRole"}, Free: []string{"apiVersion", "kind", "metadata", "spec", "status"}},
	{
		At:          []string{"ECSServiceLinkedRole.spec"},
		Restricting: []Field{accountRef, deletionPolicy, reconcilePolicy},
		Free:        []string{"service", "description", "tags"},
	},

	{At: []string{"AWSAccount"}, Free: []string{"apiVersion", "kind", "metadata", "spec", "status"}},
	{
		At: []string{"AWSAccount.spec"},
		Restricting: []Field{
			{"deletionProtection", "roles in use could be deleted", names("deleteProtection", "deletionProtections")},
			{"guardrails", "namespaces would not be bound by it", names("guardRails")},
			{"assumeRole", "the account would be reached with the controller's own credentials", append(
				names("assume", "assumedRole"), text("assumeRoleARN", "assumeRoleArn", "roleARN", "roleArn")...)},
			{"controllerName", "the installation with the default name would work on the account", names(
				"controller", "controllerClass", "controllerNames")},
		},
		Free: []string{
			"accountID", "region", "adoption", "allowedNamespaces", "defaults", "events", "formerClusterIDs",
			"propagationDelaySeconds", "rateLimit", "resyncIntervalSeconds", "servicePrincipals",
		},
	},
	{At: []string{"AWSAccount.spec.events"}, Free: []string{"queueURL"}},
	{At: []string{"AWSAccount.spec.servicePrincipals[]"}, Free: []string{"type", "name"}},
	{
		At: []string{"AWSAccount.spec.assumeRole"},
		Restricting: []Field{
			{"sessionTags", "what policies deny to sessions with these tags would be permitted", names("tags")},
			{"sessionScope", "one session would be for all namespaces", names("scope")},
		},
		Free: []string{"roleARN", "externalID", "sessionName", "via"},
	},
	{At: []string{"AWSAccount.spec.assumeRole.via[]"}, Free: []string{"roleARN", "externalID"}},
	{At: []string{"AWSAccount.spec.adoption"}, Free: []string{"allow"}},
	{At: []string{"AWSAccount.spec.adoption.allow[]"}, Free: []string{"namespaces", "namePattern"}},
	{At: []string{"AWSAccount.spec.allowedNamespaces"}, Free: []string{"from", "names", "selector"}},
	{
		At: []string{"AWSAccount.spec.allowedNamespaces.selector"},
		Restricting: []Field{
			{"matchLabels", "more namespaces would be selected", names("labels")},
			{"matchExpressions", "more namespaces would be selected", names("expressions")},
		},
	},
	{
		At:   []string{"AWSAccount.spec.allowedNamespaces.selector.matchExpressions[]"},
		Free: []string{"key", "operator", "values"},
	},
	{At: []string{"AWSAccount.spec.defaults"}, Free: []string{"path", "tags"}},
	{
		At: []string{"AWSAccount.spec.guardrails"},
		Restricting: []Field{
			{"defaultNamePattern", "namespaces would have the names of other clusters", names(
				"defaultNamesPattern", "defaultNamePatterns", "namePattern")},
			{"rolePath", "roles could have any path", names("rolePaths", "path")},
			{"maxRolesPerNamespace", "namespaces could have any number of roles", nil},
			{"types", "every role type would be allowed", names("roleTypes")},
			{"permissionsBoundary", "roles would have no boundary", names(
				"permissionBoundary", "permissionsBoundaryARN", "boundary")},
			{"allow", "everything would be allowed that raises no permissions", names("allowed", "permissions")},
			{"deny", "nothing would be denied", names("denied", "denies")},
			{"protectedARNs", "they would not be protected", names("protected")},
		},
		Free: []string{
			"attachTo", "deletionPolicies", "ignore", "managedPolicyARNs", "mode", "names", "tags", "trust",
		},
	},
	{
		At: []string{"AWSAccount.spec.guardrails.allow[]"},
		Restricting: []Field{
			{"requireCondition", "the rule would need no condition", names("requiredCondition", "condition", "conditions")},
		},
		Free: []string{"actions", "resources"},
	},
	{At: []string{"AWSAccount.spec.guardrails.deny[]"}, Free: []string{"actions", "resources"}},
	{
		At: []string{"AWSAccount.spec.guardrails.trust[]"},
		Restricting: []Field{
			{"requireCondition", "the rule would need no condition", names("requiredCondition", "condition", "conditions")},
		},
		Free: []string{"actions", "principals"},
	},
	{
		At:   []string{"AWSAccount.spec.guardrails.trust[].principals"},
		Free: []string{"aws", "federated", "services"},
	},
	{
		At:          []string{"AWSAccount.spec.guardrails.tags[]"},
		Restricting: []Field{{"values", "every value would be allowed", names("value")}},
		Free:        []string{"key"},
	},
	{
		At:   []string{"AWSAccount.spec.guardrails.ignore"},
		Free: []string{"attachments", "inlinePolicies", "managedPolicyARNs", "tags"},
	},
	{
		At:          []string{"AWSAccount.spec.guardrails.names[]"},
		Restricting: []Field{{"kinds", "the rule would be for every kind", nil}},
		Free:        []string{"namespaces", "namePattern"},
	},
	{At: []string{"AWSAccount.spec.guardrails.attachTo"}, Free: []string{"users", "groups"}},
	{
		At: []string{"AWSAccount.spec.deletionProtection"}, Restricting: []Field{{
			"lastUsedWithinDays", "roles in use could be deleted", names("lastUsedWithin", "lastUsedDays", "days"),
		}},
	},
	{
		At: []string{"ECSChangeApproval"}, Free: []string{"apiVersion", "kind", "metadata", "spec", "status"},
	},
	{
		At: []string{"ECSChangeApproval.spec"},
		Restricting: []Field{
			{"digest", "an abandoned object would be let go whatever its plan", names("planDigest")},
			{"validForSeconds", "the approval would be valid for an hour", names("validFor", "validSeconds", "ttlSeconds")},
		},
		Free: []string{"targetRef", "operation"},
	},
	{At: []string{"ECSChangeApproval.spec.targetRef"}, Free: []string{"kind", "namespace", "name", "uid"}},
	{At: []string{"AWSAccount.spec.rateLimit"}, Free: []string{"burst", "qps"}},
}

const (
	statementWider   = "the statement would mean something else"
	principalMissing = "the statement would not be about them"
)

var (
	condition = Field{"condition", "the statement would apply without it", append(names(
		"conditions", "condtion", "conditon"), //nolint:misspell // what is meant
		above(names("conditions"))...)}
	// The conditions of trust have fields of their own in other tools.
	trustCondition = Field{condition.Name, condition.Lost, slices.Concat(condition.Also, externalID, above(externalID),
		text("sourceAccount", "sourceArn", "sourceARN"), texts("sourceARNs", "sourceArns", "sourceAccounts"))}
	externalID = text("externalID", "externalId", "external_id")
	accountRef = Field{"accountRef", "the object would belong to the account named default", append(
		names("awsAccountRef"), text("account", "awsAccount", "accountName", "accountID")...)}
	adoptionPolicy = Field{"adoptionPolicy", "nothing would be adopted", names("adoptPolicy", "adoption")}
	deletionPolicy = Field{"deletionPolicy", "its default would decide what deletion does to AWS", names(
		"deletePolicy", "removalPolicy", "reclaimPolicy")}
	reconcilePolicy = Field{"reconcilePolicy", "the controller would write to AWS", names(
		"reconciliationPolicy", "managementPolicy", "reconcileMode")}
)

// names are spellings with a value of the field's own shape.
// above are names that people write one object too high.
func above(list []Spelling) []Spelling {
	list = slices.Clone(list)
	for i := range list {
		list[i].Above = true
	}
	return list
}

func names(list ...string) []Spelling { return spelt(ShapeOfField, list) }

func text(list ...string) []Spelling { return spelt(ShapeText, list) }

func texts(list ...string) []Spelling { return spelt(ShapeTexts, list) }

func objects(list ...string) []Spelling { return spelt(ShapeObject, list) }

func spelt(shape Shape, list []string) []Spelling {
	spellings := make([]Spelling, len(list))
	for i, name := range list {
		spellings[i] = Spelling{Name: name, Shape: shape}
	}
	return spellings
}
