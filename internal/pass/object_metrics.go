// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// scrapeTimeout is how long the objects may take to be listed. They are in the cache, which may not be filled yet.
const scrapeTimeout = 2 * time.Second

// ObjectMetrics shows the state of each object as its status has it. It keeps nothing: an object that is gone is not in
// the next answer.
type ObjectMetrics struct {
	reader         client.Reader
	controllerName v1alpha1.ControllerName

	ready, since, withheld, condition *prometheus.Desc
}

// noted are the conditions that an object has only while something needs a look although it may be Ready. No other type
// becomes a series: statuses are no bound.
var noted = map[string]bool{
	v1alpha1.ConditionDrifted: true, v1alpha1.ConditionGuardrailExceeded: true,
	v1alpha1.ConditionSnapshotStale: true, v1alpha1.ConditionEventsUnavailable: true,
}

// NewObjectMetrics returns the metrics of the objects that the reader, a cache, lists, but for those of accounts that
// name another installation: each object is in the metrics of one.
func NewObjectMetrics(reader client.Reader, controllerName v1alpha1.ControllerName) *ObjectMetrics {
	// Prometheus has the labels namespace and name for what it reads the metrics from.
	labels := []string{"kind", "object_namespace", "object_name"}
	reasoned := append(append([]string{}, labels...), "reason")
	return &ObjectMetrics{
		reader: reader, controllerName: controllerName,
		ready: prometheus.NewDesc("ecsiam_object_ready",
			"Whether the object is Ready, 1 or 0, with the reason of the condition.", reasoned, nil),
		since: prometheus.NewDesc("ecsiam_object_ready_changed_timestamp_seconds",
			"When the status of the condition Ready last changed, in seconds of Unix time.", labels, nil),
		withheld: prometheus.NewDesc("ecsiam_object_withheld_operations",
			"Operations that the plan in status holds back, by reason.", reasoned, nil),
		condition: prometheus.NewDesc("ecsiam_object_condition",
			"Always 1: the object has a condition that asks for a look although it may be Ready, such as Drifted.",
			append(append([]string{}, labels...), "type", "reason"), nil),
	}
}

// Describe implements prometheus.Collector.
func (m *ObjectMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.ready
	out <- m.since
	out <- m.withheld
	out <- m.condition
}

// Collect implements prometheus.Collector.
func (m *ObjectMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) //nolint:forbidigo // a collector is given none
	defer cancel()
	others, err := m.otherAccounts(ctx)
	if err != nil {
		logf.Log.WithName("metrics").V(1).Info("accounts cannot be listed", "error", err.Error())
		return
	}
	for kind, list := range map[string]client.ObjectList{
		v1alpha1.KindECSRole: &v1alpha1.ECSRoleList{}, v1alpha1.KindECSPolicy: &v1alpha1.ECSPolicyList{},
		v1alpha1.KindECSServiceLinkedRole: &v1alpha1.ECSServiceLinkedRoleList{},
		v1alpha1.KindAWSAccount:           &v1alpha1.AWSAccountList{},
	} {
		err := m.reader.List(ctx, list)
		if err == nil {
			err = meta.EachListItem(list, func(object runtime.Object) error {
				if !others[accountOf(object)] {
					m.collect(out, kind, object)
				}
				return nil
			})
		}
		if err != nil {
			logf.Log.WithName("metrics").V(1).Info("objects cannot be listed", "kind", kind, "error", err.Error())
		}
	}
}

// otherAccounts are the AWSAccounts that name another installation.
func (m *ObjectMetrics) otherAccounts(ctx context.Context) (map[string]bool, error) {
	var accounts v1alpha1.AWSAccountList
	if err := m.reader.List(ctx, &accounts); err != nil {
		return nil, err //nolint:wrapcheck // logged by the caller
	}
	others := map[string]bool{}
	for i := range accounts.Items {
		if !serves(m.controllerName, &accounts.Items[i]) {
			others[accounts.Items[i].Name] = true
		}
	}
	return others, nil
}

// accountOf is the name of the AWSAccount of an object, or of the account itself.
func accountOf(object runtime.Object) string {
	switch object := object.(type) {
	case *v1alpha1.AWSAccount:
		return object.Name
	case Object:
		return object.SharedSpec().AccountName
	}
	return ""
}

// collect sends what there is to say of one object. One that no pass has looked at yet has no condition and is not
// Ready.
func (m *ObjectMetrics) collect(out chan<- prometheus.Metric, kind string, object runtime.Object) {
	var conditions []metav1.Condition
	var operations []v1alpha1.PlannedOperation
	var about client.Object
	switch object := object.(type) {
	case *v1alpha1.AWSAccount:
		about, conditions = object, object.Status.Conditions
	case Object:
		about, conditions, operations = object, object.Shared().Conditions, object.Shared().Plan.Operations
	default:
		return
	}
	labels := []string{kind, about.GetNamespace(), about.GetName()}
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if ready == nil {
		ready = &metav1.Condition{Reason: string(v1alpha1.ReasonPending), LastTransitionTime: about.GetCreationTimestamp()}
	}
	value := 0.0
	if ready.Status == metav1.ConditionTrue {
		value = 1
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	gauge(m.ready, value, append(labels, ready.Reason)...)
	gauge(m.since, float64(ready.LastTransitionTime.Unix()), labels...)
	held := map[string]float64{}
	for _, operation := range operations {
		if operation.State == v1alpha1.OperationWithheld {
			held[string(operation.Reason)]++
		}
	}
	for reason, count := range held {
		gauge(m.withheld, count, append(labels, reason)...)
	}
	for i := range conditions {
		if c := &conditions[i]; noted[c.Type] && c.Status == metav1.ConditionTrue {
			gauge(m.condition, 1, append(labels, c.Type, c.Reason)...)
		}
	}
}
