#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0

# Runs the conformance suite of IAM behaviour against the simulator, and against moto where moto_server is installed.
# Prints a summary per target, with the deviations from IAM that are known and tolerated. Set
# ECSIAM_CONFORMANCE_ENDPOINT to run it against another endpoint ("aws" for AWS itself) instead of moto.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=./internal/iam/conformance
work=$(mktemp -d)
moto_pid=""
failed=0

# shellcheck disable=SC2317 # the trap calls it
finish() {
  if [[ -n $moto_pid ]]; then
    kill "$moto_pid" 2>/dev/null || true
    wait "$moto_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

# run NAME TEST: runs one test of the suite and summarises its behaviours.
run() {
  local log=$work/log passed known wrong
  go test -count=1 -v -run "^$2\$" "$suite" >"$log" 2>&1 || failed=1
  passed=$(grep -cE '^ +--- PASS: .*/.*_' "$log" || true)
  known=$(grep -c 'known deviation:' "$log" || true)
  wrong=$(grep -cE '^ +--- FAIL: .*/.*_' "$log" || true)
  echo "$1: $passed behaviours as IAM, $known known deviations, $wrong wrong"
  grep 'known deviation:' "$log" | sed -E 's/^.*known deviation: /  /' | sort || true
  if ((failed)); then
    grep -vE '^ *(=== |--- (PASS|SKIP))|known deviation:|observed:' "$log" || true
  fi
}

# start_moto: starts moto_server on a free port and waits until it answers.
start_moto() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
  moto_pid=$!
  export ECSIAM_CONFORMANCE_ENDPOINT=http://127.0.0.1:$port ECSIAM_CONFORMANCE_TARGET=moto
  for _ in $(seq 100); do
    curl -fsS -o /dev/null "$ECSIAM_CONFORMANCE_ENDPOINT/moto-api/" 2>/dev/null && return
    kill -0 "$moto_pid" 2>/dev/null || break
    sleep 0.2
  done
  echo "moto_server did not come up:" >&2
  cat "$work/moto.log" >&2
  exit 1
}

run iamsim TestSimulatorBehavesAsIAM
if [[ -n ${ECSIAM_CONFORMANCE_ENDPOINT:-} ]]; then
  run "$ECSIAM_CONFORMANCE_ENDPOINT" TestEndpointBehavesAsIAM
elif command -v moto_server >/dev/null; then
  start_moto
  export AWS_ACCESS_KEY_ID=conformance AWS_SECRET_ACCESS_KEY=conformance AWS_REGION=us-east-1
  run moto TestEndpointBehavesAsIAM
else
  echo "moto: skipped, moto_server is not installed (pip install 'moto[server]')"
fi
exit "$failed"
