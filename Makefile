# Commonplace. Python 3.11+, git and make are all that these need; the rest is fetched into .venv, locked and hashed.
PYTHON ?= python3
IN_DEV := $(PYTHON) -m intranet.bootstrap dev

.PHONY: run test test-sqlite test-postgresql test-browser test-long test-whoosh mutants check lint bench bench-growth lock help
.DEFAULT_GOAL := help

help:
	@echo "make run    start Commonplace: http://127.0.0.1:8000/ (HOST, PORT and INTRANET_VAR change where)"
	@echo "make test   lint, then the suite on SQLite, on PostgreSQL and in a browser"
	@echo "make check  within 90 s a yes or no on what you changed: lint, types, the tests near it"
	@echo "make test-long   kill the indexer thirty times, fill its disk, damage its files"
	@echo "make test-whoosh the tests of search once with whoosh3"
	@echo "make mutants     break one security rule at a time: a test must notice each"
	@echo "make lint   static checks only"
	@echo "make bench  measurements, as ratios to a bare Django of the same run"
	@echo "make bench-growth  what each address costs with 3,000 and with 30,000 pages"
	@echo "make lock   compile requirements/*.in into the locked lists"

run:
	@$(PYTHON) -m intranet.bootstrap run

test:
	@$(IN_DEV) python -m tests.everything

test-sqlite:
	@$(IN_DEV) python -m tests.everything sqlite

test-postgresql:
	@$(IN_DEV) python -m tests.everything postgresql

test-browser:
	@$(IN_DEV) python -m tests.everything browser

check:
	@$(IN_DEV) python -m tests.check

test-long:
	@$(IN_DEV) python -m tests.ruin

test-whoosh:
	@$(IN_DEV) sh -c 'old=$$(mktemp -d) && trap "rm -rf $$old" EXIT && \
	  uv pip install -q --require-hashes --target $$old -r requirements/other_whoosh.txt && \
	  python -W ignore -m compileall -q $$old && \
	  PYTHONPATH=$$old python -m pytest -q -n 2 tests/search'

mutants:
	@$(IN_DEV) python -m tests.mutants

lint:
	@$(IN_DEV) python -m tests.everything lint

bench:
	@$(IN_DEV) python -m bench

bench-growth:
	@$(IN_DEV) python -m bench.growth

lock:
	@$(IN_DEV) sh -c 'for set in base services dev uv other_whoosh; do \
	  uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; done'
