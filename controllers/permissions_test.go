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
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
)

// used are the permissions that the controllers of this process's worlds needed since they were last taken.
var used = &permissions{names: map[string]bool{}}

type permissions struct {
	mu    sync.Mutex
	names map[string]bool
}

func (p *permissions) add(call url.Values) {
	p.mu.Lock()
	defer p.mu.Unlock()
	action := call.Get("Action")
	if action == "GetCallerIdentity" || action == "AssumeRole" {
		return // the one needs no permission, the other that of another account than the one that is reached
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

// take returns the permissions and forgets them.
func (p *permissions) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := slices.Sorted(maps.Keys(p.names))
	clear(p.names)
	return names
}

// permissionsEntry is the report entry in which each spec hands on the permissions that it used: specs run in several
// processes, and only the report sees all of them.
const permissionsEntry = "permissions used"

var _ = AfterEach(func() {
	AddReportEntry(permissionsEntry, strings.Join(used.take(), " "), ReportEntryVisibilityNever)
})

// usedBy are the permissions that all specs of a report used, sorted.
func usedBy(report Report) []string {
	names := map[string]bool{}
	for i := range report.SpecReports {
		for _, entry := range report.SpecReports[i].ReportEntries {
			if entry.Name == permissionsEntry {
				for name := range strings.FieldsSeq(entry.StringRepresentation()) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
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
	config.Credentials = credentials.NewStaticCredentialsProvider(w.accessKey, "secret", "")
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
	needed := usedBy(report)
	Expect(needed).NotTo(BeEmpty())
	Expect(allowed).To(ContainElements(needed), "calls that the policies do not allow")
	whole := report.PreRunStats.SpecsThatWillRun == report.PreRunStats.TotalSpecs
	if whole && report.SuiteSucceeded {
		Expect(cmp.Diff(allowed, needed)).To(BeEmpty(), "permissions that no spec needed")
	}
})
