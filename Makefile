# `make run` starts the product, `make test` checks everything, `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

# Compiled modules are kept, whatever the machine says: without them each process of the product starts 4 s of processor later.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# The first tested Python on this machine.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
# What `make run` needs, what tests need beside it, and what checks need beside both; the name of a mark holds its lock file.
mark = $(VENV)/.$(1)-$(shell cat $(2) | cksum | cut -d' ' -f1)
PACKAGES := $(call mark,run,requirements-run.txt)
TEST_PACKAGES := $(call mark,test,requirements-test.txt)
LINT_PACKAGES := $(call mark,lint,requirements.txt)
LINTERS := $(call mark,node,package-lock.json)
UV := $(BIN)/uv pip
# Node.js of the machine, else of a wheel in the virtual environment; npm prints errors only.
NODE = export PATH="$$PATH:$(CURDIR)/$(BIN)"
NPM = $(NODE); command -v npm >/dev/null \
	|| $(call install,requirements-node.txt) || true; npm --no-audit --no-fund --loglevel=error --update-notifier=false --fetch-retries=1 --fetch-timeout=30000
# A machine whose packages come from a mirror that only pip knows takes the same versions by pip.
install = { $(UV) install --quiet --system-certs --python $(BIN)/python --requirement $(1) 2>$(VENV)/uv.log \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $(1) || { cat $(VENV)/uv.log >&2; false; }; }
lock = $(UV) compile --quiet --system-certs --universal --generate-hashes --no-header --no-annotate --python-version 3.11

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: setup
setup: $(PACKAGES) ## Install the locked packages into a virtual environment (does nothing when they are current)
	@:

$(BIN)/uv:
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		echo "Python 3.11 or newer is needed, and this is $$("$(or $(PYTHON),python3)" --version 2>/dev/null || echo none): install it, or name it with PYTHON=/path make setup" >&2; exit 1; fi
	if ! "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null; then
		echo "This Python has no venv module: install it (Debian, Ubuntu: apt install python3-venv) and start again." >&2; exit 1; fi
	$(BIN)/python -c '' 2>/dev/null || { echo "Making the virtual environment with $$("$(PYTHON)" --version)"; "$(PYTHON)" -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-uv.txt
	$(UV) uninstall --quiet --python $(BIN)/python setuptools 2>/dev/null || true  # 10 MB that Python 3.11 puts there

$(PACKAGES): requirements-run.txt | $(BIN)/uv
	@echo "Installing the locked packages"
	$(call install,$<)
	rm -f $(VENV)/.run-*
	touch $@

$(TEST_PACKAGES): requirements-test.txt | $(PACKAGES)
	@$(call install,$<)
	rm -f $(VENV)/.test-*
	touch $@

$(LINT_PACKAGES): requirements.txt | $(TEST_PACKAGES)
	@$(call install,$<)
	rm -f $(VENV)/.lint-*
	touch $@

$(LINTERS): package-lock.json | $(PACKAGES)
	@if $(NPM) ci >/dev/null; then rm -f $(VENV)/.node-*; touch $@;
	elif [ "$${CI:-}" = true ]; then echo "npm or its registry is out of reach: scripts and styles cannot be checked" >&2; exit 1;
	else echo "Warning: npm or its registry is out of reach: scripts and styles are not checked." >&2; fi

.PHONY: run
run: setup ## Start everything on this machine: servers, game, bots, demo game
	@exec $(BIN)/python -m chsh_project.stack

.PHONY: servers
servers: setup ## Start PostgreSQL and Valkey only, for manage.py runserver in a second terminal
	@exec $(BIN)/python -m chsh_project.stack --servers

.PHONY: password
password: ## Set a new password for the instructor or USER_NAME=other; the stack must run
	@$(BIN)/python manage.py changepassword $(or $(USER_NAME),instructor)

.PHONY: backup
backup: setup ## Write everything that counts into FILE=../chsh-DATE.zip; PostgreSQL must run
	@$(BIN)/python manage.py backup "$(or $(FILE),../chsh-$(shell date -u +%Y-%m-%dT%H-%M-%SZ).zip)"

.PHONY: restore
restore: setup ## Read FILE=... into the database (REPLACE=1: delete what is there) while `make servers` alone runs
	@$(BIN)/python manage.py restore "$(or $(FILE),$(error FILE= is missing: make restore FILE=../chsh-DATE.zip))" $(if $(REPLACE),--replace)

.PHONY: check
check: $(LINT_PACKAGES) $(LINTERS) ## Checks without a server: format, lint, types, import rules, templates, scripts, settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint --quiet
	if [ -x node_modules/.bin/biome ] && [ -x node_modules/.bin/tsc ]; then $(NODE); node_modules/.bin/biome ci --colors=off .; node_modules/.bin/tsc
	else echo "Scripts and styles are not checked: biome or tsc is missing (npm, or rm $(VENV)/.node-* and again)."; fi
	$(NODE); if command -v node >/dev/null; then node --test --test-reporter=dot tests/js/*.test.js; else echo "Scripts are not tested: node is missing."; fi
	env -u DATABASE_URL DEBUG=1 $(BIN)/python manage.py check --fail-level WARNING
	DATABASE_URL=postgres://none@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1 DEBUG=0 HTTPS=1 ALLOWED_HOSTS=game.example \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

.PHONY: test
test: check ## Every check, then the tests on real servers, then the browser tests
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder --ignore tests/model
	$(BIN)/python -m pytest --numprocesses 2 --dist load tests/model
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder tests/e2e

.PHONY: physics
physics: $(TEST_PACKAGES) ## Simulations of many rounds: false alarms at their stated levels, no channel in time
	$(BIN)/python -m pytest -m physics

.PHONY: model
model: $(TEST_PACKAGES) ## Make PROGRAMS=10000 programs of moves, drawn by SEED=23, in the product and in a model of it
	MODEL_PROGRAMS=$(or $(PROGRAMS),10000) MODEL_SEED=$(or $(SEED),23) MODEL_STEPS=25 MODEL_SCREENS_EVERY=1 \
		$(BIN)/python -m pytest --numprocesses 2 --dist load --timeout 0 tests/model

.PHONY: fuzz
fuzz: $(TEST_PACKAGES) ## Try FRAMES=100000 hostile frames and requests, drawn by SEED=23, at a real server while a pair plays
	FUZZ_TIMES=$(or $(FRAMES),100000) FUZZ_SEED=$(or $(SEED),23) $(BIN)/python -m pytest --timeout 0 tests/fuzz

.PHONY: simulate
simulate: $(TEST_PACKAGES) ## Simulate hubs, batchers, sockets and phones on a virtual clock TIMES=10000 times on PROCESSES= of all, or SEED=7 once more
	SIMULATION_TIMES=$(or $(TIMES),$(if $(SEED),1,10000)) SIMULATION_SEED=$(or $(SEED),1) \
		SIMULATION_PROCESSES=$(or $(PROCESSES),$(if $(SEED),1,$(shell nproc))) \
		$(BIN)/python -m pytest --timeout 0 --capture=no -k everybody_ends tests/simulation

.PHONY: format
format: $(LINT_PACKAGES) $(LINTERS) ## Format all files
	$(BIN)/ruff check --fix --quiet || true
	$(BIN)/ruff format
	$(BIN)/djlint templates --reformat --quiet || true
	if [ -x node_modules/.bin/biome ]; then node_modules/.bin/biome check --colors=off --write .; fi

.PHONY: words
words: $(TEST_PACKAGES) ## Update the catalogues of German and French from the sources
	$(BIN)/python -m chsh_project.translations

.PHONY: lock
lock: $(BIN)/uv ## Pin the newest packages that pyproject.toml allows, with the hashes of their files
	$(lock) pyproject.toml --upgrade --all-extras --output-file requirements.txt
	$(lock) pyproject.toml --constraint requirements.txt --extra local --extra telemetry --extra test --output-file requirements-test.txt
	$(lock) pyproject.toml --constraint requirements.txt --extra local --output-file requirements-run.txt
	$(lock) pyproject.toml --constraint requirements.txt --extra telemetry --output-file requirements-deploy.txt
	echo "pip-audit cyclonedx-bom" | tr ' ' '\n' | $(lock) --upgrade --output-file requirements-audit.txt -

# Tools of their own environment: what they need must not decide what the product gets.
AUDIT := .local/audit
$(AUDIT)/.made: requirements-audit.txt | $(BIN)/uv
	@$(BIN)/python -m venv --clear $(AUDIT)
	$(UV) install --quiet --system-certs --python $(AUDIT)/bin/python --requirement $< 2>$(VENV)/uv.log \
		|| $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

.PHONY: audit
audit: $(AUDIT)/.made ## Ask the lists of known faults about the locked packages; says when it cannot reach them
	@$(NODE); $(BIN)/python deploy/supply/audit.py $(AUDIT)/bin/pip-audit

.PHONY: sbom
sbom: $(AUDIT)/.made ## Write the list of the image's packages (CycloneDX) into FILE=.local/sbom.json
	@$(AUDIT)/bin/cyclonedx-py requirements requirements-deploy.txt --pyproject pyproject.toml --output-reproducible \
		--output-file "$(or $(FILE),.local/sbom.json)"
	echo "$(or $(FILE),.local/sbom.json) is written"

.PHONY: clean
clean: ## Remove what setup installed; the game's data in .local stays
	rm -rf $(VENV) node_modules tests/e2e/chromium/node_modules .local/chromium .local/static .mypy_cache .ruff_cache .pytest_cache

.PHONY: bench
bench: $(TEST_PACKAGES) ## Measure the targets and write docs/performance.md (QUICK=1: small, nothing written; PROFILE=stress: one part)
	$(BIN)/python -m tests.load.bench $(if $(QUICK),--quick,$(if $(PROFILE),,--write)) $(or $(PROFILE),targets)

.PHONY: screenshots
screenshots: $(TEST_PACKAGES) ## Take the pictures of every step of a lesson in docs/images/screens, from the running product
	$(BIN)/python -m tests.e2e.screenshots

.PHONY: pictures
pictures: $(PACKAGES) $(LINTERS) ## Write static/img/pictures.svg, the pictures of themes, from the locked npm package
	$(BIN)/python -m chsh_project.assets.pictures

.PHONY: benchphone
benchphone: $(TEST_PACKAGES) ## Measure when a pupil on a slow phone can join and write it into docs/performance.md
	$(BIN)/python -m tests.e2e.bench_phone --write

.PHONY: benchlive
benchlive: $(TEST_PACKAGES) ## Measure the browser's work for 500 live rows and write it into docs/performance.md
	$(BIN)/python -m tests.e2e.bench_live --write

.PHONY: drill
drill: $(TEST_PACKAGES) ## Restart and cut off web hosts (network namespaces; root) under 200 players: waits, losses, balance
	$(BIN)/python -m tests.load.hosts.drill

.PHONY: image
image: $(TEST_PACKAGES) ## Build the image without an engine's service or a registry (root; podman, buildah, mmdebstrap) and measure it
	$(BIN)/python -m tests.containers image

.PHONY: compose-smoke
compose-smoke: $(TEST_PACKAGES) ## Build the image, start the services of compose by podman, let 100 play, back up, restore, stop
	$(BIN)/python -m tests.containers smoke

.PHONY: soak
soak: $(TEST_PACKAGES) ## Play MINUTES=20 with 1,000 players: memory must stay flat
	$(BIN)/python -m tests.load.bench --write --minutes $(or $(MINUTES),20) soak

.PHONY: locust
locust: $(TEST_PACKAGES) ## Run Locust's users (USERS=100, SECONDS=30) on pages and sockets of a new system
	$(BIN)/python -m tests.load.swarm --users $(or $(USERS),100) --seconds $(or $(SECONDS),30)

.PHONY: chaos
chaos: $(TEST_PACKAGES) ## Kill every component with -9 TIMES=20 under load, then compare acknowledged answers with the rows
	$(BIN)/python -m tests.load.chaos --write --times $(or $(TIMES),20)

.PHONY: nemesis
nemesis: $(TEST_PACKAGES) ## Do harm of every kind, alone and in PAIRS=12, to a game of PLAYERS=1000, and write docs/reliability.md
	$(BIN)/python -m tests.load.nemesis --write --players $(or $(PLAYERS),1000) --pairs $(or $(PAIRS),12) $(if $(SEED),--seed $(SEED))

.PHONY: attack
attack: $(TEST_PACKAGES) ## Run each attack beside honest pairs and a host, and write their p95 into docs/reliability.md (ATTACK=logins: one)
	$(BIN)/python -m tests.load.attacks $(if $(ATTACK),$(ATTACK),--write)
