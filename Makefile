# One command each. Everything lives in .venv and in the folders named here; nothing else is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOME_DIR ?= .rcmbench
SAMPLE ?= sample-office
DAYS   ?= 120
INBOX  ?= $(SAMPLE)/inbox
MINUTES ?= 10
KILLS ?= 5
SEED ?= 1
FUZZ_DIR ?= fuzz-failures

.DEFAULT_GOAL := help
.PHONY: help setup sample run test fuzz kill lint format docs ui bench lock clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready  ## create the environment from the hash-locked requirements

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rcmbench needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(SAMPLE)/inbox: | $(VENV)/.ready
	@$(BIN)/rcmbench sample --out $(SAMPLE) --days $(DAYS)

sample: | $(SAMPLE)/inbox  ## write the synthetic office (SAMPLE=DIR, DAYS=N)

run: $(VENV)/.ready  ## load the sample office, or INBOX=DIR, and publish bands
ifeq ($(INBOX),$(SAMPLE)/inbox)
	@test -d $(INBOX) || $(MAKE) --no-print-directory $(SAMPLE)/inbox
endif
	@$(BIN)/rcmbench run --inbox $(INBOX) --home $(HOME_DIR)

test: $(VENV)/.ready  ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q $(ARGS)

fuzz: $(VENV)/.ready  ## damage files and read them for a while (MINUTES=N)
	@$(BIN)/python -m tests.intake.fuzz.run --minutes $(MINUTES) --out $(FUZZ_DIR)

kill: $(VENV)/.ready  ## kill a load at random moments and let it heal (KILLS=N, SEED=N)
	@KILLS=$(KILLS) SEED=$(SEED) $(BIN)/python -m pytest -q tests/pipelines/test_kill.py

lint: $(VENV)/.ready  ## ruff (strict), formatting, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.ready  ## let ruff format and fix what it can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

docs: $(VENV)/.ready  ## build the documentation into build/docs; a broken link fails
	@rm -rf build/docs
	@$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --keep-going -d build/doctrees docs build/docs

ui: $(VENV)/.ready  ## Dagster on 127.0.0.1:3000
	@$(BIN)/rcmbench ui --home $(HOME_DIR)

bench: $(VENV)/.ready  ## measure, as ratios in one run
	@$(BIN)/python -m benchmarks.run

lock: $(VENV)/.ready  ## renew requirements.lock (needs the package index)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-annotate --no-header \
	  --extra ui --extra dev pyproject.toml --output-file requirements.lock --upgrade

clean:  ## remove the environment, the sample, the built pages and what was computed
	@rm -rf $(VENV) $(SAMPLE) $(HOME_DIR) build
