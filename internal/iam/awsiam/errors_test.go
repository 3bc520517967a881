// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
)

// answer is an error reply of the Query protocol.
func answer(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>"+
			"<RequestId>1</RequestId></ErrorResponse>", code, message)
	}
}

// fails makes two calls, of which the SDK knows different errors by type, and one to STS.
func fails(t *testing.T, handler http.HandlerFunc) map[string]error {
	t.Helper()
	a := newDirect(handler, awsiam.Options{RateLimit: fast})
	_, getting := a.Observe(t.Context(), iam.Query{RoleName: "r"})
	_, _, creating := a.CreateRole(t.Context(), iam.Role{Name: "r", Trust: trust})
	_, asking := a.Identity(t.Context())
	return map[string]error{"iam:GetRole": getting, "iam:CreateRole": creating, "sts:GetCallerIdentity": asking}
}

func TestEveryErrorCodeHasItsClass(t *testing.T) {
	for _, tc := range []struct {
		code   string
		status int
		want   iam.Class
	}{
		{"EntityAlreadyExists", 409, iam.ClassConflict},
		{"MalformedPolicyDocument", 400, iam.ClassRejected},
		{"InvalidInput", 400, iam.ClassRejected},
		{"ValidationError", 400, iam.ClassRejected},
		{"InvalidParameterValue", 400, iam.ClassRejected},
		{"PolicyNotAttachable", 400, iam.ClassRejected},
		{"PolicyEvaluation", 500, iam.ClassRejected},
		{"PackedPolicyTooLarge", 400, iam.ClassRejected},
		{"AccessDenied", 403, iam.ClassDenied},
		{"AccessDeniedException", 403, iam.ClassDenied},
		{"AuthFailure", 401, iam.ClassCredentials},
		{"ExpiredToken", 403, iam.ClassCredentials},
		{"ExpiredTokenException", 400, iam.ClassCredentials},
		{"RequestExpired", 400, iam.ClassCredentials},
		{"RequestTimeTooSkewed", 403, iam.ClassCredentials},
		{"InvalidClientTokenId", 403, iam.ClassCredentials},
		{"InvalidAccessKeyId", 403, iam.ClassCredentials},
		{"UnrecognizedClientException", 400, iam.ClassCredentials},
		{"InvalidIdentityToken", 400, iam.ClassCredentials},
		{"IDPRejectedClaim", 403, iam.ClassCredentials},
		{"SignatureDoesNotMatch", 403, iam.ClassCredentials},
		{"IncompleteSignature", 400, iam.ClassCredentials},
		{"MissingAuthenticationToken", 403, iam.ClassCredentials},
		{"OptInRequired", 403, iam.ClassDenied},
		{"RegionDisabledException", 403, iam.ClassDenied},
		{"LimitExceeded", 409, iam.ClassLimit},
		{"DeleteConflict", 409, iam.ClassInUse},
		{"UnmodifiableEntity", 400, iam.ClassUnmodifiable},
		{"ConcurrentModification", 409, iam.ClassStale},
		{"EntityTemporarilyUnmodifiable", 409, iam.ClassStale},
		{"Throttling", 400, iam.ClassThrottled},
		{"ThrottlingException", 400, iam.ClassThrottled},
		{"RequestLimitExceeded", 503, iam.ClassThrottled},
		{"ServiceFailure", 500, iam.ClassUnavailable},
		{"InternalFailure", 500, iam.ClassUnavailable},
		{"ServiceUnavailable", 503, iam.ClassUnavailable},
		{"NeverHeardOf", 400, iam.ClassUnknown},
		{"NeverHeardOf", 429, iam.ClassThrottled},
		{"NeverHeardOf", 502, iam.ClassUnavailable},
	} {
		t.Run(fmt.Sprintf("%s with status %d", tc.code, tc.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for action, err := range fails(t, answer(tc.status, tc.code, "account 111122223333")) {
					e := errorOf(t, err)
					e.RetryAfter = 0
					want := &iam.Error{Action: action, Code: tc.code, Message: "account 111122223333", Class: tc.want}
					if diff := cmp.Diff(want, e); diff != "" {
						t.Errorf("error (-want +got):\n%s", diff)
					}
				}
			})
		})
	}
}

func TestNoSuchEntityIsNotFoundForAWrite(t *testing.T) {
	sim := newSim(t)
	e := errorOf(t, newAccount(t, sim).AttachRolePolicy(t.Context(), "absent", execution))
	if e.Class != iam.ClassNotFound || e.Action != "iam:AttachRolePolicy" {
		t.Errorf("error is %+v, want iam:AttachRolePolicy not found", e)
	}
}

func TestAPrincipalThatIAMCannotFindIsNotARejectedDocument(t *testing.T) {
	for message, want := range map[string]iam.Class{
		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/new"`: iam.ClassPrincipalNotFound,
		"Syntax errors in policy.":            iam.ClassRejected,
		"no Invalid principal in policy here": iam.ClassRejected,
	} {
		t.Run(message, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := fails(t, answer(400, "MalformedPolicyDocument", message))["iam:CreateRole"]
				if got := iam.Classify(err); got != want {
					t.Errorf("class is %d, want %d", got, want)
				}
			})
		})
	}
}

func TestAPrincipalUnknownToIAMIsToldApartInTheSimulatorToo(t *testing.T) {
	a := newAccount(t, newSim(t))
	_, _, err := a.CreateRole(t.Context(), iam.Role{Name: "r", Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":{"AWS":"arn:aws:iam::111122223333:role/absent"},"Action":"sts:AssumeRole"}]}`})
	if got := iam.Classify(err); got != iam.ClassPrincipalNotFound {
		t.Errorf("class of %v is %d, want principal not found", err, got)
	}
}

// client is an HTTP client that is a function.
type client func(*http.Request) (*http.Response, error)

func (c client) Do(r *http.Request) (*http.Response, error) { return c(r) }

func TestWithoutAnAnswerAWSIsUnavailable(t *testing.T) {
	for name, do := range map[string]client{
		"connection refused": func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		},
		"connection cut": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"silence": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"a proxy's page": func(r *http.Request) (*http.Response, error) {
			return direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadGateway)
				fmt.Fprint(w, "<html><body>Bad Gateway</body></html>")
			})}.Do(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := config("http://aws.invalid")
				cfg.HTTPClient = do
				begin := time.Now()
				_, err := awsiam.New(cfg, awsiam.Options{}).Observe(t.Context(), iam.Query{RoleName: "r"})
				if e := errorOf(t, err); e.Class != iam.ClassUnavailable || e.Action != "iam:GetRole" {
					t.Errorf("error is %+v, want iam:GetRole unavailable", e)
				}
				if took := time.Since(begin); took > time.Minute {
					t.Errorf("a worker was kept for %s", took)
				}
			})
		})
	}
}

func TestACallThatTheCallerEndsSaysSo(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"canceled before": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, context.Canceled},
		"canceled during": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, context.Canceled},
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := tc.end(t.Context())
				defer cancel()
				cfg := config("http://aws.invalid")
				cfg.HTTPClient = client(func(r *http.Request) (*http.Response, error) {
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
				_, err := awsiam.New(cfg, awsiam.Options{}).Observe(ctx, iam.Query{RoleName: "r"})
				var e *iam.Error
				if !errors.Is(err, tc.want) || errors.As(err, &e) {
					t.Errorf("error is %v, want %v and no error of AWS", err, tc.want)
				}
			})
		})
	}
}

func TestWithoutCredentialsNothingIsDenied(t *testing.T) {
	for name, provider := range map[string]aws.CredentialsProvider{
		"empty": credentials.NewStaticCredentialsProvider("", "", ""),
		"unreadable token file": aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("reading the web identity token: no such file")
		}),
		"no metadata service to ask": aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, &smithy.OperationError{
				ServiceID: "ec2imds", OperationName: "GetMetadata", Err: &smithyhttp.RequestSendError{Err: io.EOF},
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config("http://aws.invalid")
			cfg.Credentials = provider
			cfg.HTTPClient = client(func(*http.Request) (*http.Response, error) {
				t.Error("a call was sent without credentials")
				return nil, io.EOF
			})
			_, err := awsiam.New(cfg, awsiam.Options{}).Observe(t.Context(), iam.Query{RoleName: "r"})
			if e := errorOf(t, err); e.Class != iam.ClassCredentials || e.Code != "NoCredentials" {
				t.Errorf("error is %+v, want NoCredentials", e)
			}
		})
	}
}

func TestWhatTheSourceOfCredentialsAnswersIsNoDenial(t *testing.T) {
	for name, tc := range map[string]struct {
		status     int
		kind, body string
		wantCode   string
		wantClass  iam.Class
	}{
		"Pod Identity without an association": {
			400, "application/json", `{"code":"AccessDeniedException","message":"no association"}`,
			"AccessDeniedException", iam.ClassCredentials,
		},
		"a plain text": {403, "text/plain", "service account token has expired", "NoCredentials", iam.ClassCredentials},
		"out of order": {503, "application/json", `{"code":"InternalServerException"}`, "InternalServerException", iam.ClassUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := config("http://aws.invalid")
				cfg.Credentials = endpointcreds.New("http://169.254.170.23/v1/credentials", func(o *endpointcreds.Options) {
					o.HTTPClient = direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Type", tc.kind)
						w.WriteHeader(tc.status)
						fmt.Fprint(w, tc.body)
					})}
				})
				_, err := awsiam.New(cfg, awsiam.Options{}).Observe(t.Context(), iam.Query{RoleName: "r"})
				if e := errorOf(t, err); e.Class != tc.wantClass || e.Code != tc.wantCode {
					t.Errorf("error is %+v, want %s of class %d", e, tc.wantCode, tc.wantClass)
				}
			})
		})
	}
}

func TestARoleThatCannotBeAssumedIsNamedAsTheActionThatFailed(t *testing.T) {
	sim := newSim(t)
	cfg := config(sim.URL())
	cfg.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), "arn:aws:iam::444455556666:role/absent")
	_, err := awsiam.New(cfg, awsiam.Options{}).Observe(t.Context(), iam.Query{RoleName: "r"})
	if e := errorOf(t, err); e.Action != "sts:AssumeRole" || e.Class != iam.ClassDenied || e.Code != "AccessDenied" {
		t.Errorf("error is %+v, want sts:AssumeRole: AccessDenied", e)
	}
}
