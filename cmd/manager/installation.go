// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"regexp"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// installation is which part of a cluster's objects this controller works on.
type installation struct {
	name       string
	namespaces []string
}

func (i *installation) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&i.name, "controller-name", "ecsiam.dev/controller",
		"name of this installation: it works on the AWSAccounts whose spec.controllerName is this name, and on their "+
			"objects. Two installations in one cluster need two names")
	flags.StringSliceVar(&i.namespaces, "watch-namespace", nil,
		"namespace whose ECSRoles and ECSPolicies are looked at; may be repeated, or hold several between commas. "+
			"Empty for all namespaces; AWSAccounts, ECSServiceLinkedRoles and ECSChangeApprovals have none")
}

// namePattern is the schema's of AWSAccount.spec.controllerName.
var namePattern = regexp.MustCompile(
	`^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func (i *installation) check() error {
	if len(i.name) > 128 || !namePattern.MatchString(i.name) {
		return fmt.Errorf("--controller-name=%s is no name of a controller: write a domain, a slash and a label, in lower "+
			"case and at most 128 characters, such as ecsiam.dev/controller or example.com/team-a", i.name)
	}
	for _, namespace := range i.namespaces {
		if len(validation.IsDNS1123Label(namespace)) > 0 {
			return fmt.Errorf("--watch-namespace: %q is no name of a namespace", namespace)
		}
	}
	return nil
}

func (i *installation) controllerName() v1alpha1.ControllerName {
	return v1alpha1.ControllerName(i.name)
}

// narrow keeps objects of other namespaces out of the cache.
func (i *installation) narrow(options cache.Options) cache.Options {
	if len(i.namespaces) == 0 {
		return options
	}
	namespaces := map[string]cache.Config{}
	for _, namespace := range i.namespaces {
		namespaces[namespace] = cache.Config{}
	}
	options.ByObject = map[client.Object]cache.ByObject{
		&v1alpha1.ECSRole{}: {Namespaces: namespaces}, &v1alpha1.ECSPolicy{}: {Namespaces: namespaces},
	}
	return options
}
