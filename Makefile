# Everything here starts from a bare checkout with Python 3.11 or newer and make: what a target needs, it sets up first.
# Two locks: requirements.lock is what the desk runs on, requirements-dev.lock that and the tools. `make lock` writes both.

.DEFAULT_GOAL := help
.PHONY: help run demo test coverage check format lint types imports docs fix bench soak train lock clean FORCE
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
MINUTES ?= 10
say = @echo '$(1)'
pip = $(PY) -m pip install --quiet --disable-pip-version-check

# A stray PYTHONPATH, PYTHONHOME or "always --user" would put another machine's packages before the locked ones.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_HASHES

help: ## list what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/runtime ## the desk itself, kept in data/
	@$(VENV)/bin/sportello run $(ARGS)

demo: $(VENV)/runtime ## both sides of the counter in one terminal; nothing is kept
	@$(VENV)/bin/sportello demo $(ARGS)

test: $(VENV)/tools ## all tests, on SQLite and on PostgreSQL (which pip brings along)
	$(call say,Running the tests; a real PostgreSQL is started for them.)
	@$(PY) -m pytest -n auto $(ARGS)

coverage: $(VENV)/tools ## the tests again, and which lines of core and bot they never reach
	$(call say,Running the tests under coverage.)
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest -n auto $(ARGS)
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report

check: format lint types imports docs ## format, lint, types, import contracts, documents

format: $(VENV)/tools # is everything formatted?
	$(call say,Format)
	@$(PY) -m ruff format --check .

lint: $(VENV)/tools
	$(call say,Lint)
	@$(PY) -m ruff check .

types: $(VENV)/tools
	$(call say,Types)
	@$(PY) -m mypy

imports: $(VENV)/tools
	$(call say,Import contracts)
	@$(VENV)/bin/lint-imports --no-logo

docs: $(VENV)/tools
	$(call say,Documents and house rules)
	@$(PY) -m pytest tests/test_architecture.py tests/test_documents.py

fix: $(VENV)/tools ## format, and mend what the linter can mend by itself
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: $(VENV)/tools ## the figures: how fast, beside a floor measured in the same run
	@$(PY) -m bench $(ARGS)

soak: $(VENV)/tools ## what takes an hour or two: the desk killed with -9 at every step, and at random for MINUTES, on both databases
	@MINUTES=$(MINUTES) $(PY) -m pytest tests/soak.py $(ARGS)

train: $(VENV)/tools ## learn the reading model anew from its sentences
	$(call say,Training the reading model from bot/conversations/reading/sentences.)
	@$(PY) -m bot.conversations.reading.train $(ARGS)

compile = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: $(VENV)/tools ## write both locks anew (ARGS=--upgrade takes newer releases)
	$(call say,Resolving every dependency for Python 3.11 and newer.)
	@$(compile) --group dev pyproject.toml -o requirements-dev.lock $(ARGS)
	@$(compile) --group build --constraint requirements-dev.lock pyproject.toml -o requirements.lock $(ARGS)

clean: ## remove the environment and every cache; data/ stays
	rm -rf $(VENV) build *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The environment. A stamp is younger than what it was made from; a folder that was moved, or whose Python has gone, is made anew.
ifneq ($(shell [ -x $(PY) ] && cat $(VENV)/where 2>/dev/null),$(CURDIR))
$(VENV)/where: FORCE
endif

$(VENV)/where:
	@set -e; found=; bare=; \
	for python in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$python; break; fi; \
	  bare=$${bare:-$$python}; \
	done; \
	if [ -z "$$found" ] && [ -n "$$bare" ]; then \
	  echo "Sportello keeps what it needs in .venv, and this $$bare has no venv module to make one." >&2; \
	  echo "On Debian and Ubuntu it is a package of its own: sudo apt install python3-venv" >&2; exit 1; \
	elif [ -z "$$found" ]; then \
	  echo "Sportello needs Python 3.11 or newer; here is $$(python3 --version 2>/dev/null || echo none)." >&2; \
	  echo "If a newer one lies elsewhere, name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version)."; \
	rm -rf $(VENV); "$$found" -m venv $(VENV); pwd -P > $(VENV)/where

$(VENV)/runtime: $(VENV)/where requirements.lock pyproject.toml
	@echo 'Installing what the desk runs on: the releases of requirements.lock, checked by their hashes (once; a minute or so).'
	@$(pip) --require-hashes -r requirements.lock
	@$(pip) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tools: $(VENV)/runtime requirements-dev.lock
	@echo 'Installing the tools: the releases of requirements-dev.lock, checked by their hashes.'
	@$(pip) --no-compile --require-hashes -r requirements-dev.lock
	@touch $@
