#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What writes a release does so reproducibly. .ci/extended makes whole ones, and compares them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/release"

go test -shuffle=on ./...
