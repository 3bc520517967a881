#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# go vet, golangci-lint, and kube-api-linter on the API.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

make --no-print-directory vet lint || { echo "Fix the findings; \`make fmt\` fixes those of gci and gofumpt."; exit 1; }
