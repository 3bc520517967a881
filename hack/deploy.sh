#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# deploy.sh IMAGE CLUSTER-ID prints the manifests of config/default with that image and cluster id. An overlay in bin/ sets
# them, so that nothing under version control changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ -n "${2:-}" ] || {
	echo "deploy: set CLUSTER_ID, the name that marks what this cluster owns in AWS: make deploy CLUSTER_ID=production" >&2
	exit 2
}
kustomize=$(hack/tools.sh kustomize)
mkdir -p bin
overlay=$(mktemp -d bin/deploy-XXXXXX)
trap 'rm -rf "$overlay"' EXIT
cat >"$overlay/kustomization.yaml" <<YAML
resources: [../../config/default]
configMapGenerator:
- name: ecs-iam-controller-settings
  namespace: ecs-iam-system
  behavior: merge
  literals: ["cluster-id=$2"]
YAML
(cd "$overlay" && "$kustomize" edit set image "ghcr.io/ecsiam/ecs-iam-controller=$1")
"$kustomize" build "$overlay"
