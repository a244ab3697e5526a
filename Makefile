# `make demo` and `make test` work on a bare machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-long train-demo train-demo-short links types lint clean

# Core + simulator only: no torch. `times` prints the CPU seconds of everything this line started.
demo:
	@$(MAKE) --no-print-directory $(VENV)/.demo && $(BIN)/fourdp-qa demo && \
	echo "CPU time with the installation (shell, then children; user and system):" && times

test: $(VENV)/.dev lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-long: $(VENV)/.dev
	$(BIN)/python -m pytest -m long -n 2

# A small model learns from simulated clips, on two cores: docs/training.md says what comes out. Interrupted, the
# same line goes on. MIX=std trains on types 1-11 alone, after the same scenes.
train-demo: $(VENV)/.train
	$(BIN)/python -m fourdp_qa.train.demonstration --plan full --mix $(or $(MIX),tm)

train-demo-short: $(VENV)/.train
	$(BIN)/python -m fourdp_qa.train.demonstration --plan short

# The installed package joins several top-level folders: the type checker and the import linter see
# the same tree, made of links.
links:
	@rm -rf build/typed && mkdir -p build/typed/fourdp_qa
	@for child in fourdp_qa/*; do ln -s ../../../$$child build/typed/fourdp_qa/; done
	@for home in loading_scripts eval_tasks train; do ln -s ../../../$$home build/typed/fourdp_qa/; done

lint: $(VENV)/.dev links
	$(BIN)/ruff check .
	cd build/typed && ../../$(BIN)/lint-imports --no-logo --no-cache --config ../../pyproject.toml

types: $(VENV)/.dev links
	MYPYPATH=build/typed $(BIN)/mypy -p fourdp_qa

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml setup.py | $(VENV)/bin/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sim]'
	@touch $@

$(VENV)/.dev: pyproject.toml setup.py | $(VENV)/bin/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.demo

$(VENV)/.train: pyproject.toml setup.py | $(VENV)/bin/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sim,eval,train]'
	@touch $@

clean:
	rm -rf build dist *.egg-info $(VENV)
