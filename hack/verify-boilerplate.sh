#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Every Go file, script, YAML file, Makefile and Dockerfile begins with the licence header of hack/boilerplate.go.txt.
# Left out: what a tool writes, templates of the chart, and testdata, which is compared byte by byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

go_header=$(cat hack/boilerplate.go.txt)
hash_header=${go_header//\/\/ /# }

# has_header FILE succeeds when the file begins with the header; a script's #! line may stand before it, and a blank line
# keeps it out of a Go package's documentation.
has_header() {
	if [[ $1 == *.go ]]; then
		[ "$(head -n 2 "$1")" = "$go_header" ] && [ -z "$(sed -n 3p "$1")" ]
	else
		[ "$(grep -v '^#!' "$1" | head -n 2)" = "$hash_header" ]
	fi
}

missing=$(
	git ls-files --cached --others --exclude-standard -- \
		'*.go' '*.sh' '*.yaml' '*.yml' '*Makefile' '*Dockerfile' '.ci/*' \
		':!:*/testdata/*' ':!:config/crd/bases' ':!:config/rbac/role.yaml' ':!:charts/*/files/*' ':!:charts/*/templates/*' |
		while read -r file; do
			[ ! -f "$file" ] || has_header "$file" || grep -q '^// Code generated .* DO NOT EDIT\.$' "$file" || echo "    $file"
		done
)
[ -z "$missing" ] || {
	printf 'These files lack the header of hack/boilerplate.go.txt as their first lines:\n%s\n' "$missing"
	exit 1
}
