// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// catcher is a registry that keeps what is registered.
type catcher struct{ collectors []prometheus.Collector }

func (c *catcher) Register(collector prometheus.Collector) error {
	c.collectors = append(c.collectors, collector)
	return nil
}

func (c *catcher) MustRegister(list ...prometheus.Collector) {
	c.collectors = append(c.collectors, list...)
}

func (c *catcher) Unregister(prometheus.Collector) bool { return false }

// description is the text form of a prometheus.Desc, the only one that it has.
var description = regexp.MustCompile(`fqName: "([^"]*)", help: "([^"]*)".*variableLabels: \{([^}]*)\}`)

// metrics is the table of the project's own metrics, as the manager registers them.
func metrics(string, string) (string, error) {
	var registry catcher
	_, errAWS := awsiam.NewMetrics(&registry)
	_, errOwn := pass.NewMetrics(&registry)
	registry.MustRegister(pass.NewObjectMetrics(nil, ""), pass.NewUseMetrics(nil), pass.NewBuildInfo(""))
	if err := errors.Join(errAWS, errOwn); err != nil {
		return "", fmt.Errorf("registering metrics: %w", err)
	}
	var rows [][]string
	for _, collector := range registry.collectors {
		descriptions := make(chan *prometheus.Desc, 10) // more than any collector has
		collector.Describe(descriptions)
		close(descriptions)
		for desc := range descriptions {
			text := desc.String()
			parts := description.FindStringSubmatch(text)
			if parts == nil {
				return "", fmt.Errorf("reading the description %s", text)
			}
			rows = append(rows, []string{code(parts[1]), metricType(collector), cell(parts[3]), cell(parts[2])})
		}
	}
	return table([]string{"Metric", "Type", "Labels", "Meaning"}, rows), nil
}

func metricType(collector prometheus.Collector) string {
	switch collector.(type) {
	case *prometheus.HistogramVec, prometheus.Histogram:
		return "histogram"
	case *prometheus.GaugeVec, prometheus.Gauge, *pass.ObjectMetrics, *pass.UseMetrics:
		return "gauge"
	default:
		return "counter"
	}
}
