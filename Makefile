# Everything starts with `make run`. `make help` lists the rest.

PYTHON ?= python3
BIN = .venv/bin
INSTALLED = .venv/.installed
export UV_LINK_MODE ?= copy
# Bytecode is kept, whatever the machine says: else each of our many processes compiles everything.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help install run test check format bench requirements clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PORT=9000 make run    when port 8000 is taken"

install: $(INSTALLED)  ## prepare .venv

run: $(INSTALLED)  ## run the whole helpdesk with a demo company (Ctrl-C ends it)
	@$(BIN)/python manage.py up

test: $(INSTALLED)  ## run all tests
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal $(ARGS)

check: $(INSTALLED)  ## lint, types, layers, system checks, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py translations --check

format: $(INSTALLED)  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)  ## measure, as ratios to what is possible
	$(BIN)/python -m bench $(ARGS)

requirements: $(INSTALLED)  ## pin anew what requirements*.in ask for
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean:  ## remove what was installed; data in .data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(INSTALLED): requirements-dev.txt .ci/install
	PYTHON=$(PYTHON) sh .ci/install
	@touch $@
