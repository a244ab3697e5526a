# `make demo` and `make test` work on a bare machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-long links types lint clean

# Core + simulator only: no torch. `times` prints the CPU seconds of everything this line started.
demo:
	@$(MAKE) --no-print-directory $(VENV)/.demo && $(BIN)/fourdp-qa demo && \
	echo "CPU time with the installation (shell, then children; user and system):" && times

test: $(VENV)/.dev lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-long: $(VENV)/.dev
	$(BIN)/python -m pytest -m long -n 2

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

clean:
	rm -rf build dist *.egg-info $(VENV)
