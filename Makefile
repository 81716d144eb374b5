# Needs Python 3.11 or newer, git and make. Node and a browser are fetched where they are missing.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check -q
SOURCES = pyproject.toml hatch_build.py $(wildcard $(shell git ls-files client 2>/dev/null))

# Python keeps what it compiled, also where the environment says otherwise: each start is seconds faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check format lock bench browser clean

demo: $(VENV)/.run ## a real building and a pretend Microsoft 365, in your browser
	@$(BIN)/ledig demo $(ARGS)

test: $(VENV)/.test browser ## every test there is; ARGS go to pytest
	@$(BIN)/python hatch_build.py test
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.test ## lint, format, types, the house's imports, and no registry in any lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py run check
	@grep -nE '"resolved" *:|^--(extra-)?index-url|^--find-links|https?://[^ ]*(pypi|pythonhosted|npmjs)' requirements.lock requirements-test.lock client/package-lock.json client/.npmrc; \
	  test $$? -eq 1 # 0: found one; 2: could not read a file

format: $(VENV)/.test ## let the tools tidy up
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py run format

lock: ## resolve all versions anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements.lock
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes --no-header --upgrade -q -o requirements-test.lock
	cd client && npm update --package-lock-only --no-audit --no-fund

bench: $(VENV)/.test ## what the promises say, beside a limit or a peer; ARGS name some
	@$(BIN)/python -m bench $(ARGS)

browser: $(VENV)/.test
	@$(BIN)/python tests/browser/chromium.py

clean: ## forget everything that was installed or built
	rm -rf $(VENV) client/node_modules src/ledig/static

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "ledig needs Python 3.11 or newer, and '$(PYTHON)' is not that. Install one, or name it: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -f $@; echo "Python has no venv module: install it (Debian, Ubuntu: apt install python3-venv)."; exit 1; }

$(VENV)/.needed: requirements.lock | $(VENV)/bin/python
	@echo "Installing what ledig needs ..."
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.run: $(VENV)/.needed $(SOURCES)
	@$(PIP) install --no-deps -e . || { $(registry_hint); }
	@touch $@

$(VENV)/.test: requirements-test.lock $(SOURCES) | $(VENV)/bin/python
	@echo "Installing what ledig and its tests need ..."
	@$(call install,requirements-test.lock)
	@$(PIP) install --no-deps -e . || { $(registry_hint); }
	@touch $(VENV)/.needed $(VENV)/.run $@ # the tests' lock has all of the other

# --no-compile: Python compiles what it loads; compiling everything takes a third of the time until the demo is there
install = $(PIP) install --no-compile --require-hashes -r $(1) || { $(registry_hint); }
registry_hint = echo "Installing failed; the reason stands above. Without a way to the package index, set your mirror or proxy (pip config set global.index-url ..., HTTPS_PROXY=...) and run make again."; exit 1
