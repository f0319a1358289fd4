# Cycle's developer commands. `make run` and `make test` need python3 (3.11 or newer) and pip, nothing else.

PORT ?= 8000
# A Python of your choice, in an environment of its own: make test PYTHON=python3.13
ifneq ($(origin PYTHON),command line)
override PYTHON :=
endif
VENV := .venv$(if $(PYTHON),-$(notdir $(PYTHON)))
# By itself make takes the fastest one that fits; in CI always the same.
BASE := $(or $(PYTHON),$(if $(CI),python3,$$(python3 cycleproject/serving/fastest_python.py)))
IN_VENV := $(VENV)/bin/python
MANAGE := $(IN_VENV) manage.py
# Where pip is not inside the environment, the system's pip reaches into it.
PIP = $$($(IN_VENV) -c 'import pip' 2>/dev/null && echo $(IN_VENV) -m pip || echo python3 -m pip --python $(IN_VENV)) \
	--disable-pip-version-check
PIP_SAID := $(VENV)/pip.log
NO_PACKAGES = echo "What is needed could not be fetched: is there a network? What pip said is in $(PIP_SAID)."
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"
# `make lock UPGRADE=` leaves the versions of everything else as they are.
UPGRADE ?= --upgrade
OUR_PYTHON := accounts sessions cycleproject
# One more at once than there are cores keeps them busy; with two more, deadlines pass that are kept otherwise. Files are begun in the order in which pytest-randomly has put them; it prints its seed.
# Those that take longest come before (tests/support/begun_first.py).
PYTEST_ARGUMENTS ?= -n $(shell expr $$(nproc 2>/dev/null || echo 2) + 1) --dist loadfile --no-loadscope-reorder

export PORT
export PYTHONUNBUFFERED := 1
# What one of the many processes has compiled, no other has to.
unexport PYTHONDONTWRITEBYTECODE

# Nothing may be skipped where nobody would notice.
ifdef CI
export REQUIRE_BROWSER := 1
export REQUIRE_SERVICES := 1
endif

# What reads the settings without running anything gets the ones that the tests use, never a developer's .env.
TEST_SETTINGS := DJANGO_SETTINGS_MODULE=tests.support.settings

.PHONY: help
help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile | expand -t 20

.PHONY: run
run: prepare ## Set up, migrate and serve on PORT (8000)
	@exec $(IN_VENV) -m cycleproject.serve

.PHONY: run-cluster
run-cluster: $(VENV)/.installed ## Serve as two processes behind nginx, with PostgreSQL and Redis (Debian)
	@$(IN_VENV) -m cycleproject.serving.first_env
	@exec $(IN_VENV) -m cycleproject.cluster.supervisor

.PHONY: demo
demo: prepare ## Run, with a demo couple and their history
	@$(MANAGE) seed_demo
	@exec $(IN_VENV) -m cycleproject.serve

.PHONY: prepare
prepare: $(VENV)/.installed
	@$(IN_VENV) -m cycleproject.serving.first_env
	@$(IN_VENV) -m cycleproject.prepare

# What `check` has just run is not run again.
.PHONY: test
test: check ## Check, then run every test that this machine can run
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m pytest $(PYTEST_ARGUMENTS) --ignore=tests/house

.PHONY: test-bare
test-bare: $(VENV)/.installed-dev ## See that what needs a service or a browser is skipped by name where there is none
	env -u REQUIRE_BROWSER -u REQUIRE_SERVICES HIDE_PREREQUISITES=1 \
		$(IN_VENV) -m pytest --quiet -m "services or browser or needs" tests

.PHONY: check
check: $(VENV)/.installed-dev ## Format, lint, types, migrations, and what tests/house holds
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	find templates -name '*.html' -exec $(VENV)/bin/djade --target-version 5.2 --check {} +
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(CHECKED_TOGETHER)

# Each of these keeps one core busy for half a minute.
CHECKED_TOGETHER := check-house check-types $(if $(CI),test-bare)

.PHONY: check-house
check-house: $(VENV)/.installed-dev
	$(IN_VENV) -m pytest --quiet tests/house

.PHONY: check-types
check-types: $(VENV)/.installed-dev
	$(VENV)/bin/mypy $(OUR_PYTHON)
	$(TEST_SETTINGS) $(MANAGE) makemigrations --check --dry-run

.PHONY: format
format: $(VENV)/.installed-dev ## Bring code and templates into our format
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	-find templates -name '*.html' -exec $(VENV)/bin/djade --target-version 5.2 {} +

.PHONY: bench
bench: $(VENV)/.installed-dev ## Measure a reveal against its comparators
	$(IN_VENV) -m bench

.PHONY: fuzz
fuzz: $(VENV)/.installed-dev ## Ask the API a thousand things of each kind
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000} $(IN_VENV) -m pytest tests/contract/test_api_fuzzing.py

.PHONY: test-faults
test-faults: $(VENV)/.installed-dev ## Break everything for a quarter of an hour, and see that no mark is lost
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m tests.faults $(if $(SEED),--seed $(SEED))

.PHONY: years
years: $(VENV)/.installed-dev ## Live two years by a stepped clock on both databases, and judge every row that is left
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m tests.years

.PHONY: upgrade
upgrade: $(VENV)/.installed-dev ## Upgrade from the oldest commits whose data is still read, on both databases
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m tests.serving.old_installation.upgrade

.PHONY: mutate
mutate: $(VENV)/.installed-dev ## Change the pure heart and sealing a thousand times, and see that tests notice
	$(IN_VENV) -m tests.support.mutation

.PHONY: tap-twice
tap-twice: $(VENV)/.installed-dev ## Tap everything twice on lines that lose answers, fifty times
	@$(IN_VENV) -m tests.support.prerequisites
	TAP_TWICE_SEEDS=$${TAP_TWICE_SEEDS:-50} $(IN_VENV) -m pytest tests/browser/engines/test_lost_answers.py

.PHONY: attack
attack: $(VENV)/.installed-dev ## Attack servers beside a couple, then send 250,000 mutated frames and requests (half an hour)
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m tests.attacks.beside
	$(IN_VENV) -m tests.attacks.mutated $(if $(SEED),--seed $(SEED))

.PHONY: planted
planted: $(VENV)/.installed-dev ## Plant weaknesses one by one, and see each caught by a test (ten minutes)
	$(IN_VENV) -m tests.attacks.planted

.PHONY: screenshots
screenshots: $(VENV)/.installed-dev ## Take pictures of every screen
	@$(IN_VENV) -m tests.support.prerequisites
	$(IN_VENV) -m tests.support.screenshots

.PHONY: lock
lock: $(VENV)/.installed-dev ## Pin every dependency and its hashes anew
	$(COMPILE) $(UPGRADE) requirements.in --output-file requirements.txt
	$(COMPILE) $(UPGRADE) requirements-dev.in --output-file requirements-dev.txt

.PHONY: contract
contract: $(VENV)/.installed-dev ## Write docs/asyncapi.yaml and docs/examples anew from the code
	$(TEST_SETTINGS) $(MANAGE) write_contract

.PHONY: audit
audit: $(VENV)/.installed-dev ## Look for known weaknesses in what we depend on
	$(VENV)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.txt

.PHONY: sbom
sbom: $(VENV)/.installed-dev ## Write sbom.cdx.json: every package that production installs, with its hashes (CycloneDX)
	$(IN_VENV) -m tests.support.bill_of_materials

.PHONY: clean
clean: ## Remove what can be made again; .env and the database stay
	rm -rf .venv .venv-* bench/comparators/peers/node_modules staticfiles sbom.cdx.json .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(IN_VENV):
	@base=$(BASE) && base=$${base:-python3} && \
	$$base -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cycle needs Python 3.11 or newer.")' && \
	{ test -w . || { echo "$(VENV) cannot be set up: nothing may be written in this folder."; exit 1; }; } && \
	echo "Setting up $(VENV)." && \
	{ $$base -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV) && $$base -m venv --without-pip $(VENV); }; }

$(VENV)/.installed: requirements.txt | $(IN_VENV)
	@echo "Installing what Cycle needs; this takes a minute."
	@$(PIP) install --quiet --require-hashes -r requirements.txt 2>$(PIP_SAID) || { $(NO_PACKAGES); exit 1; }
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(IN_VENV)
	@echo "Installing what the tests need; this takes a minute or two."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt 2>$(PIP_SAID) || { $(NO_PACKAGES); exit 1; }
	@touch $(VENV)/.installed $@
