.DEFAULT_GOAL := help
# The Python that .venv is made of. For a service: one that its user may read, /usr/bin/python3.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help run setup test lint bench chaos format lock clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

run: .venv/.run ## start the assistant: the demo with its console, or the platforms whose tokens are set
	@$(PY) -m bot run

setup: .venv/.run ## make the virtual environment and nothing more

test: .venv/.dev ## run all tests
	@$(PY) -m pytest -n auto --dist loadgroup

lint: .venv/.dev ## check style, types and the direction of imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

bench: .venv/.dev ## measure, against peers, and print the tables
	@$(PY) -m tests.bench

chaos: .venv/.dev ## kill it a hundred times under load, on both databases, and print what was lost
	@$(PY) -m tests.chaos

format: .venv/.dev ## put the code in its usual form
	@$(PY) -m ruff check --fix -q .
	@$(PY) -m ruff format -q .

lock: ## pin the newest versions of all dependencies (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements-dev.lock

clean: ## remove the virtual environment and caches; data stay
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) -m venv failed: apt install python3-venv"; exit 1; }

.venv/.run: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv: a minute or two, once"
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
		|| $(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Adding what tests need"
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
