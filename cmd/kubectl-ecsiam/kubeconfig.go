// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/client-go/tools/clientcmd"
)

// kubeconfigFlags are the flags by which kubectl and its plugins choose a cluster, with the names, the help and the
// meaning that cli-runtime gives them. Its own come with kustomize and with Go's plugins, which double what a command
// needs for its start.
type kubeconfigFlags struct {
	// namespace is that of the flag, empty where it is not given.
	namespace string

	file       string
	overrides  clientcmd.ConfigOverrides
	extra      []string
	unverified bool
}

func (f *kubeconfigFlags) addTo(flags *pflag.FlagSet) {
	user, server, context := &f.overrides.AuthInfo, &f.overrides.ClusterInfo, &f.overrides.Context
	for _, flag := range []struct {
		value             *string
		name, short, help string
	}{
		{&f.file, "kubeconfig", "", "Path to the kubeconfig file to use for CLI requests."},
		{&user.ClientCertificate, "client-certificate", "", "Path to a client certificate file for TLS"},
		{&user.ClientKey, "client-key", "", "Path to a client key file for TLS"},
		{&user.Token, "token", "", "Bearer token for authentication to the API server"},
		{&user.Impersonate, "as", "", "Username to impersonate for the operation. User could be a regular user or a " +
			"service account in a namespace."},
		{&user.ImpersonateUID, "as-uid", "", "UID to impersonate for the operation."},
		{&context.Cluster, "cluster", "", "The name of the kubeconfig cluster to use"},
		{&context.AuthInfo, "user", "", "The name of the kubeconfig user to use"},
		{&f.namespace, "namespace", "n", "If present, the namespace scope for this CLI request"},
		{&f.overrides.CurrentContext, "context", "", "The name of the kubeconfig context to use"},
		{&server.Server, "server", "s", "The address and port of the Kubernetes API server"},
		{&server.TLSServerName, "tls-server-name", "", "Server name to use for server certificate validation. If it is " +
			"not provided, the hostname used to contact the server is used"},
		{&server.CertificateAuthority, "certificate-authority", "", "Path to a cert file for the certificate authority"},
		{&server.ProxyURL, "proxy-url", "", "Proxy URL to use for requests to the API server"},
	} {
		flags.StringVarP(flag.value, flag.name, flag.short, "", flag.help)
	}
	flags.StringVar(&f.overrides.Timeout, "request-timeout", "0", "The length of time to wait before giving up on a "+
		"single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of "+
		"zero means don't timeout requests.")
	flags.StringArrayVar(&user.ImpersonateGroups, "as-group", []string{}, "Group to impersonate for the operation, this "+
		"flag can be repeated to specify multiple groups.")
	flags.StringArrayVar(&f.extra, "as-user-extra", []string{}, "User extras to impersonate for the operation, this flag "+
		"can be repeated to specify multiple values for the same key.")
	flags.BoolVar(&f.unverified, "insecure-skip-tls-verify", false, "If true, the server's certificate will not be "+
		"checked for validity. This will make your HTTPS connections insecure")
	flags.BoolVar(&server.DisableCompression, "disable-compression", false, "If true, opt-out of response compression "+
		"for all requests to the server")
}

// load returns what the kubeconfig says, with what the flags say instead.
func (f *kubeconfigFlags) load() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.DefaultClientConfig, rules.ExplicitPath = &clientcmd.DefaultClientConfig, f.file
	overrides := f.overrides
	overrides.ClusterDefaults = clientcmd.ClusterDefaults
	overrides.ClusterInfo.InsecureSkipTLSVerify = f.unverified
	overrides.Context.Namespace = f.namespace
	for _, extra := range f.extra {
		key, value, found := strings.Cut(extra, "=")
		if !found {
			continue // as kubectl does
		}
		if overrides.AuthInfo.ImpersonateUserExtra == nil {
			overrides.AuthInfo.ImpersonateUserExtra = map[string][]string{}
		}
		overrides.AuthInfo.ImpersonateUserExtra[key] = append(overrides.AuthInfo.ImpersonateUserExtra[key], value)
	}
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &overrides)
}
