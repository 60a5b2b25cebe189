.DEFAULT_GOAL := help
PY := .venv/bin/python

.PHONY: help run test lint bench clean lock

help: ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

.venv/bin/python:
	@python3 -m venv .venv || { rm -rf .venv; echo "python3 -m venv failed: apt install python3-venv"; exit 1; }

.venv/.run: .venv/bin/python requirements.lock pyproject.toml
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
		|| $(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
