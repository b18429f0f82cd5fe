# Every target sets up .venv by itself when needed; nothing but Python 3.11+, make and a package index is required.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: docs demo run test check bench lint format chaos soak clean help

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/.ready ## play two days of a small newsroom in half a minute and watch the alerts come
	@$(BIN)/wirewatch demo

run: $(VENV)/.ready ## run the service with ./config.yaml
	@$(BIN)/wirewatch run

test: $(VENV)/.ready ## run the tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.ready ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## all that must be green before a change lands

$(VENV)/.ready-bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

bench: $(VENV)/.ready-bench ## measure, always against a named rival in the same run
	$(BIN)/python -m bench

docs: $(VENV)/.ready ## make the reference pages of docs/ from the program itself
	$(BIN)/python -m scheduler.references docs

chaos: $(VENV)/.ready ## kill, stop and damage it in thousands of ways, for hours
	$(BIN)/python -m bench.chaos points
	$(BIN)/python -m bench.chaos core
	$(BIN)/python -m bench.chaos stops
	$(BIN)/python -m bench.chaos model
	$(BIN)/python -m bench.kills --kills 300
	$(BIN)/python -m bench.damage
	$(BIN)/python -m bench.seeded
	$(BIN)/python -m bench.half_year

soak: $(VENV)/.ready ## run it for an hour at 20 polls a second with a fault every minute
	$(BIN)/python -m bench.soak

format: $(VENV)/.ready ## put the code into its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
