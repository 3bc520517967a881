#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Every kustomization under config/ builds with the pinned kustomize. What they build is judged by a real API server in
# the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kustomize=$(hack/tools.sh kustomize)
failed=0
while read -r file; do
	grep -q '^kind: Component$' "$file" || "$kustomize" build "$(dirname "$file")" >/dev/null || {
		echo "kustomize cannot build $(dirname "$file")."
		failed=1
	}
done < <(git ls-files --cached --others --exclude-standard -- 'config/*kustomization.yaml')
exit "$failed"
