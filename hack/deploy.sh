#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# deploy.sh IMAGE prints the manifests of config/default with that image. An overlay in bin/ sets it, so that nothing
# under version control changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kustomize=$(hack/tools.sh kustomize)
mkdir -p bin
overlay=$(mktemp -d bin/deploy-XXXXXX)
trap 'rm -rf "$overlay"' EXIT
echo 'resources: [../../config/default]' >"$overlay/kustomization.yaml"
(cd "$overlay" && "$kustomize" edit set image "controller=$1")
"$kustomize" build "$overlay"
