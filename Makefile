# Recommender Workshop. `make` alone lists what there is.
# All set-up happens by itself, into .venv; nothing is needed but Python 3.11-3.13 with venv, and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first interpreter of a fitting version; `make lab PYTHON=/path/to/python3.12` chooses another.
FITS := import sys, venv, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(FITS)' >/dev/null 2>&1 && { echo $$name; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK := $(VENV)/.spark
DATASET ?= twin
# A folder of wheels that `make wheelhouse` filled: set-up then needs no network.
WHEELHOUSE ?=
WHEELHOUSE_OUT ?= wheelhouse
PIP_SOURCE := $(if $(WHEELHOUSE),--no-index --find-links "$(WHEELHOUSE)")

# One lock for all extras but Spark's, which has its own, and both without an address in them.
LOCKED := --quiet --universal --generate-hashes --no-header --python-version 3.11 $(UPGRADE)
LIST_SPARK := import tomllib; \
	extras = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]; \
	print(*extras["spark"], sep="\n")

# Why there is no Java for Spark, if there is none.
JAVA := import sys; from workshop_pkg import machine; \
	why = machine.no_java(); print(why or ""); sys.exit(bool(why))

# Lessons run in folders of their own, from where a relative path would lead elsewhere.
ifneq ($(WORKSHOP_DATA),)
export WORKSHOP_DATA := $(shell cd "$(WORKSHOP_DATA)" 2>/dev/null && pwd || echo "$(WORKSHOP_DATA)")
endif

# TensorFlow and the notebooks are quiet, and a run does not depend on what the network gives.
QUIET := TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0 PYTHONWARNINGS=ignore::DeprecationWarning:jupyter_client
# Tests and measurements neither read nor change the ratings that somebody has saved.
test test-all test-notebooks bench: export WORKSHOP_OWN_RATINGS := sample
TWIN := $(QUIET) WORKSHOP_DATASET=twin $(BIN)/python -m pytest
NBVAL := --nbval-lax --nbval-cell-timeout=120 --nbval-current-env -p no:cacheprovider
LESSONS := $(wildcard book/[0-9]_*/[0-9]_*.ipynb)
# Two lessons at a time: most of a lesson keeps one core busy, and two of 2 GiB fit into any laptop
# (so not one for each core). loadscope hands out whole files: a notebook's cells need one kernel.
# Each on one thread: with more, the two wait for one another, and a lesson that trains takes a
# quarter more of the processor. The book and the other tests run on as many threads as there are.
TWO_AT_A_TIME := -n 2 --dist loadscope
ONE_THREAD_EACH := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1
# These tests run lessons or train models, too, each in a kernel or a process of its own; the
# exercises, in one file, begin at once and fill one worker. All other tests run one after another:
# some of them limit the disk, wait for a clock, close the network or share a browser.
LONG_TESTS := tests/exercises/test_exercises.py tests/figures tests/twin tests/models tests/charts tests/own_ratings tests/benchmarks
RUN_LONG_TESTS := $(TWO_AT_A_TIME) --no-loadscope-reorder $(LONG_TESTS)
OTHER_TESTS := --doctest-modules workshop_pkg tests $(LONG_TESTS:%=--ignore=%)

.PHONY: help setup lab book test test-all test-notebooks bench lint format clean lock wheelhouse \
	spark spark-if-java
# Each target runs lessons on all cores as it is, and needs what the one before it has set up.
.NOTPARALLEL:

help: ## list what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "make %-15s %s\n", $$1, $$2}'

setup: $(READY) ## install everything into .venv (the other targets do this by themselves)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with venv was found. Install one (Debian and Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up $(VENV) with $(PYTHON): a few minutes, once."; "$(PYTHON)" -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(PIP_SOURCE) -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

spark: $(SPARK) ## add Spark to .venv, for lesson 5.2: 450 MB; it needs Java 17
	@if why=$$($(BIN)/python -c '$(JAVA)'); then echo "Spark is ready for lesson 5.2."; \
	else printf 'Spark is here, but no Java for it: %s\n' "$$why"; fi

$(SPARK): requirements-spark.lock | $(READY)
	@echo "Adding Spark to $(VENV) (450 MB, built by pip): a minute or two, once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(PIP_SOURCE) -r requirements-spark.lock
	@touch $@

# For targets that run all lessons: with Spark, if there is a Java that it runs on, else without.
# Lesson 5.2 and its tests then skip, and say why.
spark-if-java: $(READY)
	@if test -n "$(WHEELHOUSE)" && ! test -e $(SPARK); then \
		echo "Without lesson 5.2: a wheelhouse has no Spark."; \
	elif why=$$($(BIN)/python -c '$(JAVA)'); then \
		$(MAKE) --silent $(SPARK) || \
		echo "Without lesson 5.2: Spark could not be added (see above; \`make spark\` tries again)."; \
	else printf 'Without lesson 5.2: %s\n' "$$why"; fi

lab: $(READY) ## open JupyterLab on your own copy of the lessons (in workspace/, or WORKSHOP_WORKSPACE)
	$(QUIET) $(BIN)/workshop lab

book: $(READY) spark-if-java ## build the HTML book into _build/html (make book DATASET=100k: with MovieLens, for your class only)
	$(QUIET) $(BIN)/python book/build.py --dataset $(DATASET)

test: $(READY) spark-if-java test-notebooks ## the tests a change must pass: 15 minutes at the most
	$(ONE_THREAD_EACH) $(TWIN) $(RUN_LONG_TESTS) -m "not full"
	$(TWIN) $(OTHER_TESTS) -m "not full"

test-notebooks: $(READY) ## run every lesson from top to bottom on the twin
	$(ONE_THREAD_EACH) $(TWIN) $(NBVAL) $(TWO_AT_A_TIME) $(LESSONS)

# nbval runs every lesson here, too, but in other environments: on these packages in the room
# without network (Python 3.12, the twin), and on Colab's versions (3.13, real data if it is there).
test-all: $(READY) spark-if-java ## also real data, other Pythons, Colab's versions, JupyterLab, no network
	$(ONE_THREAD_EACH) $(TWIN) $(RUN_LONG_TESTS)
	$(TWIN) $(OTHER_TESTS)

bench: $(READY) ## measure the lessons, the imports and the loaders
	$(QUIET) $(BIN)/python -m benchmarks

lint: $(READY) ## style, types, spelling, notebooks' form, and that the three lists of packages agree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/workshop format --check
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/packaging/test_requirements_agree.py

format: $(READY) ## bring code and notebooks into form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/workshop format

lock: $(READY) ## resolve both locks anew from pyproject.toml (make lock UPGRADE=--upgrade)
	$(BIN)/uv pip compile $(LOCKED) --extra lab --extra book --extra serve --group dev \
		pyproject.toml -o requirements.lock
	extra=$$($(BIN)/python -c '$(LIST_SPARK)') && printf '%s\n' "$$extra" | $(BIN)/uv pip compile \
		$(LOCKED) --no-annotate --constraint requirements.lock - -o requirements-spark.lock

wheelhouse: $(READY) ## collect all packages in wheelhouse/, for set-up in a room without network
	$(BIN)/python -m pip download --quiet --require-hashes --dest "$(WHEELHOUSE_OUT)" -r requirements.lock

clean: ## remove all that make has made, but never workspace/ (your own work)
	rm -rf $(VENV) .venv-* _build book/_static/vega-offline.js book/_generated wheelhouse build dist
	find . -name __pycache__ -not -path './workspace/*' -prune -exec rm -rf {} +
	rm -rf .pytest_cache .mypy_cache .ruff_cache
