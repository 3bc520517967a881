// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// post sends a form as a client of the Query protocol does.
func post(t *testing.T, form url.Values, authorization string) (int, string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	recorder := httptest.NewRecorder()
	iamsim.New(iamsim.Options{}).ServeHTTP(recorder, request)
	body, err := io.ReadAll(recorder.Body)
	if err != nil {
		t.Fatalf("reading the answer: %v", err)
	}
	return recorder.Code, string(body)
}

const signed = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x"

func TestTheWireFormatIsTheQueryProtocol(t *testing.T) {
	for name, test := range map[string]struct {
		form          url.Values
		authorization string
		status        int
		body          []string
	}{
		"an answer carries namespace, result and request id": {
			url.Values{"Action": {"ListRoles"}, "Version": {"2010-05-08"}},
			signed, 200,
			[]string{
				`<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult><Roles></Roles>`,
				"<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000001</RequestId>",
			},
		},
		"an error carries type, code and message": {
			url.Values{"Action": {"GetRole"}, "RoleName": {"r<>"}},
			signed, 400,
			[]string{"<ErrorResponse", "<Type>Sender</Type><Code>ValidationError</Code><Message>"},
		},
		"an unknown action is refused": {
			url.Values{"Action": {"MakeTea"}, "Version": {"2010-05-08"}},
			signed, 400,
			[]string{"<Code>InvalidAction</Code>", "Could not find operation MakeTea for version 2010-05-08"},
		},
		"an unsigned call is refused": {
			url.Values{"Action": {"ListRoles"}}, "", 403, []string{"<Code>MissingAuthenticationToken</Code>"},
		},
		"all missing parameters are named at once": {
			url.Values{"Action": {"CreateRole"}},
			signed, 400,
			[]string{
				"2 validation errors detected: Value at &#39;roleName&#39; failed to satisfy constraint: Member must not be null;",
				"&#39;assumeRolePolicyDocument&#39;",
			},
		},
		"a role name with a space is told what names may hold": {
			url.Values{"Action": {"GetRole"}, "RoleName": {"a b"}},
			signed, 400,
			[]string{"The specified value for roleName is invalid. It must contain only alphanumeric characters"},
		},
		"an absent role is told as IAM does": {
			url.Values{"Action": {"GetRole"}, "RoleName": {"r"}},
			signed, 404,
			[]string{"<Code>NoSuchEntity</Code><Message>The role with name r cannot be found.</Message>"},
		},
		"STS answers in its own namespace": {
			url.Values{"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}},
			signed, 200,
			[]string{`xmlns="https://sts.amazonaws.com/doc/2011-06-15/"`, "<Account>111122223333</Account>"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, test.form, test.authorization)
			if status != test.status {
				t.Errorf("got status %d, want %d: %s", status, test.status, body)
			}
			for _, want := range test.body {
				if !strings.Contains(body, want) {
					t.Errorf("got the body %s\nwant it to hold %s", body, want)
				}
			}
		})
	}
}
