// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/smithy-go"
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what is asked of AWS, attempt by attempt.
type Metrics struct {
	calls          *prometheus.CounterVec
	duration       *prometheus.HistogramVec
	throttledCalls *prometheus.CounterVec
	heldBackCalls  *prometheus.CounterVec
	rate           *prometheus.GaugeVec
	iamCalls       *prometheus.CounterVec
	limiterWait    *prometheus.HistogramVec
}

// NewMetrics registers the metrics. The error names the metric that the registerer has already.
func NewMetrics(registerer prometheus.Registerer) (*Metrics, error) {
	m := newMetrics()
	for _, collector := range []prometheus.Collector{
		m.calls, m.duration, m.throttledCalls, m.heldBackCalls, m.rate, m.iamCalls, m.limiterWait,
	} {
		if err := registerer.Register(collector); err != nil {
			return nil, fmt.Errorf("registering metrics of AWS calls: %w", err)
		}
	}
	return m, nil
}

func newMetrics() *Metrics {
	return &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ecsiam_aws_api_calls_total",
			Help: "Calls sent to AWS, repetitions included, by error code; OK for success, NoAnswer when none came.",
		}, []string{"service", "operation", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "ecsiam_aws_api_call_duration_seconds",
			Help:    "Time from sending a call to AWS until its answer, without the wait for the rate limit.",
			Buckets: []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
		}, []string{"service", "operation"}),
		throttledCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ecsiam_aws_api_throttled_calls_total",
			Help: "Calls that AWS throttled.",
		}, []string{"account"}),
		heldBackCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ecsiam_aws_api_held_back_calls_total",
			Help: "Calls that were not sent because the rate limit would have kept a worker waiting.",
		}, []string{"account"}),
		rate: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ecsiam_aws_api_rate_limit",
			Help: "Calls to IAM a second that the controller allows itself at present.",
		}, []string{"account"}),
		iamCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ecsiam_iam_calls_total",
			Help: "Calls sent to IAM by AWSAccount, repetitions included; the pages of a snapshot are calls of two operations.",
		}, []string{"account", "operation", "code"}),
		limiterWait: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "ecsiam_iam_limiter_wait_seconds",
			Help:    "Time that a call to IAM waited for the rate limit before it was sent.",
			Buckets: []float64{0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5},
		}, []string{"account"}),
	}
}

func (m *Metrics) record(account string, call call, err error, took time.Duration) {
	if call.service == serviceIAM {
		m.iamCalls.WithLabelValues(account, call.operation, codeLabel(err)).Inc()
	}
	m.calls.WithLabelValues(call.service, call.operation, codeLabel(err)).Inc()
	m.duration.WithLabelValues(call.service, call.operation).Observe(took.Seconds())
}

// serviceIAM is IAM as calls name it.
const serviceIAM = "iam"

func (m *Metrics) waited(account string, wait time.Duration) {
	m.limiterWait.WithLabelValues(account).Observe(wait.Seconds())
}

func (m *Metrics) throttled(account string) { m.throttledCalls.WithLabelValues(account).Inc() }

func (m *Metrics) heldBack(account string) { m.heldBackCalls.WithLabelValues(account).Inc() }

func (m *Metrics) setRate(account string, rate float64) { m.rate.WithLabelValues(account).Set(rate) }

func codeLabel(err error) string {
	var answer smithy.APIError
	switch {
	case err == nil:
		return "OK"
	case errors.As(err, &answer):
		return answer.ErrorCode()
	case errors.Is(err, context.Canceled):
		return "Canceled"
	}
	return "NoAnswer"
}
