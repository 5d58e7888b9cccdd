# Two commands on a fresh machine: `make gallery` builds site/, `make test` runs the tests. `make help` lists the rest.
#
# Everything is installed into .venv, locked by hash. Each step writes a stamp file there only after it has succeeded,
# so the next make repeats an interrupted install. A changed lock file makes only its own stamp out of date.

PYTHON ?= python3
CONFIG ?=
OUTPUT ?=
ARGS ?=
PROCESSES ?= 2

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP) install --require-hashes
BENCH := .venv-bench
AUDIT := tests/audit
BACKENDS := .venv-backends
ONNX := .venv-onnx

# A machine with a working NVIDIA GPU gets tensorflow[and-cuda], any other tensorflow-cpu, a third of the download.
HARDWARE := $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
OTHER := $(if $(filter gpu,$(HARDWARE)),cpu,gpu)
READY := $(VENV)/.installed-$(HARDWARE) $(VENV)/.installed-command

# A lock keeps two makes from installing into the same .venv at the same time.
ONE_AT_A_TIME := $(if $(shell command -v flock),flock requirements)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help gallery test audit test-backends test-onnx bench kills study release-check docs reference coverage-table embedding check setup test-tools clean lock lock-bench lock-backends lock-onnx

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "Variables: CONFIG= and OUTPUT= (for gallery), ARGS= (more arguments), PYTHON= (3.11 or newer), PROCESSES= (of test), HARDWARE=cpu|gpu"

gallery: setup  ## build site/ from gallery_config.yml; CONFIG=, OUTPUT= and ARGS= are passed on
	@$(PY) -m generator build $(if $(CONFIG),--config "$(CONFIG)") $(if $(OUTPUT),--output "$(OUTPUT)") $(ARGS)

# The tests of a file stay in one process, which shares their galleries and models. Each process takes up to 10 GB.
# tests/support/order.py says which files begin first.
test: setup $(VENV)/.installed-dev $(VENV)/.installed-docs test-tools  ## run all tests; ARGS= is passed to pytest, PROCESSES= run side by side
	@$(PY) -m pytest -q -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

# JAX and PyTorch have their own environment. TensorFlow writes the numbers that theirs are compared with.
test-backends: setup $(BACKENDS)/.installed  ## compare the engine under JAX and PyTorch with TensorFlow; ARGS= is passed to pytest
	@$(PY) -m tests.backends $(BACKENDS)/bin/python $(ARGS)

$(BACKENDS)/.installed: requirements/backends.txt
	@echo "Installing requirements/backends.txt (JAX and PyTorch)"
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(BACKENDS)
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(BACKENDS)/,$(INSTALL)) -r $<
	@touch $@

# PyTorch exports its networks in an environment of its own, without TensorFlow, which then reads the files.
test-onnx: setup $(VENV)/.installed-dev $(ONNX)/.installed  ## compare networks that PyTorch exports to ONNX with PyTorch; ARGS= is passed to pytest
	@$(PY) -m tests.exports $(ONNX)/bin/python $(ARGS)

$(ONNX)/.installed: requirements/onnx.txt
	@echo "Installing requirements/onnx.txt (PyTorch and its exporters)"
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(ONNX)
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(ONNX)/,$(INSTALL)) -r $<
	@touch $@

# PyTorch has its own environment. Without it the benchmark measures the rest and says so.
bench: setup  ## compare the speed of the engine with other libraries; ARGS="--rounds 3" is faster
	@$(MAKE) --no-print-directory $(BENCH)/.installed || \
	  echo "make: PyTorch could not be installed; the libraries that need it are left out (see benchmarks/README.md)" >&2
	@$(PY) -m benchmarks --torch $(BENCH)/bin/python $(ARGS)

$(BENCH)/.installed: requirements/bench.txt
	@echo "Installing requirements/bench.txt (PyTorch and Captum)"
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(BENCH)
	@$(ONE_AT_A_TIME) $(subst $(VENV)/,$(BENCH)/,$(INSTALL)) -r $<
	@touch $@

study: setup  ## build site-study/ from examples/study, with all figures and numbers computed again (minutes); ARGS=--keep-times
	@$(PY) -m examples.study $(if $(OUTPUT),--output "$(OUTPUT)") $(ARGS)

audit: setup $(VENV)/.installed-dev test-tools $(AUDIT)/node_modules/.installed  ## check the built site with axe, the Nu HTML checker and Lighthouse
	@$(PY) -m pytest -q -rP $(AUDIT) $(ARGS)

$(AUDIT)/node_modules/.installed: $(AUDIT)/package-lock.json
	@echo "Installing $(AUDIT)/package-lock.json"
	@cd $(AUDIT) && npm ci --silent --ignore-scripts
	@touch $@

embedding: setup $(VENV)/.installed-dev test-tools  ## assemble examples/embedding in build/embedding and take screenshots
	@$(PY) -m tests.support.embedding build/embedding

kills: setup $(VENV)/.installed-dev  ## kill builds at every step, fill their disks, damage their cache; ARGS="kill --points 80"
	@$(PY) -m tests.kills $(ARGS)

# In a folder of the site, such as OUTPUT=site/docs, builds keep the documentation and `gallery publish` includes it.
docs: setup $(VENV)/.installed-docs  ## build the documentation into docs/_build; OUTPUT= chooses another folder
	@$(PY) -m sphinx -qEW --keep-going -d build/doctrees docs "$(or $(OUTPUT),docs/_build)"

reference: setup  ## generate the reference pages of configuration and command line from the code
	@$(PY) -m docs.generate.references

coverage-table: setup  ## compare every network with its reference and write docs/reference/coverage.md (minutes); ARGS="--compare FILE" writes nothing
	@$(PY) -m tests.support.coverage $(or $(ARGS),--write docs/reference/coverage.md)

release-check: setup  ## run every check before a release and print what passed (hours); ARGS="docs audit" runs these
	@$(PY) -m tests.support.release $(ARGS)

check: setup $(VENV)/.installed-dev  ## check formatting, lint, types and the examples in docstrings
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q --doctest-modules generator convnet_gallery examples

setup: $(READY)  ## create .venv and install the locked packages

clean:  ## remove the generated site and the caches of the tools; .venv stays
	@if [ -x $(PY) ]; then $(PY) -m generator clean; \
	  $(PY) -m generator clean --config examples/study/gallery_config.yml; fi
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build docs/_build
	@find generator convnet_gallery tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' is not Python 3.11 or newer. Choose another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' lacks the module venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv $(VENV)
	@touch $@

# Both TensorFlow packages install the same files, so the other one must be uninstalled first.
$(VENV)/.installed-$(HARDWARE): requirements/$(HARDWARE).txt | $(VENV)/.created
	@echo "Installing requirements/$(HARDWARE).txt (TensorFlow is large; this happens once)"
	@if [ -e $(VENV)/.installed-$(OTHER) ]; then $(PIP) uninstall --yes tensorflow tensorflow-cpu; fi
	@rm -f $(VENV)/.installed-$(OTHER)
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt | $(VENV)/.installed-$(HARDWARE)
	@echo "Installing requirements/dev.txt (tests and checks)"
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

$(VENV)/.installed-docs: requirements/docs.txt | $(VENV)/.installed-$(HARDWARE)
	@echo "Installing requirements/docs.txt (Sphinx)"
	@$(ONE_AT_A_TIME) $(INSTALL) -r $<
	@touch $@

# `gallery` must run this checkout from any folder: so a .pth file in site-packages points four folders up to the
# checkout, and a script beside python starts it.
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
	  echo "make: the tests need:$$missing. Install it; on Debian: sudo apt-get install$$missing" >&2; exit 1; \
	fi

UV := $(or $(shell command -v uv),$(VENV)/bin/uv)
COMPILE := $(UV) pip compile --quiet --no-config --universal --generate-hashes --python-version 3.11 --no-header $(ARGS)

lock: $(UV)  ## update the lock files in requirements/ from pyproject.toml; ARGS=--upgrade takes newer versions
	@$(COMPILE) pyproject.toml --extra cpu --extra figures -o requirements/cpu.txt
	@$(COMPILE) pyproject.toml --extra gpu --extra figures -c requirements/cpu.txt -o requirements/gpu.txt
	@$(COMPILE) pyproject.toml --extra dev -c requirements/cpu.txt -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra docs -c requirements/dev.txt -o requirements/docs.txt

lock-bench: $(UV)  ## update requirements/bench.txt; ARGS="--find-links FOLDER" with PyTorch's CPU wheels in FOLDER
	@$(COMPILE) requirements/bench.in -c requirements/cpu.txt -o requirements/bench.txt

lock-backends: $(UV)  ## update requirements/backends.txt; ARGS as for lock-bench
	@$(COMPILE) pyproject.toml requirements/backends.in -c requirements/dev.txt -o requirements/backends.txt

lock-onnx: $(UV)  ## update requirements/onnx.txt; ARGS as for lock-bench
	@$(COMPILE) requirements/onnx.in -c requirements/dev.txt -o requirements/onnx.txt

$(VENV)/bin/uv: | $(VENV)/.created
	@$(PIP) install uv
