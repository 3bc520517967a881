#!/usr/bin/env bash
# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# envtest.sh [oldest] prints the folder that holds kube-apiserver and etcd, the value for KUBEBUILDER_ASSETS: those that
# hack/envtest pins, or the oldest that are supported, which hack/envtest-oldest pins.
# Three roads, in this order: the folder that KUBEBUILDER_ASSETS already names (not for the oldest); a download by
# setup-envtest; a build from the Go modules that are pinned (ECSIAM_ENVTEST_BUILD=1 goes there at once). Downloads and
# builds are kept in the user's cache, keyed by their pins, so that every later call, also from another clone, answers at
# once. Progress goes to standard error.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pins=$here/envtest${1:+-$1}
cache=${ECSIAM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ecs-iam-controller}

say() { printf 'envtest: %s\n' "$*" >&2; }
complete() { [ -x "$1/kube-apiserver" ] && [ -x "$1/etcd" ] && [ -x "$1/kubectl" ]; }
sha256() { if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi; }

[ -d "$pins" ] || { say "there is no $pins"; exit 2; }
if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ $# -eq 0 ]; then
	complete "$KUBEBUILDER_ASSETS" && { printf '%s\n' "$KUBEBUILDER_ASSETS"; exit 0; }
	say "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks kube-apiserver, etcd or kubectl; unset it or complete it"
	exit 1
fi

k8s_version=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' "$pins/kube-apiserver/go.mod")
IFS=. read -r major minor _ <<<"${k8s_version#v}"
key=$(cat "$pins"/*/go.mod "$pins"/*/go.sum | sha256 | cut -c1-16)
assets=$cache/envtest/$k8s_version-$(go env GOHOSTOS)-$(go env GOHOSTARCH)-$key
complete "$assets" && { printf '%s\n' "$assets"; exit 0; }

mkdir -p "$assets.partial"
if command -v flock >/dev/null 2>&1; then
	exec 9>"$assets.lock"
	flock -n 9 || { say "another process is preparing the binaries; waiting"; flock 9; }
	complete "$assets" && { printf '%s\n' "$assets"; exit 0; }
	mkdir -p "$assets.partial"
fi

# download prints the folder that setup-envtest keeps; without a network it fails at once, behind a silent one in time.
download() {
	local tool found limit=()
	tool=$("$here/tools.sh" setup-envtest) || return 1
	command -v timeout >/dev/null 2>&1 && limit=(timeout 120)
	found=$("${limit[@]+"${limit[@]}"}" "$tool" use "$major.$minor.x" --bin-dir "$cache/setup-envtest" -p path 2>/dev/null) || return 1
	complete "$found" && printf '%s\n' "$found"
}

# build MODULE NAME LDFLAGS compiles the tool of one module and says every 15 seconds how far the compiler is.
build() {
	local package packages pid started=$SECONDS log=$assets.partial/$2.log
	package=$(awk '$1 == "tool" { print $2 }' "$pins/$1/go.mod")
	say "building $package"
	packages=$(cd "$pins/$1" && go list -deps "$package" | wc -l | tr -d ' ')
	(cd "$pins/$1" && GOFLAGS='' GOOS='' GOARCH='' CGO_ENABLED=0 exec go build -v -buildvcs=false -trimpath \
		-ldflags "-s -w $3" -o "$assets.partial/$2" "$package" 2>"$log") &
	pid=$!
	trap 'kill "$pid" 2>/dev/null' EXIT
	while sleep 1 && kill -0 "$pid" 2>/dev/null; do
		(((SECONDS - started) % 15 != 0)) ||
			say "$2: $(wc -l <"$log" | tr -d ' ') of at most $packages packages compiled after $((SECONDS - started)) s"
	done
	trap - EXIT
	wait "$pid" || { tail -n 20 "$log" >&2; say "building $2 failed; it needs the Go module proxy"; exit 1; }
	rm -f "$log"
	say "$2 is built ($((SECONDS - started)) s)"
}

if [ -z "${ECSIAM_ENVTEST_BUILD:-}" ]; then
	say "trying to download kube-apiserver and etcd $major.$minor with setup-envtest"
	if found=$(download); then printf '%s\n' "$found"; exit 0; fi
	say "no download possible; building from the Go modules instead (5 to 10 minutes on two cores, once)"
fi
version=k8s.io/component-base/version
build etcd etcd ""
build kube-apiserver kube-apiserver \
	"-X $version.gitVersion=$k8s_version -X $version.gitMajor=$major -X $version.gitMinor=$minor"
# envtest looks for a kubectl beside the other two; the control plane itself never runs it.
printf '#!/bin/sh\nexec kubectl "$@"\n' >"$assets.partial/kubectl"
chmod +x "$assets.partial/kubectl"
mv "$assets.partial" "$assets"
printf '%s\n' "$assets"
