#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# test.sh [-unit] [GO-TEST-FLAG...] [-- PACKAGE...] runs the tests in random order. -unit leaves out those that start a
# control plane. Suites of Ginkgo are run by its own command, which spreads their specs over the processors, each with a
# control plane of its own; everything else by go test. Both run even if the first fails.
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

plain=() suites=()
while read -r package dependencies; do
	case " $dependencies " in
	*' github.com/onsi/ginkgo/v2 '*) suites+=("$(go list -f '{{.Dir}}' "$package")") ;;
	*) plain+=("$package") ;;
	esac
done <<<"$binaries"

plainly=()
for flag in "${flags[@]+"${flags[@]}"}"; do
	[ "$flag" = -race ] || plainly+=("$flag")
done
failed=0
if [ ${#plain[@]} -gt 0 ]; then
	go test -shuffle=on -timeout 20m "${flags[@]+"${flags[@]}"}" "${plain[@]}" || failed=1
fi
if [ ${#suites[@]} -gt 0 ]; then
	# What they have beside their specs counts calls over hours of a fake clock, which takes the race detector minutes.
	go test -shuffle=on -timeout 20m -skip '^TestControllers$' "${plainly[@]+"${plainly[@]}"}" "${suites[@]}" || failed=1
	# Ginkgo keeps no results, so that -count=1 is what it does anyway.
	for i in "${!flags[@]}"; do [ "${flags[i]}" != -count=1 ] || unset 'flags[i]'; done
	go tool ginkgo run -p --randomize-all --keep-going --timeout=20m "${flags[@]+"${flags[@]}"}" "${suites[@]}" -- \
		-test.run='^TestControllers$' || failed=1
fi
exit "$failed"
