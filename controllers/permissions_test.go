// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
)

// used are the permissions that the controllers of all worlds needed for the calls that they made.
var used = &permissions{names: map[string]bool{}}

type permissions struct {
	mu    sync.Mutex
	names map[string]bool
}

func (p *permissions) add(call url.Values) {
	p.mu.Lock()
	defer p.mu.Unlock()
	action := call.Get("Action")
	if action == "GetCallerIdentity" {
		return // needs no permission and cannot be denied
	}
	p.names["iam:"+action] = true
	tagged := slices.ContainsFunc(slices.Collect(maps.Keys(call)), func(name string) bool {
		return strings.HasPrefix(name, "Tags.")
	})
	switch {
	case action == "AddRoleToInstanceProfile":
		p.names["iam:PassRole"] = true
	case tagged && (action == "CreateRole" || action == "CreateInstanceProfile" || action == "CreatePolicy"):
		p.names["iam:Tag"+strings.TrimPrefix(action, "Create")] = true
	}
}

func (p *permissions) sorted() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.names))
}

// recording is an HTTP client that notes the permissions that calls need.
type recording struct{ next aws.HTTPClient }

func (r recording) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		if call, err := url.ParseQuery(string(body)); err == nil {
			used.add(call)
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r.next.Do(request)
}

// controllerConfig is the configuration of a controller's calls, which are noted.
func (w *world) controllerConfig() aws.Config {
	config := w.awsConfig()
	config.HTTPClient = recording{awshttp.NewBuildableClient()}
	return config
}

var _ = ReportAfterSuite("the controllers need what the policies in config/iam allow, and no more", func(report Report) {
	allowed, err := controllerpolicy.Actions()
	Expect(err).NotTo(HaveOccurred())
	optional, err := controllerpolicy.UserGroupActions()
	Expect(err).NotTo(HaveOccurred())
	allowed = append(allowed, optional...)
	slices.Sort(allowed)
	allowed = slices.Compact(allowed)
	Expect(allowed).To(ContainElements(used.sorted()), "calls that the policies do not allow")
	whole := report.PreRunStats.SpecsThatWillRun == report.PreRunStats.TotalSpecs
	if whole && report.SuiteSucceeded {
		Expect(cmp.Diff(allowed, used.sorted())).To(BeEmpty(), "permissions that no spec needed")
	}
})
