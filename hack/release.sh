#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# release.sh VERSION [FOLDER] writes the files of a release into FOLDER, dist without one. The command has its own module,
# hack/release, because the controller needs none of its dependencies.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

folder=${2:-$root/dist}
[[ $folder == /* ]] || folder=$PWD/$folder
binary=$(mktemp -d)
trap 'rm -rf "$binary"' EXIT
(cd "$root/hack/release" && go build -buildvcs=false -o "$binary/release" .)
"$binary/release" -root "$root" -version "${1:-}" -output "$folder"
