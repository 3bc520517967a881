#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Every Go file of every module is gofmt's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stale=$(git ls-files --cached --others --exclude-standard -- '*.go' | while read -r file; do
	[ ! -f "$file" ] || gofmt -l "$file"
done)
[ -z "$stale" ] || { printf 'gofmt would change these, run make fmt:\n%s\n' "$stale"; exit 1; }
