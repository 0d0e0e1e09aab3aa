# Luoshi 落实. `make help` lists what can be done; each target does its own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .make/ready
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test suite check mutants lint bench torture docs migration lock screenshots clean

help: ## say what each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## a whole city with a simulated year; Ctrl-C stops it
	@$(BIN)/luoshi demo $(ARGS)

run: $(READY) ## real use: pages, flows and mail from the settings in .env, which the first call writes
	@if test -f .env; then $(BIN)/luoshi db upgrade && $(BIN)/luoshi run; else $(MAKE) --no-print-directory .env; fi

test: lint browser mailbox ## the test command: lint, types, import contract, and every test
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(READY) ## lint, format, types, who may import whom, and the scope
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python deploy/scope_lint.py

check: lint ## within a minute: lint, types, import contract, and the tests of the pure rules
	@$(BIN)/python -m pytest --rules $(ARGS)

mutants: $(READY) ## break the rules, the record and the scope one by one; what no quick test sees
	@CI=true $(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results

bench: $(READY) browser ## measure: pages with 50 people, the overview's query, reading, mail
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file; done

torture: $(READY) ## everything at random fails, for a while, on both databases: make torture minutes=10 seed=1 kills=1000
	@LUOSHI_TORTURE=$(or $(minutes),10) LUOSHI_TORTURE_SEED=$(seed) LUOSHI_TORTURE_KILLS=$(or $(kills),1000) $(BIN)/python -m pytest tests/torture tests/scheduler/test_mirror.py $(ARGS)

docs: $(READY) ## write the papers that are made from code
	@$(BIN)/python docs/generate.py

migration: $(READY) ## write the next migration: make migration m="what changes"
	@$(BIN)/python deploy/migration.py "$(m)"

screenshots: $(READY) browser ## take the pictures of every page into docs/pictures
	@$(BIN)/python docs/screenshots.py

lock: $(READY) ## pin the newest versions that pyproject.toml allows, with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  --group dev pyproject.toml -o requirements.txt

clean: ## forget the environment and the demo; nothing of real use is touched
	rm -rf .venv .make .luoshi/demo

.PHONY: browser
browser: $(READY)
	@deploy/browser.sh

.PHONY: mailbox
mailbox: $(READY)
	@deploy/mailbox.sh

.env: | $(READY)
	@umask 077; \
	secret=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))'); \
	key=$$($(BIN)/luoshi backup-key); \
	sed -e "s|^LUOSHI_SECRET_KEY=.*|LUOSHI_SECRET_KEY=$$secret|" \
	  -e "s|^LUOSHI_BACKUP_KEY=.*|LUOSHI_BACKUP_KEY=$$key|" deploy/env.example > .env.new; \
	mv .env.new .env
	@echo "Wrote .env. Keep a copy of its LUOSHI_BACKUP_KEY elsewhere: without it no backup can be opened."
	@echo "Next: set the mail relay (LUOSHI_SMTP_…) and the address (LUOSHI_BASE_URL) in it, then call make run again."

$(READY): requirements.txt deploy/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Luoshi needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/uv.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements.txt deploy/uv.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $@
