# Two commands are all you need:
#   make serve  serves rooms to this network   (make serve ARGS="--port 9000")
#   make test   checks everything but the documentation's build
# Both make their own virtual environment in .venv, once, with the first Python >= 3.11 on the
# PATH (or with PYTHON=...), and install into it again only when pyproject.toml has changed.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
QUIETLY := -qq --disable-pip-version-check
ARGS ?=
CODE := src adapters tests conftest.py $(wildcard benchmarks/*.py)

# Colours and progress bars are for people; the settings of the shell are not for us.
unexport PYTHONPATH PYTHONHOME
export PYTHON

# An environment that was moved here, or has lost its Python, is made anew.
MADE := $(VENV)/.made
ifneq ($(shell [ "$$(cat $(MADE) 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c 'print("ok")' 2>/dev/null),ok)
.PHONY: $(MADE)
endif

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: serve
serve: $(VENV)/.serve ## serve rooms to everybody in this network; ARGS are passed on
	@$(BIN)/ringofire serve $(ARGS)

.PHONY: join
join: $(VENV)/.serve ## join a room: make join ARGS="192.168.1.5:8765 K7QX2M"
	@$(BIN)/ringofire join $(ARGS)

.PHONY: play
play: $(VENV)/.serve ## play at one keyboard; ARGS are passed on
	@$(BIN)/ringofire play $(ARGS)

.PHONY: test
test: lint types floors tests ## all checks: lint, types, floors, tests with coverage

.PHONY: check
check: test docs ## all checks, and the documentation's build

.PHONY: lint
lint: $(VENV)/.test
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo 'Not formatted: make format'; exit 1; }

.PHONY: format
format: $(VENV)/.test ## lay out the code as the house does
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

.PHONY: types
types: $(VENV)/.test
	@$(BIN)/mypy $(CODE)

.PHONY: floors
floors: $(VENV)/.test
	@$(BIN)/lint-imports --no-cache --no-logo

.PHONY: tests
tests: $(VENV)/.test
	@$(BIN)/pytest -n auto --cov --cov-report=term $(ARGS)

.PHONY: docs
docs: $(VENV)/.docs ## build the documentation into docs/_build/html
	@$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo 'docs/_build/html/index.html'

.PHONY: bench
bench: $(VENV)/.bench ## measure the engine and the server
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: mutants
mutants: $(VENV)/.mutants ## plant faults in the core and count those the tests find (long)
	@RINGOFIRE_HYPOTHESIS_PROFILE=mutants $(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results

.PHONY: clean
clean: ## remove whatever this Makefile made
	@rm -rf $(VENV) __pycache__ build dist docs/_build mutants htmlcov .coverage .coverage.* \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src adapters tests benchmarks docs -name __pycache__ -type d -exec rm -rf {} +

# Each stamp is a set of things installed: what serving and playing need, and then one more group each.

$(MADE):
	@python=$$(tools/find-python) && rm -rf $(VENV) && "$$python" -m venv $(VENV)
	@echo "$(CURDIR)" > $@

$(VENV)/.serve: $(MADE) pyproject.toml
	@echo 'Installing ringofire into $(VENV) ...'
	@$(PIP) install $(QUIETLY) -e '.[serve]'
	@touch $@

$(VENV)/.pip: $(MADE)
	@$(PIP) install $(QUIETLY) --upgrade 'pip>=25.1'  # the first to know dependency groups
	@touch $@

$(VENV)/.test: $(VENV)/.serve $(VENV)/.pip
	@echo 'Installing what the tests need ...'
	@$(PIP) install $(QUIETLY) --group test --group lint
	@touch $@

$(VENV)/.docs: $(VENV)/.serve $(VENV)/.pip
	@echo 'Installing what the documentation needs ...'
	@$(PIP) install $(QUIETLY) --group docs
	@touch $@

$(VENV)/.bench: $(VENV)/.serve $(VENV)/.pip
	@echo 'Installing what the benchmarks need ...'
	@$(PIP) install $(QUIETLY) --group bench
	@touch $@

$(VENV)/.mutants: $(VENV)/.test
	@echo 'Installing what the mutants need ...'
	@$(PIP) install $(QUIETLY) --group mutants
	@touch $@
