// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package spelling_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

func TestTheNearestNameIsTheOneThatWasMeant(t *testing.T) {
	names := []string{"DescribeClusters", "DescribeServices", "RunTask", "StopTask"}
	for name, want := range map[string]string{
		"DescribeCluster": "DescribeClusters", "describeservices": "DescribeServices", "RunTasks": "RunTask",
		"StpTask": "StopTask", "CreateBucket": "", "": "", "Run": "",
	} {
		if got := spelling.Nearest(name, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}
