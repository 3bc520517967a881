#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Makes a release here and another one in a clone at another path, and compares them file by file. RELEASE_CACHE=empty
# gives the second one an empty build cache, so that it compiles everything anew. What is not in a commit is no part of
# either: the clones have the commit alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=${1:-v0.2.0}
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
for place in one another/place; do
	mkdir -p "$(dirname "$work/$place")"
	git clone --quiet --no-tags . "$work/$place"
	[ "$place" = one ] || [ "${RELEASE_CACHE:-}" != empty ] || export GOCACHE=$work/cache
	(umask "$([ "$place" = one ] && echo 022 || echo 077)" && make -C "$work/$place" release VERSION="$version")
done
diff --recursive --brief "$work/one/dist" "$work/another/place/dist"
(cd "$work/one/dist" && sha256sum --check --quiet SHA256SUMS)
DIST=$work/one/dist go -C hack/release test -count=1 .
(cd "$work/one/dist" && du -ah . | sort -k 2)
echo "release: two runs wrote the same files"
