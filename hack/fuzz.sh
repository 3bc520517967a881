#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# fuzz.sh DURATION [PACKAGE...] runs each fuzz target of the packages for that long; go test takes one at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

duration=$1
shift
[ $# -gt 0 ] || set -- ./...
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' "$@" | while read -r package dir; do
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$dir"/*_test.go | while read -r target; do
		echo "fuzzing $package $target for $duration"
		go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$duration" </dev/null
	done
done
