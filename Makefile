# Every target does its own set-up: Python 3.11 is all that a machine needs.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
# The packages are those of the lock file; what pyproject.toml says is a matter of a second.
LOCKED := $(VENV)/.locked
READY  := $(VENV)/.ready
DATA   ?=
PIP    := $(BIN)/python -m pip install --disable-pip-version-check
# pip says what it fetches, a line each, and nothing while it installs.
COUNTED = awk '/^Collecting/ { printf "\r  package %d of %d", ++n, '"$$(grep -c == requirements.lock)"'; fflush() } \
	/^Installing/ { printf "\n  installing them\n"; fflush() }' >&2
FAILED := { echo "The packages could not be installed: see that there is a network and 1.5 GB of disk, then call make again" >&2; exit 4; }

.PHONY: help run test prove crash moto-tests test-glue coverage bench check render package lock clean
.DEFAULT_GOAL := help

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(READY) ## sample data (or DATA=folder) from copper to gold, through the state machines
	@$(BIN)/python -m copperctl.demo $(if $(DATA),--data "$(DATA)") $(ARGS)

test: $(READY) ## every test but the long proofs: those of Spark, the whole product, and all that needs neither, side by side
	@$(BIN)/python -m copperctl.doctor --quiet
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@$(BIN)/python -m pytest -q -n 3 --dist loadgroup --no-loadscope-reorder -m "not proof" $(COVERAGE)
endif

prove: $(READY) ## the long proofs: random histories against models, processes killed at single requests: half an hour
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder -m proof $(ARGS)

crash: $(READY) ## every process killed at every request that changes something, and all compared: hours, resumable
	@$(BIN)/python -m tests.crash $(ARGS)

moto-tests: $(READY) ## moto's own tests of the services that localaws mends, against localaws: 15 to 25 minutes
	@$(BIN)/python -m tests.localaws.moto_suite $(ARGS)

# On an instance of its own. The second reading of files that are published already must change no row, as the ledger shows.
test-glue: $(READY) ## one job in AWS's own Glue image, against localaws; needs Docker; not tried yet
	@docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 || { echo "Docker Engine with its compose plugin is missing, or not running: AWS's image of Glue needs it, see docs/container.md" >&2; exit 4; }
	@$(BIN)/python -m copperctl.demo --state build/glue
	@trap '$(BIN)/copperctl down --state build/glue' EXIT; \
		up=$$($(BIN)/copperctl up --state build/glue --json) && \
		endpoint=$$(echo "$$up" | $(BIN)/python -c 'import json, sys; print(json.load(sys.stdin)["endpoint"])') && \
		AWS_ENDPOINT_URL="$$endpoint" ARGUMENTS="--reprocess true" docker compose run --rm job && \
		$(BIN)/copperctl ledger --state build/glue --table silver.sales

coverage: $(READY) ## every test, and which lines none of them has run: at most 10 in 100, of copperline 5
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test COVERAGE="--cov --cov-report= --cov-append --cov-fail-under=0"
	@$(BIN)/python -m coverage report --skip-covered
	@$(BIN)/python -m coverage report --include="src/copperline/*" --fail-under=95 --format=total

bench: $(READY) ## the times of an execution beside those of scripts of the usual kind: twenty minutes, see benchmarks/
	@$(BIN)/python -m benchmarks $(if $(DATA),--data "$(DATA)") $(ARGS)

check: $(READY) ## lint, types and the laws of the house
	@$(BIN)/python -m copperctl.check

render: $(READY) ## what templates repeat per table and feed, from the contracts
	@$(BIN)/python -m copperctl.render

package: $(READY) ## the wheel and the Lambda archives, byte for byte reproducible
	@$(BIN)/python -m copperctl.package

lock: ## the lock file, from pyproject.toml
	@$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv && build/lock/bin/uv pip compile pyproject.toml \
		--extra dev --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --allow-unsafe -q -o requirements.lock

clean: ## everything that was made, but for the shared cache of jars
	@rm -rf $(VENV) build dist .copperline .mypy_cache .ruff_cache .pytest_cache

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) -q --no-build-isolation --no-deps -e . || $(FAILED)
	@$(BIN)/python -m localaws.spark
	@touch $(READY)

$(LOCKED): requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install it (Debian: apt install python3.11 python3.11-venv; macOS: brew install python@3.11), or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 4; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11, which AWS Glue 5.1 runs: name one with make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 4; }
	@echo "Setting up .venv: downloads about 620 MB once, and takes one to three minutes" >&2
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock | $(COUNTED) || $(FAILED)
	@touch $(LOCKED)
