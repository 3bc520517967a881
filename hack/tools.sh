#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# tools.sh NAME... prints the path of each named tool, pinned by hack/tools/NAME/go.mod; without a name it takes all.
# A tool is built at its first use and kept in the user's cache, keyed by its pins and the Go version: every later call,
# also from another clone, answers at once. Each tool has its own module, for their dependencies contradict each other.
# Progress goes to standard error.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${ECSIAM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ecs-iam-controller}

say() { printf 'tools: %s\n' "$*" >&2; }

# binary MODULE NAME prints where the tool belongs. The host's system and processor are part of the key, because a cache
# may be mounted into a container.
binary() {
	local key
	key=$(cat "$1/go.mod" "$1/go.sum" <(go env GOVERSION GOHOSTOS GOHOSTARCH) | sha256 | cut -c1-16)
	printf '%s/tools/%s/%s\n' "$cache" "$key" "$2"
}

sha256() { if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi; }

# build MODULE TARGET compiles into a temporary file and renames it: two builds at once cost time but harm nothing.
build() {
	local package started=$SECONDS
	package=$(awk '$1 == "tool" { print $2 }' "$1/go.mod")
	say "building $package (once)"
	mkdir -p "$(dirname "$2")"
	(cd "$1" && GOFLAGS='' GOOS='' GOARCH='' CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$2.$$" "$package") ||
		{ rm -f "$2.$$"; say "building $package failed; it needs the Go module proxy"; exit 1; }
	mv "$2.$$" "$2"
	say "$(basename "$2") is built ($((SECONDS - started)) s)"
}

if [ $# -eq 0 ]; then
	for module in "$here"/tools/*/; do set -- "$@" "$(basename "$module")"; done
fi
for name in "$@"; do
	module=$here/tools/$name
	[ -f "$module/go.mod" ] || { say "no tool $name; there are: $(cd "$here/tools" && echo */ | tr -d /)"; exit 2; }
	target=$(binary "$module" "$name")
	[ -x "$target" ] || build "$module" "$target"
	printf '%s\n' "$target"
done
