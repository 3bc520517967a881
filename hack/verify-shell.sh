#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Every script parses, and shellcheck has nothing to say where it is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts=()
while read -r script; do
	[ ! -f "$script" ] || scripts+=("$script")
done < <(git ls-files --cached --others --exclude-standard -- '*.sh' '.ci/*')
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null 2>&1; then
	shellcheck "${scripts[@]}"
else
	echo '    shellcheck is not installed: syntax only'
fi
