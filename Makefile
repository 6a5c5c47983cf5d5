# make demo · make test · make ui · make bench — each sets up what it needs itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(firstword $(foreach v,3.11 3.12 3.13,$(if $(shell python$(v) --version 2>/dev/null),python$(v))) python3)
BIN := .venv/bin
READY := .venv/.ready
# dbt's own pages are made beside a warehouse of their own, so that they never wait for a run.
DBT_DOCS := $(CURDIR)/dbt_project/target/docs
# 95 was measured with the field cases, which are nightly tests now.
COVERAGE_FLOOR := 90

# Great Expectations and dagster take 4 s to import compiled and 8 s without: never inherit a ban on .pyc files.
unexport PYTHONDONTWRITEBYTECODE
export DAGSTER_HOME ?= $(CURDIR)/.dagster
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := False
export DBT_SEND_ANONYMOUS_USAGE_STATS := False
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup demo run ui query-ui test coverage nightly all-tests duckdb2 bench contracts lint types docs lock clean

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv from requirements.lock

$(READY): requirements.lock
	@echo "Installing into .venv (once, a few minutes)…"
	@if command -v uv >/dev/null; then \
	    uv venv --quiet --seed --clear --python $(PYTHON) .venv && \
	    uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock && \
	    uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e . ; \
	else \
	    $(PYTHON) -m venv --clear .venv && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@$(BIN)/python -m compileall -q -j 0 .venv/lib vrp_pipeline || true
	@$(BIN)/python -c "import vrp_pipeline.defs.project" >/dev/null
	@touch $@

demo: $(READY) ## simulate a partnership, run everything, publish the annual report 2023-24
	$(BIN)/vrp sample
	$(BIN)/vrp receive $${VRP_DATA_LAKE:-data_lake}/inbox
	$(BIN)/vrp run
	$(BIN)/vrp publish 2023-24
	$(BIN)/vrp approve 2023-24 --by "Demonstration, first reader"
	$(BIN)/vrp approve 2023-24 --by "Demonstration, second reader"

run: $(READY) ## ingest what is new, rebuild and release
	$(BIN)/vrp run

ui: $(READY) ## open Dagster's UI on loopback, port 3000 or PORT=…
	$(BIN)/dg dev --host 127.0.0.1 --port $(or $(PORT),3000)

query-ui: $(READY) ## install Harlequin, the client of vrp query --ui
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[query-ui]'

test: $(READY) ## all tests but the nightly ones
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not nightly"

coverage: $(READY) ## the tests once more, with the share of lines and branches they reach
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not nightly" --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR)

nightly: $(READY) ## the slow tests: real data, identifiers in every byte, held months, killed runs, deliveries changed at random
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m nightly

# Three workers on two cores: services that are killed and started again leave a core idle for minutes.
all-tests: $(READY) ## day and nightly tests in one, as CI runs them; the share reached is that of the day tests
	$(BIN)/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder --durations=40 --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR)

duckdb2: $(READY) ## the spine, the models and queries on DuckDB 2, which the lock does not hold yet
	@[ -d .venv-duckdb2 ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes --target .venv-duckdb2 -r requirements-duckdb2.lock
	PYTHONPATH=.venv-duckdb2 $(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not nightly" \
	    tests/test_spine.py tests/transform tests/linkage tests/lake tests/release tests/cli

contracts: $(READY) ## write what repeats the contracts: dbt sources, docs and staging, suites, table of feeds
	$(BIN)/python -m vrp_pipeline.feeds.generated

lint: $(READY) ## ruff and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

docs: $(READY) ## the documentation as a site in site/, no link broken, and the models as dbt describes them
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@mkdir -p $(DBT_DOCS)
	cd dbt_project && VRP_DATA_LAKE=$(DBT_DOCS) dbt --quiet docs generate --static --empty-catalog --profiles-dir . --target-path $(DBT_DOCS)
	@cp $(DBT_DOCS)/static_index.html site/models.html
	@echo "Open site/index.html; site/models.html has every model, column, test and how they follow from each other"

types: $(READY) ## mypy
	$(BIN)/mypy

bench: $(READY) ## seconds, memory and rows a second per stage, beside the floor
	$(BIN)/python -m tests.benchmarks

lock: ## resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra synthetic --extra postgres --group ui --group test --group lint --group docs --group build --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock

clean: ## remove what the tools made, keep the data
	rm -rf .venv site .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
