# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts of CI share; they source it. Every step runs even after one has failed, so that one run shows all that
# is wrong.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for command in go make git; do
	command -v "$command" >/dev/null || { echo "ci: $command is needed and not installed" >&2; exit 1; }
done

failed=()
# step NAME COMMAND... runs one step and says how long it took.
step() {
	local name=$1 started=$SECONDS
	shift
	printf '\nci: %s: %s\n' "$name" "$*"
	"$@" </dev/null || failed+=("$name")
	printf 'ci: %s took %s s, %s s in all\n' "$name" "$((SECONDS - started))" "$SECONDS"
}

# finish is the last call of a script: it sums up, and fails when a step did.
finish() {
	[ ${#failed[@]} -eq 0 ] || { printf '\nci: failed: %s\n' "${failed[*]}"; exit 1; }
	printf '\nci: all steps passed in %s s\n' "$SECONDS"
}
