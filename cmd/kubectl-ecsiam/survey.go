// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// survey is what a command reports about the objects of a cluster: itself the form for programs, and a table.
type survey interface {
	table(out io.Writer) error
}

// tell reads the objects of a cluster and writes what the command makes of them.
func tell[S survey](ctx context.Context, s streams, at *cluster, output string, of func([]client.Object) S) (S, error) {
	var report S
	if err := known(output); err != nil {
		return report, err
	}
	objects, err := at.objects(ctx, s)
	if err != nil {
		return report, err
	}
	report = of(objects)
	return report, finish(write(s.out, output, report, report.table))
}
