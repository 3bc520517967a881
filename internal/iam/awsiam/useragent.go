// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"strings"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// userAgent is middleware that appends the controller and the object of iam.WithObject to the User-Agent header, as
// in "ecs-iam-controller/v0.1.0 ECSRole/payments/checkout". CloudTrail records the header with each call.
type userAgent struct{ product string }

// ID implements middleware.BuildMiddleware.
func (*userAgent) ID() string { return "ECSIAMUserAgent" }

func (u *userAgent) add(stack *middleware.Stack) error {
	return stack.Build.Insert(u, "UserAgent", middleware.After)
}

// HandleBuild implements middleware.BuildMiddleware.
func (u *userAgent) HandleBuild(
	ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
) (middleware.BuildOutput, middleware.Metadata, error) {
	if request, ok := in.Request.(*smithyhttp.Request); ok {
		products := []string{request.Header.Get("User-Agent"), u.product}
		if object, ok := iam.ObjectFrom(ctx); ok {
			products = append(products, objectProduct(object))
		}
		request.Header.Set("User-Agent", strings.TrimSpace(strings.Join(products, " ")))
	}
	return next.HandleBuild(ctx, in)
}

func objectProduct(o iam.Object) string {
	parts := []string{token(o.Kind)}
	if o.Namespace != "" {
		parts = append(parts, token(o.Namespace))
	}
	return strings.Join(append(parts, token(o.Name)), "/")
}

// token replaces what RFC 9110, section 5.6.2, does not allow in a token.
func token(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z',
			strings.ContainsRune("!#$%&'*+-.^_`|~", r):
			return r
		}
		return '-'
	}, s)
}
