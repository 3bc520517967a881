#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Nothing that is installed or built names the tag or version `latest`, which is another one tomorrow. A program that says
# so in a message or a test does no harm, so that only what is run or applied is looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

found=$(git ls-files --cached --others --exclude-standard -- \
	'config/*' 'charts/*' '.github/*' '.ci/*' 'docs/*.md' 'hack/*.sh' README.md CONTRIBUTING.md Makefile '*Dockerfile' ':!:hack/verify-latest.sh' |
	while read -r file; do
		[ ! -f "$file" ] || grep -nHE '[:@]latest\b|\b(tag|newTag|version): *"?latest\b|releases/latest' "$file" || true
	done)
[ -z "$found" ] || { printf 'These name latest; name a version instead:\n%s\n' "$found"; exit 1; }
