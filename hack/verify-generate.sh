#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Generated files are fresh: a copy of the tree is regenerated and compared, the tree itself stays as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
	[ ! -e "$file" ] || printf '%s\0' "$file"
done | tar --null -T - -cf - | tar -xf - -C "$copy"
cp -R "$copy" "$copy.before"
trap 'rm -rf "$copy" "$copy.before"' EXIT

failed=0
for target in generate manifests docs; do
	make --no-print-directory -C "$copy" "$target"
	if ! diff -ru "$copy.before" "$copy"; then
		echo "Generated files are stale: run \`make $target\` and commit the result."
		failed=1
		rm -rf "$copy.before"
		cp -R "$copy" "$copy.before"
	fi
done
exit "$failed"
