# Needs Python 3.11 or newer, and make. `make help` lists what there is; ARGS="..." is passed on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check install --constraint constraints.txt

# Bytecode is kept whatever the environment says: tests start hundreds of processes, and each would compile all anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install run test check soak bench audit train-deps

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1:/' | awk -F: '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## .venv with everything but torch, from constraints.txt

run: install ## the demo exhibition; ARGS="--http" for this computer alone
	@$(BIN)/vernissage run $(ARGS)

# Three at a time, since browsers wait a lot, each on one thread; tests/live, held to times, has the cores to itself.
test: install $(VENV)/.chromium ## every test but the long ones, a real browser included
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "not slow" --ignore tests/live --numprocesses 3 --dist loadfile $(ARGS)
	$(BIN)/pytest -m "not slow" $(ARGS) tests/live

check: install ## ruff, mypy --strict, and the layer test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_layers.py

soak: install $(VENV)/.chromium ## the tests that take minutes, and thousands of random inputs
	$(BIN)/pytest -m slow --timeout 1800 $(ARGS)
	$(BIN)/pytest -m hypothesis --hypothesis-profile explore --timeout 1800 $(ARGS)

bench: install ## a benchmark; NAME=server, track, engine, style, generate, operate or store, ARGS="--json"
	$(BIN)/vernissage bench $(or $(NAME),server) $(ARGS)

# Asks an advisory service for each version, so it is no part of the checks: those need no internet but the package index.
audit: $(VENV)/.audit ## known weaknesses in constraints.txt, by pip-audit; needs the internet
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --progress-spinner off $(ARGS)

train-deps: $(VENV)/.train ## torch, ONNX and TensorRT-RTX too, for training, exporting and the tests of it

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: expected Python 3.11 or newer, got $$($(PYTHON) --version 2>&1); try make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: constraints.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable '.[test,check,onnxruntime]'
	@touch $@

$(VENV)/.train: $(VENV)/.installed
	$(PIP) --editable '.[train,torch,generate,tensorrt-rtx]'
	@touch $@

$(VENV)/.audit: $(VENV)/.installed
	$(PIP) --editable '.[audit]'
	@touch $@

# A Chromium that is there; as root on Debian the system's; else Playwright's own.
$(VENV)/.chromium: | $(VENV)/.installed
	@if [ -n "$$VERNISSAGE_CHROMIUM" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then \
		apt-get update && apt-get install --yes --no-install-recommends chromium; \
	else $(BIN)/playwright install chromium; fi
	@touch $@
