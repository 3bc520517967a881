#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# flux.sh [GO-TEST-FLAG...] lets Flux's kustomize-controller apply roles to a real API server, while the controller works on a
# simulated account; the control plane is that of KUBEBUILDER_ASSETS, or else of hack/envtest.sh. Compiling Flux's program
# takes minutes once: .ci/extended runs this, and not `make test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

KUBEBUILDER_ASSETS=$(hack/envtest.sh)
kustomize_controller=$(hack/tools.sh kustomize-controller)
generator=$(hack/tools.sh controller-gen)
FLUX_ASSETS=$(mktemp -d)
trap 'rm -rf "$FLUX_ASSETS"' EXIT
export KUBEBUILDER_ASSETS FLUX_ASSETS

ln -s "$kustomize_controller" "$FLUX_ASSETS/kustomize-controller"
go build -o "$FLUX_ASSETS/" ./cmd/manager ./cmd/kubectl-ecsiam
cd test/flux
# Flux's definitions come from its types: the modules of its API do not hold them.
"$generator" crd paths=github.com/fluxcd/kustomize-controller/api/v1 paths=github.com/fluxcd/source-controller/api/v1 \
	paths=github.com/fluxcd/helm-controller/api/v2 output:crd:dir="$FLUX_ASSETS/definitions"
go vet .
go test -count=1 -shuffle=on -v "$@" .
