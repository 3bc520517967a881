#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# chart-install.sh [GO-TEST-FLAG...] installs the chart on a real API server with Helm, upgrades it, goes back and uninstalls it;
# the control plane is that of KUBEBUILDER_ASSETS, or else of hack/envtest.sh. Helm's installing part is a library of the
# tests, in a module of its own, which takes minutes to compile once: .ci/extended runs this, and not `make verify`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

KUBEBUILDER_ASSETS=$(hack/envtest.sh)
export KUBEBUILDER_ASSETS
cd test/chart-install
go mod tidy -diff
go vet .
go test -count=1 -shuffle=on -v "$@" .
