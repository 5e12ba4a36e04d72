# `make` tells what there is. Every target does the set-up that it needs by itself.

# PYTHON=python3.13 make test   works in an environment of its own, .venv-python3.13
PYTHON ?= python3
VENV ?= $(if $(filter python3,$(notdir $(PYTHON))),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin

# More words for the programs behind the targets, as in: make test PYTEST_ARGS="-k journal"
PYTEST_ARGS ?=
DEMO_ARGS ?=
# Who comes to the demo: shopper or staff
ROLE ?= shopper
BENCH_ARGS ?=
# Words of some mutants' names, or --walk
MUTANTS_ARGS ?=
# Three workers on CI's two cores: much of the suite waits for real databases, kiosks and printers.
PYTEST_WORKERS ?= 3

LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
FONTS := build/fonts/.made
READY := $(INSTALLED) $(FONTS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint screens pictures bench bench-decode faults mutants lock setup clean debian

help: ## tell what can be made
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 15

demo: $(READY) ## a shop on this machine; plays a shopper if there is no display, with ROLE=staff a roll change
	$(BIN)/python -m demo --role $(ROLE) $(DEMO_ARGS)

test: $(READY) ## every test: first all without a window, then the screens in a process of their own
	$(BIN)/python -m pytest --ignore=tests/ui -m "not faults and not hardware" \
	    -n $(PYTEST_WORKERS) --dist loadscope $(PYTEST_ARGS)
	$(BIN)/python -m pytest tests/ui $(PYTEST_ARGS)

lint: $(INSTALLED) ## style, formatting, types and import borders
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

screens: $(READY) ## a picture of every screen, in screens-out/
	$(BIN)/python -m kiosk.screens.pictures screens-out

pictures: $(READY) ## draw the README's pictures anew from the running demo, in docs/pictures/
	$(BIN)/python -m demo --auto
	$(BIN)/python -m demo --role staff --out demo-out/staff
	$(BIN)/python -m demo.pictures

bench: $(READY) ## measure, each figure beside its peer; JSON lines in bench-out/
	$(BIN)/python -m bench $(BENCH_ARGS)

bench-decode: $(READY) ## how well codes are read, beside plain pyzbar and zxing-cpp; draws the curves of docs/scanner.md
	$(BIN)/python -m bench.decode --draw docs/pictures $(BENCH_ARGS)

faults: $(READY) ## the long runs against breaking parts (minutes)
	$(BIN)/python -m pytest -m faults --timeout 1800 $(PYTEST_ARGS)

mutants: $(INSTALLED) ## put faults into the ledger's SQL one by one: the suite must go red for each (minutes)
	$(BIN)/python -m tests.mutants $(MUTANTS_ARGS)

lock: $(INSTALLED) ## choose newer locked packages: writes requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra kiosk --extra central --extra dev --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --upgrade --output-file requirements.lock

setup: $(READY) ## only the set-up: Debian packages, environment, fonts

clean: ## remove everything that was made here, the environments too
	rm -rf .venv .venv-* build demo-out bench-out screens-out *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ------------------------------------------------------------------------------
# Asked every time, because it takes 30 ms; never a reason to make anything anew (hence "|").
debian:
	@$(PYTHON) deploy/setup/debian.py

$(LOCKED): requirements.lock deploy/setup/environment.py | debian
	$(PYTHON) deploy/setup/environment.py $(VENV)
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(FONTS): $(INSTALLED) kiosk/fonts.py
	$(BIN)/python -m kiosk.fonts
	@mkdir -p $(@D) && touch $@
