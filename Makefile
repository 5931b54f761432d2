# CompanyOS. `make` lists what can be made; `make up` and `make test` are all that anyone needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
WORKERS ?= 4
UV_VERSION := 0.13.9
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_LINK_MODE := copy
export npm_config_update_notifier := false

SAY = @printf '\033[1m==>\033[0m %s\n'
PAGES := $(shell find web src/companyos/domains/*/pages -type f -not -path '*/node_modules/*' 2>/dev/null)

##@ Use it
.PHONY: up
up: .make/python .make/console ## Set everything up and serve the console with demo data (Ctrl-C stops)
	@companyos up $(UP)

.PHONY: test
test: ## Set everything up and pass every test
	@$(MAKE) -j2 .make/console .make/chromium
	$(SAY) 'House rules: format, lint, types, walls, drift'
	@$(MAKE) check
	$(SAY) 'Web tests'
	@npm run --silent test
	$(SAY) 'Python tests (real PostgreSQL, real NATS, real browser)'
	@pytest -q -n $(WORKERS) --no-loadscope-reorder --ignore tests/architecture -m 'not scaled'

##@ Work on it
.PHONY: check
check: .make/node ## The fast gate: format, lint, types, import walls, drift
	@$(MAKE) -j2 check-types check-rules check-web

.PHONY: check-types check-rules check-web
check-types: .make/python
	@mypy --no-error-summary

check-rules: .make/python
	@ruff format --check -q src tests benchmarks
	@ruff check -q src tests benchmarks
	@lint-imports --no-logo | tail -n 3
	@pytest -q tests/architecture

check-web: .make/node
	@npm run --silent check

.PHONY: fmt
fmt: .make/python ## Format and mend what can be mended
	@ruff check -q --fix src tests benchmarks || true
	@ruff format -q src tests benchmarks

.PHONY: generate
generate: .make/python .make/node ## Rewrite what is generated from code: reference docs, contracts, OpenAPI, the SDK's client
	@companyos docs write
	@companyos openapi --write
	@npm run --silent generate

.PHONY: new-domain
new-domain: .make/python ## Write a new domain that is green at once: make new-domain NAME=billing
	@$(BIN)/python -m companyos.testing.new_domain "$(NAME)"

.PHONY: bench
bench: .make/python ## Measure, each figure beside a named peer or ceiling of the same run (ONLY=part/question)
	@$(BIN)/python -m benchmarks $(ONLY)

.PHONY: test-scaled
test-scaled: .make/python .make/node ## Heavy checks against scaled engines (installs what they need)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { printf '\033[1m==>\033[0m %s\n' 'PostgreSQL of Debian'; ./.ci/apt postgresql; }
	$(SAY) 'Scaled engines: an own PostgreSQL cluster, a three-node NATS JetStream cluster'
	@pytest -q -m scaled tests/scaled

.PHONY: wheel
wheel: .make/python .make/console ## Build dist/companyos-*.whl, which carries the console and needs no Node
	$(SAY) 'Wheel'
	@rm -rf dist && $(BIN)/python -m hatchling build -t wheel && ls -1 dist

.PHONY: console
console: .make/console ## Build the console, and the viewer of evidence packs

.PHONY: lock
lock: .make/uv ## Pin every Python package with its hashes
	@for kind in runtime dev; do \
	  uv pip compile -q pyproject.toml $$([ $$kind = dev ] && echo --extra dev) --python-version 3.11 --no-config --override requirements/overrides.txt \
	    --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements/$$kind.txt; done

.PHONY: clean
clean: ## Forget what was built and installed here (data in .companyos is kept)
	@rm -rf .venv .make node_modules web/*/node_modules web/*/dist src/companyos/_console src/companyos/_viewer dist .mypy_cache .ruff_cache .pytest_cache

##@ Set up (done by the others when needed)
.make/uv:
	@mkdir -p .make
	$(SAY) 'Python environment in .venv'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'CompanyOS needs Python 3.11 or newer.'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ./.ci/apt python3-venv
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.make/python: .make/uv requirements/dev.txt pyproject.toml
	$(SAY) 'Python packages'
	@uv pip install -q --python $(BIN)/python -r requirements/dev.txt --override requirements/overrides.txt
	@uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.make/node: .make/python package.json package-lock.json
	$(SAY) 'Web packages'
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/console: .make/node $(PAGES)
	$(SAY) 'Console'
	@npm run --silent build
	@touch $@

.make/chromium: .make/uv
	@command -v chromium-headless-shell >/dev/null || { printf '\033[1m==>\033[0m %s\n' 'Chromium for the browser tests'; \
	  ./.ci/apt chromium-headless-shell || command -v chromium; }
	@touch $@

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-zA-Z.\/-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
