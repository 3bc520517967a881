#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The embedded authorization data is what hack/authzdata writes. It needs no network: the data names the digest of its
# content, and reading and writing it again gives the same text.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

go run ./hack/authzdata -check || { echo 'Run `make authz-data` and commit the result.'; exit 1; }
