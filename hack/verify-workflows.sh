#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# actionlint accepts the workflows, and every action is pinned by the hash of a commit, with its version beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

linter=$(hack/tools.sh actionlint)
"$linter" -no-color -pyflakes= .github/workflows/*.yaml
loose=$(grep -nE '^[ -]*uses:' .github/workflows/*.yaml | grep -vE 'uses: (\./[^ ]+|[^ @]+@[0-9a-f]{40} # v[0-9.]+)$' || true)
[ -z "$loose" ] || { printf 'Pin these actions as NAME@COMMIT # VERSION:\n%s\n' "$loose"; exit 1; }
