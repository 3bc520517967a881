// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

// The reasons of several deviations.
const (
	motoNames     = "moto does not validate names, paths, descriptions and sessions"
	motoCase      = "moto's names respect case"
	motoCreate    = "moto does not validate trust policies at creation"
	motoIdentity  = "moto applies the rules of identity policies on update"
	motoPrincipal = "moto keeps AWS principals as they were written and does not look them up"
	motoEncoding  = "moto sends this document as plain JSON"
	motoQuota     = "moto does not have this quota"
	motoGrammar   = "moto's document validation lets this pass"
	motoTags      = "moto does not validate tags as IAM does"
	motoIDs       = "moto's unique ids have no prefix"
	motoDelete    = "moto deletes policies, users and groups without regard to their use"
	motoPages     = "moto does not validate or obey paging here"
	motoSLR       = "moto's service-linked roles have other names and are ordinary roles"
	motoTrust     = "moto lets anyone assume any role, existing or not"
	motoSession   = "moto does not judge sessions, their tags and their policies"
	motoARN       = "moto does not take ARNs of policies apart"
	motoSimulator = "moto does not implement SimulatePrincipalPolicy"
)

// motoDeviations are the behaviours that moto 5.2.1 is known not to have.
var motoDeviations = map[string]string{
	"CreateRole answers without the session duration":        "moto answers with it",
	"UpdateRole leaves an absent field as it is":             "moto resets it",
	"a role name of 65 characters is refused":                motoNames,
	"a role name with a space is refused":                    motoNames,
	"a path without slashes around it is refused":            motoNames,
	"a session of half an hour is refused":                   motoNames,
	"a session of more than twelve hours is refused":         motoNames,
	"a role description with curly quotes is refused":        motoNames,
	"a role description of 1001 characters is refused":       motoNames,
	"a role name exists without regard to case":              motoCase,
	"an instance profile name exists without regard to case": motoCase,
	"a policy name exists without regard to case":            motoCase,
	"user and group names exist without regard to case":      motoCase,

	"a trust policy beyond Latin-1 is refused":                              motoCreate,
	"a trust policy that is not JSON is refused at creation":                motoCreate,
	"a trust policy for a role that does not exist is refused at creation":  motoCreate,
	"a trust policy with a resource is refused at creation":                 motoCreate,
	"a trust policy without a principal is refused at creation":             motoCreate,
	"a trust policy for an action outside STS is refused at creation":       motoCreate,
	"a trust policy for a service that cannot exist is refused at creation": motoCreate,
	"a trust policy of version 2008-10-17 with an empty Sid is taken":       motoIdentity,
	"a trust policy for a role that does not exist is refused on update":    motoPrincipal,
	"an account id as principal is shown as the ARN of its root":            motoPrincipal,
	"a deleted principal stays its unique id, also after its name returns":  motoPrincipal,

	"trust policies are percent-encoded in ListRoles":                      motoEncoding,
	"trust policies in instance profiles are percent-encoded":              motoEncoding,
	"trust policies are percent-encoded in GetAccountAuthorizationDetails": motoEncoding,
	"the document of a version is percent-encoded, and as it was given":    motoEncoding,
	"ListPolicyVersions shows no documents":                                "moto shows them",

	"a trust policy over the quota of the account is refused":             motoQuota,
	"all inline policies of a role share 10240 characters":                motoQuota,
	"a role takes no more managed policies than the quota of the account": motoQuota,
	"a managed policy over 6144 characters is refused":                    motoQuota,
	"a role has at most 50 tags over several calls":                       motoQuota,

	"an inline policy with a Sid with a dash is refused":         motoGrammar,
	"an inline policy with a principal is refused":               motoGrammar,
	"an inline policy with a key twice in one object is refused": motoGrammar,
	"an inline policy beyond Latin-1 is refused":                 motoGrammar,

	"attaching a policy twice attaches it once":                 "moto counts the attachment twice",
	"what is not an ARN cannot be attached":                     "moto answers NoSuchEntity",
	"a policy for service-linked roles cannot be attached":      "moto attaches it",
	"a boundary that does not exist is refused":                 "moto does not look boundaries up",
	"a role is not created with a boundary that does not exist": "moto does not look boundaries up",

	"tag keys of a role ignore case":                                motoTags,
	"a tag key that begins with aws: is refused in any case":        motoTags,
	"a tag value with a character that tags do not have is refused": motoTags,
	"the tags of an instance profile can be listed":                 "moto does not implement ListInstanceProfileTags",

	"a role that is not in an instance profile cannot be removed from it": "moto answers with an internal error",
	"the instance profiles of a role are listed without their tags":       "moto shows the tags",
	"listing the instance profiles of an unknown role is NoSuchEntity":    "moto answers with an empty list",

	"ListInstanceProfiles takes a path prefix":                                         "moto ignores PathPrefix here",
	"a user is in a group until it is removed, and keeps the group from being deleted": motoDelete,

	"the id of an instance profile begins with AIPA":                  motoIDs,
	"the id of a policy begins with ANPA":                             motoIDs,
	"the id of a user begins with AIDA and that of a group with AGPA": motoIDs,

	"a policy name exists whatever the path":                               "moto tells policies apart by ARN",
	"a policy path with a character that only role paths have is refused":  motoNames,
	"an attached policy is not deleted":                                    motoDelete,
	"a policy that is a boundary is not deleted":                           motoDelete,
	"a user or group with attached policies is not deleted":                motoDelete,
	"the default version is not deleted, and a policy with others neither": motoDelete,
	"an AWS managed policy cannot be changed":                              "moto takes new versions of AWS's policies",
	"ListEntitiesForPolicy tells attachments from boundaries": "moto ignores " +
		"PolicyUsageFilter",

	"a marker that IAM did not give is refused":                     "moto answers with an internal error",
	"more than 1000 items a page are refused":                       motoPages,
	"GetAccountAuthorizationDetails pages by MaxItems":              motoPages,
	"GetAccountAuthorizationDetails shows all versions of a policy": "moto leaves out the policy's name",

	"the service-linked roles of ECS have AWS's names and paths":      motoSLR,
	"a service-linked role comes with AWS's policy attached":          motoSLR,
	"CreateServiceLinkedRole repeats the trust policy as it was sent": motoSLR,
	"a second service-linked role for a service is InvalidInput":      motoSLR,
	"ECS takes no suffix on its service-linked role":                  motoSLR,
	"a service-linked role takes only description and tags":           motoSLR,
	"a service-linked role is deleted by a task that takes time":      motoSLR,
	"an unknown deletion task is NoSuchEntity":                        "moto knows every task, and it has succeeded",

	"a role that does not trust the caller is not assumed":        motoTrust,
	"a role that does not exist is not assumed":                   motoTrust,
	"a role that asks for an external id is assumed only with it": motoTrust,

	"a role ARN of another service is malformed":                                motoTrust,
	"a role ARN of another partition is malformed":                              motoTrust,
	"the ARN of a user is malformed as that of a role":                          motoTrust,
	"the refusal of a parameter by STS names its value":                         motoNames,
	"a session is tagged only where the trust policy says so":                   motoSession,
	"a transitive tag key is one of the tags":                                   motoSession,
	"the tag keys of a session differ by more than case":                        motoSession,
	"a transitive tag reaches the next session and cannot be set anew":          motoSession,
	"the session of a chained role lasts at most an hour":                       motoSession,
	"the packed size is told of a session with a policy alone":                  motoSession,
	"a source identity is set only where the trust policy says so":              motoSession,
	"a policy ARN of another partition is refused":                              motoARN,
	"a policy ARN of another service is refused":                                motoARN,
	"a policy ARN with a region is refused":                                     motoARN,
	"the ARN of another kind of resource is refused as a policy":                motoARN,
	"a policy ARN with a blank at the end is refused":                           motoARN,
	"a trust policy with a bare asterisk as principal is refused":               motoCreate,
	"a trust policy for a service that IAM does not know is refused":            motoCreate,
	"the refusal of a missing boundary speaks of the scope":                     "moto does not look boundaries up",
	"an existing user may be asked for by a name of 128 characters":             motoNames,
	"the refusal of an unknown value does not list the known ones":              motoNames,
	"the refusal of a character prints the pattern of the API model":            motoNames,
	"a role that is not linked to a service is not deleted as one":              motoSLR,
	"an AWS managed policy is closed with the caller and the resource named":    "moto tags AWS's policies",
	"CreateRole repeats the trust policy as it was sent":                        "moto keeps it so",
	"GetAccountAuthorizationDetails always has the tags of roles and users":     "moto leaves empty lists out",
	"a role in an instance profile is shown without its description":            "moto shows it",
	"a version keeps its white space, and versions are listed the newest first": motoEncoding,
	"the simulation of a role's policies names the statement that decides":      motoSimulator,
	"the simulation of a principal that does not exist is NoSuchEntity":         motoSimulator,
}
