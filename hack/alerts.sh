#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Each alert of config/prometheus fires when it should, is silent when it should not, and leads to a section of the runbook;
# alerts and dashboard ask for metrics that there are. Prometheus is a library of the tests, in a module of its own, which takes minutes to
# compile once: .ci/extended runs this, and not `make verify`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../test/alerts"

go test -shuffle=on ./...
