# Everything runs in .venv, which is made from the lock files on first use; nothing else is installed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A file has one worker, so that what it starts (an Odoo, a database) is started once; they come in the order of testpaths.
# Two for each of CI's cores: half of the time, a worker waits.
PYTEST := $(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder
# Tests start the program hundreds of times: what is compiled once serves all of them.
unexport PYTHONDONTWRITEBYTECODE
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo demo-odoo test coverage soak check static format mutants odoo odoo-stop bench docs samples snapshot golden lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip is quiet, and what it does takes a while: each step is said before it begins.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@echo "Setting up $(VENV), once; it takes about a minute. Nothing outside of it is changed."
	@$(PYTHON) -m venv $(VENV)
	@echo "  installing the packages of requirements.lock ..."
	@$(PIP) --require-hashes -r requirements.lock
	@echo "  installing odoo-etl from this folder ..."
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "  installing what tests and checks need: the packages of requirements-dev.lock ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run  ## sync pipelines/ from samples/ into the embedded sandbox, twice
	@$(BIN)/odoo-etl demo .

demo-odoo: $(VENV)/.dev  ## the same against a real Odoo 19 on this machine
	@$(BIN)/python -m tests.real_odoo demo

test: $(VENV)/.dev  ## run all tests (a real Odoo 19 and PostgreSQL are fetched once and cached)
	$(PYTEST)

soak: $(VENV)/.dev  ## for hours: every property with many examples, random schedules of kills and faults, state machines against their model
	EXAMPLES=2000 FAULT_EVERY=1 $(PYTEST) tests/unit
	FAULT_EVERY=1 FAULT_SCHEDULES=1000 FAULT_SCHEDULES_ODOO=100 FAULT_SCHEDULES_DIVIDED=50 FAULT_EXAMPLES=300 FAULT_STEPS=40 FAULT_MIGRATIONS=30 \
		$(PYTEST) tests/faults tests/contract/servers tests/e2e

mutants: $(VENV)/.dev  ## do unit tests notice faults? ARGS="--seed 7 --count 90" tries so many at random, prints the unnoticed
	@$(BIN)/python -m tests.mutants $(ARGS)

coverage: $(VENV)/.dev  ## which lines and branches the unit tests reach
	$(PYTEST) tests/unit --cov --cov-report=term --cov-report=xml

check: static test  ## format, lint, types, tests

static: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

format: $(VENV)/.dev  ## rewrite the files as the formatter and the linter want them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(VENV)/.dev  ## rewrite what comes from the code: the schemas, the outputs that pages of the documentation show
	$(BIN)/odoo-etl schema job > pipelines/job.schema.json
	$(BIN)/odoo-etl schema project > pipelines/project.schema.json
	$(BIN)/odoo-etl schema tests > pipelines/tests.schema.json
	$(BIN)/python -m odoo_etl.explaining > docs/codes.md
	$(BIN)/odoo-etl schema results > docs/reference/run_results.schema.json
	$(BIN)/odoo-etl schema events > docs/reference/events.schema.json
	$(BIN)/odoo-etl schema alerts > docs/reference/alerts.schema.json
	$(BIN)/python -m tests.console $$(grep -rl '^```console' docs --include='*.md')

odoo: $(VENV)/.dev  ## start a real Odoo 19 on this machine; prints URL, database, login and API key; ARGS=business has sales, CRM, accounting; ARGS=migrations all of docs/how-to
	@$(BIN)/python -m tests.real_odoo start $(ARGS)

odoo-stop: $(VENV)/.dev  ## stop it
	@$(BIN)/python -m tests.real_odoo stop

snapshot: $(VENV)/.dev  ## take the sandbox's models and records again from a real Odoo 19
	@$(BIN)/python -m tests.real_odoo snapshot

bench: $(VENV)/.dev  ## measure beside the peers and Odoo's own limit, on a real Odoo 19; ARGS=--quick takes minutes
	@$(BIN)/python -m bench $(ARGS)

docs: $(VENV)/.dev  ## build the documentation's site into site/, without network
	@NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true $(BIN)/python -m mkdocs build --quiet  # the lock file holds the versions that work together
	@echo "the site is in site/: open site/index.html"

samples: $(VENV)/.dev  ## make the sample data anew (the same files every time)
	$(BIN)/python samples/make_samples.py
	$(BIN)/python samples/migrations/make_data.py

lock: $(VENV)/.dev  ## resolve the dependencies anew into the lock files
	$(COMPILE) --group dev --extra postgres -o requirements-dev.lock
	$(COMPILE) --group build --constraint requirements-dev.lock -o requirements.lock

clean:  ## remove the virtual environment and what runs left behind
	rm -rf $(VENV) site .odoo_etl .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage coverage.xml
