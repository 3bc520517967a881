#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# test.sh [-unit] [GO-TEST-FLAG...] [-- PACKAGE...] runs the tests in random order. -unit leaves out those that start a
# control plane. Ginkgo shuffles only when told by a flag that other packages do not know, hence two runs of go test;
# both run even if the first fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

unit=
flags=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	if [ "$1" = -unit ]; then unit=1; else flags+=("$1"); fi
	shift
done
[ "${1:-}" != -- ] || shift
[ $# -gt 0 ] || set -- ./...

# Every test binary on a line, with all that it links.
binaries=$(go list -test -f '{{if eq .Name "main"}}{{.ImportPath}} {{join .Deps " "}}{{end}}' "$@" |
	awk '$1 ~ /\.test$/ { sub(/\.test$/, "", $1); print }')
if [ -n "$unit" ]; then
	binaries=$(awk '!/ sigs\.k8s\.io\/controller-runtime\/pkg\/envtest( |$)/' <<<"$binaries")
elif grep -q ' sigs\.k8s\.io/controller-runtime/pkg/envtest' <<<"$binaries"; then
	KUBEBUILDER_ASSETS=$(hack/envtest.sh)
	export KUBEBUILDER_ASSETS
fi
[ -n "$binaries" ] || { echo "no tests in $*" >&2; exit 1; }

# run PACKAGES FLAG... tests the packages, one a line, with the flags after their names.
run() {
	local packages=$1 list=()
	shift
	[ -n "$packages" ] || return 0
	while read -r package; do list+=("$package"); done <<<"$packages"
	go test -shuffle=on -timeout 20m "${flags[@]+"${flags[@]}"}" "${list[@]}" "$@"
}
ginkgo=$(awk '/ github\.com\/onsi\/ginkgo\/v2( |$)/ { print $1 }' <<<"$binaries")
plain=$(awk '!/ github\.com\/onsi\/ginkgo\/v2( |$)/ { print $1 }' <<<"$binaries")
failed=0
run "$plain" || failed=1
run "$ginkgo" -ginkgo.randomize-all || failed=1
exit "$failed"
