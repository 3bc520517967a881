#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Runs against the oldest Kubernetes that is supported, which hack/envtest-oldest pins, what depends on its API server: the
# manifests that it takes and refuses, every spec of the controllers, the installation by Helm, and the manager until a role
# is Ready.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

KUBEBUILDER_ASSETS=$(hack/envtest.sh oldest)
export KUBEBUILDER_ASSETS
failed=0
go test -count=1 ./test/apivalidation || failed=1
go tool ginkgo run -p --keep-going --timeout=30m ./controllers -- -test.run='^TestControllers$' || failed=1
hack/chart-install.sh -run 'Upgrade|FirstReadyRole' || failed=1
exit "$failed"
