// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// bothFlags are the plugin's flags and those of kubectl, which must be the same.
func bothFlags() (ours *kubeconfigFlags, theirs *genericclioptions.ConfigFlags, o, t *pflag.FlagSet) {
	ours, theirs = &kubeconfigFlags{}, genericclioptions.NewConfigFlags(false)
	theirs.CacheDir = nil // for discovery, which no command needs
	o, t = pflag.NewFlagSet("ours", pflag.ContinueOnError), pflag.NewFlagSet("theirs", pflag.ContinueOnError)
	ours.addTo(o)
	theirs.AddFlags(t)
	return ours, theirs, o, t
}

func TestFlagsThatChooseAClusterAreThoseOfKubectl(t *testing.T) {
	g := NewWithT(t)
	_, _, ours, theirs := bothFlags()
	describe := func(flags *pflag.FlagSet) map[string][]string {
		described := map[string][]string{}
		flags.VisitAll(func(f *pflag.Flag) {
			described[f.Name] = []string{f.Shorthand, f.DefValue, f.Usage, f.Value.Type()}
		})
		return described
	}
	g.Expect(describe(ours)).To(Equal(describe(theirs)))
}

func TestFlagsChooseTheClusterThatKubectlChooses(t *testing.T) {
	kubeconfig := filepath.Join(t.TempDir(), "config")
	config := clientcmdapi.NewConfig()
	config.Clusters["a"] = &clientcmdapi.Cluster{Server: "https://a.example"}
	config.Clusters["b"] = &clientcmdapi.Cluster{Server: "https://b.example"}
	config.AuthInfos["me"] = &clientcmdapi.AuthInfo{Token: "t"}
	config.Contexts["one"] = &clientcmdapi.Context{Cluster: "a", AuthInfo: "me", Namespace: "payments"}
	config.Contexts["two"] = &clientcmdapi.Context{Cluster: "b", AuthInfo: "me"}
	config.CurrentContext = "one"
	if err := clientcmd.WriteToFile(*config, kubeconfig); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"nothing given":     nil,
		"context":           {"--context=two"},
		"cluster and user":  {"--cluster=b", "--user=me"},
		"namespace":         {"-n", "shop"},
		"server":            {"-s", "https://c.example", "--tls-server-name=d", "--insecure-skip-tls-verify"},
		"certificates":      {"--certificate-authority=/ca", "--client-certificate=/c", "--client-key=/k"},
		"token":             {"--token=other"},
		"impersonation":     {"--as=jane", "--as-uid=7", "--as-group=x", "--as-group=y", "--as-user-extra=k=v", "--as-user-extra=k=w"},
		"timeout and proxy": {"--request-timeout=3s", "--proxy-url=http://p.example", "--disable-compression"},
		"timeout malformed": {"--request-timeout=soon"},
		"unknown context":   {"--context=three"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			o, k, ours, theirs := bothFlags()
			args := append([]string{"--kubeconfig=" + kubeconfig}, args...)
			g.Expect(ours.Parse(args)).To(Succeed())
			g.Expect(theirs.Parse(args)).To(Succeed())
			got, gotErr := o.load().ClientConfig()
			want, wantErr := k.ToRawKubeConfigLoader().ClientConfig()
			g.Expect(gotErr == nil).To(Equal(wantErr == nil), "%v, kubectl: %v", gotErr, wantErr)
			if want != nil {
				want.Proxy, got.Proxy = nil, nil // functions, which cannot be compared
			}
			g.Expect(got).To(Equal(want))
			gotIn, _, _ := o.load().Namespace()
			wantIn, _, _ := k.ToRawKubeConfigLoader().Namespace()
			g.Expect(gotIn).To(Equal(wantIn))
		})
	}
}
