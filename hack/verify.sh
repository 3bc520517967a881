#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# verify.sh [NAME...] runs every check hack/verify-NAME.sh, or the named ones, and sums up. A failing check does not
# stop the next one, and each says which command fixes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -eq 0 ]; then
	for check in hack/verify-*.sh; do
		name=${check#hack/verify-}
		set -- "$@" "${name%.sh}"
	done
fi
failed=()
for name in "$@"; do
	started=$SECONDS
	printf '==> verify %s\n' "$name"
	if "hack/verify-$name.sh"; then
		printf '    ok (%s s)\n' "$((SECONDS - started))"
	else
		failed+=("$name")
	fi
done
[ ${#failed[@]} -eq 0 ] || { printf 'verify: failed: %s\n' "${failed[*]}"; exit 1; }
echo "verify: all $# checks passed"
