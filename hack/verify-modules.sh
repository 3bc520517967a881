#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# go.mod and go.sum of every module are tidy, and the modules beside the main one compile. The modules under hack/tools,
# hack/envtest and hack/envtest-oldest hold no code of ours; their sums are checked when they are built. test/alerts and
# test/chart-install take minutes to compile and are checked when .ci/extended runs them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
while read -r module; do
	dir=$(dirname "$module")
	(cd "$dir" && go mod tidy -diff) || { echo "Run \`go mod tidy\` in $dir."; failed=1; }
	[ "$dir" = . ] || (cd "$dir" && go vet ./...) || { echo "go vet found the above in $dir."; failed=1; }
done < <(git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod' ':!:hack/tools' ':!:hack/envtest' ':!:hack/envtest-oldest' \
	':!:test/alerts' ':!:test/chart-install')
exit "$failed"
