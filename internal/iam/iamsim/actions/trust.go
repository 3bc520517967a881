// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// readTrust checks a trust policy as IAM does on a write and brings it into the stored form.
func (t *Transaction) readTrust(doc string) (access.Document, error) {
	if err := checkDocument(doc, policy.TrustPolicy); err != nil {
		return access.Document{}, err
	}
	if limit := t.World.Quotas.TrustPolicySize; countedSize(doc) > limit {
		return access.Document{}, wire.QuotaExceeded("ACLSizePerRole", limit)
	}
	trust, err := access.Parse(doc)
	switch {
	case errors.Is(err, access.ErrNotJSON):
		return access.Document{}, wire.MalformedPolicy("This policy contains invalid Json")
	case err != nil:
		return access.Document{}, wire.MalformedPolicy("Could not parse the policy: Statement is empty!")
	}
	for _, statement := range trust.Statements {
		if err := t.checkPrincipals(statement.Principal); err != nil {
			return access.Document{}, err
		}
	}
	return trust.MapAWS(t.storedPrincipal)
}

var (
	federatedPattern = regexp.MustCompile(`^arn:[a-z-]+:iam::[0-9]{12}:(oidc-provider|saml-provider)/.+$`)
	webProviders     = []string{
		"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com",
	}
)

// checkPrincipals refuses services and identity providers that cannot exist, and the bare asterisk: everyone is
// {"AWS": "*"} in a trust policy.
func (t *Transaction) checkPrincipals(p access.Principals) error {
	for _, anyone := range p[access.Star] {
		return invalidPrincipal(access.Star, anyone)
	}
	for _, service := range p["Service"] {
		if !catalogue.IsServicePrincipal(service, t.World.Partition) {
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
func (t *Transaction) storedPrincipal(principal string) (string, error) {
	switch {
	case principal == "*":
		return principal, nil
	case store.IsAccountID(principal):
		return t.World.ARN(principal, "root"), nil
	case store.IsUniqueID(principal):
		if _, ok := t.World.PrincipalByID(principal); ok {
			return principal, nil
		}
		return "", invalidPrincipal("AWS", principal)
	}
	arn, ok := store.ParseARN(principal)
	if !ok || arn.Partition != t.World.Partition || !store.IsAccountID(arn.Account) {
		return "", invalidPrincipal("AWS", principal)
	}
	kind, _, _ := strings.Cut(arn.Resource, "/")
	if arn.Service == "sts" && (kind == "assumed-role" || kind == "federated-user") {
		return principal, nil
	}
	if arn.Service != "iam" {
		return "", invalidPrincipal("AWS", principal)
	}
	return t.storedIAMPrincipal(arn, kind)
}

func (t *Transaction) storedIAMPrincipal(arn store.ARN, kind string) (string, error) {
	if arn.Resource == "root" {
		return arn.Text, nil
	}
	if kind != "role" && kind != "user" {
		return "", invalidPrincipal("AWS", arn.Text)
	}
	if arn.Text == t.World.Operator {
		return arn.Text, nil
	}
	known, ok := t.World.Known(arn.Account)
	if !ok {
		return arn.Text, nil
	}
	id, ok := known.State.PrincipalID(arn.Text)
	if ok && t.visible != nil {
		_, ok = known.Visible(t.Lag, t.Now).PrincipalID(arn.Text)
	}
	if ok {
		return id, nil
	}
	return "", invalidPrincipal("AWS", arn.Text)
}
