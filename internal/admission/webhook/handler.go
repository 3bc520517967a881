// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	judgement "github.com/ecsiam/ecs-iam-controller/internal/admission"
)

// Path is where the handler is served, as config/webhook has it.
const Path = "/validate-ecsiam-dev-v1alpha1"

// Handler judges ECSRoles, ECSPolicies and AWSAccounts that are created or changed.
type Handler struct {
	neighbourhood
	decoder admission.Decoder
}

var _ admission.Handler = &Handler{}

// New is a handler for the kinds of a scheme, which reads what an object depends on. The region is the value of
// {region} where an account sets none.
func New(reader client.Reader, scheme *runtime.Scheme, region string) *Handler {
	return &Handler{
		neighbourhood: neighbourhood{reader: reader, region: region}, decoder: admission.NewDecoder(scheme),
	}
}

// Handle implements admission.Handler. What it need not judge, it admits: the matchConditions of the configuration keep
// most of that away.
func (h *Handler) Handle(ctx context.Context, r admission.Request) admission.Response {
	if r.SubResource != "" || r.Operation != admissionv1.Create && r.Operation != admissionv1.Update {
		return admission.Allowed("")
	}
	switch r.Kind.Kind {
	case v1alpha1.KindECSRole:
		return answer(ctx, h, r, func(role, stored *v1alpha1.ECSRole) judgement.Verdict {
			return judgement.Role(role, stored, h.surroundings(ctx, role))
		})
	case v1alpha1.KindECSPolicy:
		return answer(ctx, h, r, func(object, stored *v1alpha1.ECSPolicy) judgement.Verdict {
			return judgement.Policy(object, stored, h.surroundings(ctx, object))
		})
	case v1alpha1.KindAWSAccount:
		return answer(ctx, h, r, judgement.Account)
	}
	return admission.Allowed("")
}

// pointer is the type of pointers to a kind.
type pointer[T any] interface {
	*T
	client.Object
}

// answer decodes the objects of a request, and judges what has a new spec.
func answer[T any, P pointer[T]](
	ctx context.Context, h *Handler, r admission.Request, judge func(object, stored P) judgement.Verdict,
) admission.Response {
	object, stored := P(new(T)), P(nil)
	if err := h.decoder.Decode(r, object); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if r.Operation == admissionv1.Update {
		stored = P(new(T))
		if err := h.decoder.DecodeRaw(r.OldObject, stored); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		if sameSpec(object, stored) {
			return admission.Allowed("")
		}
	}
	if !object.GetDeletionTimestamp().IsZero() {
		return admission.Allowed("")
	}
	if object.GetNamespace() == "" {
		object.SetNamespace(r.Namespace)
	}
	return respond(ctx, judge(object, stored))
}

// sameSpec tells whether two objects of one kind declare the same.
func sameSpec(object, stored client.Object) bool {
	spec := func(o client.Object) any { return reflect.ValueOf(o).Elem().FieldByName("Spec").Interface() }
	return reflect.DeepEqual(spec(object), spec(stored))
}

func respond(ctx context.Context, v judgement.Verdict) admission.Response {
	if len(v.Refusals) == 0 {
		return admission.Allowed("").WithWarnings(v.Warnings...)
	}
	log.FromContext(ctx).V(1).Info("refused", "problems", len(v.Refusals))
	response := admission.Denied("")
	response.Result = &metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid,
		Message: strings.Join(v.Refusals, "; "),
	}
	return response.WithWarnings(v.Warnings...)
}
