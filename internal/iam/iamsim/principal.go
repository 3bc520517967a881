// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// readTrust checks a trust policy as IAM does on a write and brings it into the stored form.
func (t *transaction) readTrust(doc string) (trustPolicy, error) {
	if err := checkDocument(doc, policy.TrustPolicy); err != nil {
		return trustPolicy{}, err
	}
	if limit := t.sim.quotas.TrustPolicySize; countedSize(doc) > limit {
		return trustPolicy{}, wire.QuotaExceeded("ACLSizePerRole", limit)
	}
	trust, err := parseTrust(doc)
	if err != nil {
		return trustPolicy{}, err
	}
	for _, statement := range trust.Statements {
		if err := t.checkPrincipals(statement.Principal); err != nil {
			return trustPolicy{}, err
		}
	}
	return trust.mapAWS(t.storedPrincipal)
}

// countedSize is the length that IAM's quotas count: all characters but white space.
func countedSize(doc string) int {
	n := 0
	for _, r := range doc {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

var (
	servicePattern   = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)
	federatedPattern = regexp.MustCompile(`^arn:[a-z-]+:iam::[0-9]{12}:(oidc-provider|saml-provider)/.+$`)
	webProviders     = []string{
		"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com",
	}
)

// neverChinese are the services whose principal has no .com.cn form, also in partition aws-cn.
var neverChinese = []string{"ecs.amazonaws.com.cn", "ecs-tasks.amazonaws.com.cn"}

// checkPrincipals refuses services and identity providers that cannot exist.
func (t *transaction) checkPrincipals(p principals) error {
	for _, service := range p["Service"] {
		chinese := strings.HasSuffix(service, ".cn")
		if !servicePattern.MatchString(service) || slices.Contains(neverChinese, service) ||
			chinese && t.sim.options.Partition != "aws-cn" {
			return invalidPrincipal("SERVICE", service)
		}
	}
	for _, provider := range p["Federated"] {
		if !federatedPattern.MatchString(provider) && !slices.Contains(webProviders, provider) {
			return invalidPrincipal("FEDERATED", provider)
		}
	}
	return nil
}

func invalidPrincipal(kind, principal string) error {
	return wire.MalformedPolicy("Invalid principal in policy: %q:%q", kind, principal)
}

// storedPrincipal turns an AWS principal as written into the form that IAM stores: an account into its root ARN, an
// existing role or user into its unique id. Accounts that the simulator does not know are taken on trust.
func (t *transaction) storedPrincipal(principal string) (string, error) {
	switch {
	case principal == "*":
		return principal, nil
	case accountIDPattern.MatchString(principal):
		return t.sim.arn(principal, "root"), nil
	case uniqueIDPattern.MatchString(principal):
		if _, ok := t.sim.principalByID(principal); ok {
			return principal, nil
		}
		return "", invalidPrincipal("AWS", principal)
	}
	arn, ok := parseARN(principal)
	if !ok || arn.partition != t.sim.options.Partition || !accountIDPattern.MatchString(arn.account) {
		return "", invalidPrincipal("AWS", principal)
	}
	kind, _, _ := strings.Cut(arn.resource, "/")
	if arn.service == "sts" && (kind == "assumed-role" || kind == "federated-user") {
		return principal, nil
	}
	if arn.service != "iam" {
		return "", invalidPrincipal("AWS", principal)
	}
	return t.storedIAMPrincipal(arn, kind)
}

func (t *transaction) storedIAMPrincipal(arn arn, kind string) (string, error) {
	if arn.resource == "root" {
		return arn.text, nil
	}
	if kind != "role" && kind != "user" {
		return "", invalidPrincipal("AWS", arn.text)
	}
	if arn.text == t.sim.options.CallerARN {
		return arn.text, nil
	}
	known, ok := t.sim.accounts[arn.account]
	if !ok {
		return arn.text, nil
	}
	id, ok := known.state.principalID(arn.text)
	if ok && t.visible != nil {
		_, ok = known.visible(t.sim.levers.Settings().ConsistencyLag(), t.now).principalID(arn.text)
	}
	if ok {
		return id, nil
	}
	return "", invalidPrincipal("AWS", arn.text)
}

// principalID is the unique id of the role or user with an ARN.
func (s *state) principalID(text string) (string, bool) {
	name := text[strings.LastIndex(text, "/")+1:]
	if role, ok := s.roles.get(name); ok && role.ARN == text {
		return role.ID, true
	}
	if user, ok := s.users.get(name); ok && user.ARN == text {
		return user.ID, true
	}
	return "", false
}

// principalByID is the ARN of the role or user with a unique id, in any account. The caller holds the lock.
func (s *Sim) principalByID(id string) (string, bool) {
	if !uniqueIDPattern.MatchString(id) {
		return "", false
	}
	for _, a := range s.accounts {
		for _, role := range a.state.roles {
			if role.ID == id {
				return role.ARN, true
			}
		}
		for _, user := range a.state.users {
			if user.ID == id {
				return user.ARN, true
			}
		}
	}
	return "", false
}

// arn is an ARN in its parts.
type arn struct {
	text, partition, service, region, account, resource string
}

func parseARN(text string) (arn, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return arn{}, false
	}
	return arn{
		text: text, partition: parts[1], service: parts[2], region: parts[3], account: parts[4], resource: parts[5],
	}, true
}
