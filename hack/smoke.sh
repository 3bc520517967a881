#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The smoke test of an installation: a role is made in AWS, becomes Ready, and goes again. It needs kubectl and a
# namespace that the account allows, and leaves nothing behind.
#
#   hack/smoke.sh NAMESPACE [ACCOUNT]
set -euo pipefail

namespace=${1:?the namespace is missing: hack/smoke.sh NAMESPACE [ACCOUNT]}
account=${2:-default}
role=ecsrole/ecsiam-smoke
timeout=${TIMEOUT:-60s}

on() { "${KUBECTL:-kubectl}" --namespace "$namespace" "$@"; }

# The Ready condition says what is wrong and what to do.
fail() {
	echo "failed: $1" >&2
	on get "$2" --output jsonpath='{range .status.conditions[?(@.type=="Ready")]}{.reason}: {.message}{"\n"}{end}' >&2 || true
	echo "Look it up in docs/runbook.md, and run preflight: docs/preflight.md" >&2
	exit 1
}
trap 'on delete "$role" --ignore-not-found --wait=false >/dev/null' EXIT

on wait "awsaccount/$account" --for=condition=Ready --timeout="$timeout" >/dev/null ||
	fail "the account is not Ready" "awsaccount/$account"
echo "ok  AWSAccount $account is Ready"

on apply --filename - >/dev/null <<MANIFEST
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: ecsiam-smoke}
spec:
  type: Task
  accountRef: {name: $account}
MANIFEST
on wait "$role" --for=condition=Ready --timeout="$timeout" >/dev/null || fail "the role is not Ready" "$role"
echo "ok  ECSRole $namespace/ecsiam-smoke is Ready"
echo "ok  it is the role $(on get "$role" --output jsonpath='{.status.roleName}') in AWS"

on delete "$role" --timeout="$timeout" >/dev/null || fail "the role does not go" "$role"
echo "ok  it is gone again"
