#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# laws.sh CASES [PACKAGE...] tries the laws, and nothing else, of those packages that have some, each with that many
# generated cases.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

LAW_CASES=$1
export LAW_CASES
shift
[ $# -gt 0 ] || set -- ./...

failed=0 found=
while read -r package dir; do
	laws=$(awk '/^func Test/ { name = $2; sub(/\(.*/, "", name) } /laws\.Check\(/ { print name }' "$dir"/*_test.go |
		sort -u | paste -sd '|' -)
	[ -n "$laws" ] || continue
	found=1
	echo "laws of $package, $LAW_CASES cases each"
	go test "$package" -run "^($laws)\$" -timeout 6h </dev/null || failed=1
done < <(go list -f '{{.ImportPath}} {{.Dir}}' "$@")
[ -n "$found" ] || { echo "no laws in $*" >&2; exit 1; }
exit "$failed"
