# Everything that people and CI run. `make` alone lists it.
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3
BROWSERS := chromium chromium-browser google-chrome-stable google-chrome
# tests/conftest.py says how many workers that is, and which tests stay together.
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS)
BENCHES := $(basename $(notdir $(shell grep -l '^def main' bench/*.py)))

# A stamp for each lock file's content: a changed lock installs again.
stamp = $(VENV)/.installed-$(1)-$(shell cksum < requirements/$(1).txt | tr -d ' ')
CORE := $(call stamp,core)
E2E := $(call stamp,e2e)
DEV := $(call stamp,dev)

# Keys that pass the checks of a production they never run.
PRODUCTION := env -i PATH="$$PATH" HOME="$$HOME" WELLHOUSE_MODE=production \
  WELLHOUSE_HOSTS=wellhouse.example WELLHOUSE_VAR=/tmp \
  SECRET_KEY=for-make-check-only-0123456789-abcdefghijklmnopqrstuvwxyz \
  WELLHOUSE_TRAIL_KEYS=for-make-check-only-zyxwvutsrqponmlkjihgfedcba-9876543210 \
  WELLHOUSE_DATA_KEYS=MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=

say = @printf '\n== %s\n' "$(1)"

.PHONY: help demo demo-reset run run-web run-worker
.PHONY: test test-sqlite test-postgres test-browser test-all check lint types fix bench lock sbom messages screenshots chromium clean

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

demo: $(CORE) ## the site with invented people, at http://127.0.0.1:$PORT (8000)
	@exec env WELLHOUSE_MODE=demo $(BIN)/python manage.py demo --port $(PORT)

demo-reset: $(CORE) ## the same, starting over with new data
	@exec env WELLHOUSE_MODE=demo $(BIN)/python manage.py demo --port $(PORT) --reset

run: $(DEV) ## the site as you write it: own data, pages reload, worker beside it
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(MAKE) --no-print-directory -j2 run-web run-worker

run-web:
	@exec $(BIN)/python manage.py runserver $(PORT)

run-worker:
	@exec $(BIN)/python manage.py serve --only worker

test: test-sqlite test-postgres test-browser ## every test: both databases, a real browser

# Pages, processes, texts and pure rules are the same on either database: they run on
# SQLite only, and NUL, which SQLite takes, on PostgreSQL only. `make test-all` runs
# everything on both.
ON_SQLITE := --ignore tests/practice/test_nul.py
ON_POSTGRES := --of-the-database -m 'not browser and not walk' \
  --ignore-glob 'tests/*/test_views_*' --ignore-glob 'tests/test_*' \
  $(addprefix --ignore tests/,practice/test_seeds_any_day.py practice/test_supervisor.py \
  practice/test_spanish.py practice/test_web.py practice/test_passkeys.py \
  practice/test_switching_attacked.py practice/test_demo.py faults/test_demo.py \
  faults/test_serve.py)

test-sqlite: $(E2E)
	$(call say,SQLite: all tests but the browser's on a database file)
	@TEST_DATABASE=sqlite $(PYTEST) $(ON_SQLITE)

test-postgres: HYPOTHESIS_PROFILE ?= few
test-postgres: $(E2E)
	$(call say,PostgreSQL: what depends on the database on a server of its own)
	@HYPOTHESIS_PROFILE=$(HYPOTHESIS_PROFILE) TEST_DATABASE=postgres $(PYTEST) $(ON_POSTGRES)

test-browser: $(E2E) chromium
	$(call say,Browser: Chromium on the live site)
	@TEST_DATABASE=sqlite $(PYTEST) tests/browser -m browser --output var/browser \
	  --screenshot only-on-failure

test-all: export RACE_ROUNDS ?= 100
test-all: export FAULT_ROUNDS ?= 50
test-all: export FAULT_DELIVERIES ?= 10000
test-all: export IMPORT_ROWS ?= 20000
test-all: export HYPOTHESIS_PROFILE = thorough
test-all: export EVERY_ROLE = 1
test-all: PYTEST := $(BIN)/coverage run -m pytest --numprocesses $(WORKERS)
test-all: ## every test at full counts, with coverage
	@rm -f .coverage .coverage.*
	@$(MAKE) test PYTEST="$(PYTEST)" ON_SQLITE= ON_POSTGRES=
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

check: lint types ## style, types, layers, migrations, production settings
	$(call say,Migrations and production settings)
	@$(BIN)/python manage.py makemigrations --check --dry-run --settings tests.settings
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

lint: $(DEV)
	$(call say,Style and layers)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' -exec $(BIN)/djade --check {} +
	@$(BIN)/djlint --quiet --lint --check templates
	@$(BIN)/lint-imports

types: $(DEV)
	$(call say,Types)
	@$(BIN)/mypy

fix: $(DEV) ## repair what tools can repair
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@find templates -name '*.html' -exec $(BIN)/djade {} +

bench: $(E2E) ## measure; each ends with its ratio to the bar
	@set -e; for name in $(BENCHES); do $(BIN)/python -m bench.$$name; done

lock: $(DEV) ## pin the newest versions that fit pyproject.toml
	$(call pin,core,)
	$(call pin,test,--extra test)
	$(call pin,e2e,--extra test --extra e2e)
	$(call pin,dev,--extra test --extra e2e --extra dev)

pin = @$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-annotate --custom-compile-command "make lock" \
  pyproject.toml $(2) --output-file requirements/$(1).txt

sbom: $(DEV) ## the bill of materials of what production installs (CycloneDX)
	@mkdir -p var
	@$(BIN)/cyclonedx-py requirements requirements/core.txt --pyproject pyproject.toml \
	  --output-reproducible --output-file var/sbom.json
	@echo "var/sbom.json lists the Python packages, static/vendor/vendor.json the scripts and fonts."

screenshots: $(E2E) chromium ## take the pictures of README anew
	@SCREENSHOTS=1 TEST_DATABASE=sqlite $(PYTEST) -m browser tests/browser/test_screenshots.py

messages: $(DEV) ## collect and compile translations (needs gettext)
	@$(BIN)/python manage.py makemessages --locale es --no-location --no-wrap \
	  --ignore tests --ignore bench --settings tests.settings
	@$(BIN)/python manage.py compilemessages --ignore $(VENV) --settings tests.settings

clean: ## remove the environment and all caches; data in var/ stays
	@rm -rf $(VENV) .coverage .coverage.* .*_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up ---------------------------------------------------------------------
$(BIN)/python:
	@for name in $(PYTHONS); do \
	  python=$$($$name -c 'import sys; \
	    print(sys.executable if sys.version_info >= (3, 11) else "")' 2>/dev/null); \
	  test -n "$$python" && break; \
	done; \
	test -n "$$python" || { \
	  echo "Wellhouse needs Python 3.11 or newer (make PYTHON=/path/to/python)." >&2; \
	  exit 1; }; \
	"$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed-%: | $(BIN)/python
	@set -e; set=$(firstword $(subst -, ,$*)); \
	echo "Installing requirements/$$set.txt"; \
	command -v uv > /dev/null && UV_COMPILE_BYTECODE=1 uv pip install --quiet \
	    --python $(BIN)/python --require-hashes -r requirements/$$set.txt || \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check \
	    --require-hashes -r requirements/$$set.txt; \
	rm -f $(VENV)/.installed-$$set-*; touch $@

chromium:
	@test -n "$$CHROMIUM" && exit 0; \
	for name in $(BROWSERS); do command -v $$name > /dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  apt-get update -qq && apt-get install -y -qq chromium; \
	else \
	  echo "The browser tests need Chromium: sudo apt-get install chromium" >&2; \
	  exit 1; \
	fi
