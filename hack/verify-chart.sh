#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The Helm chart installs what config/ installs, refuses bad values and replaces no definition by an older one. Helm is a
# library of the tests, in a module of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../test/chart"

go test -shuffle=on ./...
