# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BUNDLE := bundles/assistant
# Tests run one process a core; each keeps to one thread.
WORKERS ?= auto

.PHONY: help install demo test lint audit fuzz release-check bench-peers clean

help:
	@echo "make demo      install, export the assistant, verify it, ask it four things on each engine"
	@echo "make test      install, lint, type-check and run the whole test suite"
	@echo "make install   only make the virtual environment .venv"
	@echo "make audit     look for known holes in what .venv holds (needs a network)"
	@echo "make fuzz      give every reader of files mutated inputs, SECONDS=30 each"
	@echo "make release-check   install the wheel into fresh environments, each extra alone"
	@echo "make bench-peers   sizes, ARM instructions and latency beside other tools', ARGS=--model=6x384 for less"
	@echo "make clean     remove .venv and what demo and tests wrote"

install: $(INSTALLED)

# torch comes first and exactly so: a looser request, also of another package, may draw a newer one.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] < (3, 14), "edgebert needs Python 3.11 to 3.13, found " + sys.version'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install torch==2.13.0
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[export,evaluate,train,demo,test]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/edgebert export export/assistant.toml --output $(BUNDLE)
	@for engine in executorch litert onnxruntime; do \
	  $(BIN)/edgebert run $(BUNDLE) --engine $$engine --top-k 1 \
	    "set an alarm for half past seven tomorrow morning" "play some jazz by miles davis" \
	    "turn off the lights in the bedroom" "how do i get my tax refund" || exit 1; \
	done
	@echo "The bundle is in $(BUNDLE); README.md goes on from here."

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# In an environment of its own: what looks is not what is looked at.
audit: $(INSTALLED)
	$(PYTHON) -m venv .cache/audit
	.cache/audit/bin/python -m pip install --quiet pip-audit
	.cache/audit/bin/pip-audit --path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

SECONDS ?= 30
fuzz: $(INSTALLED)
	$(BIN)/python benchmarks/fuzz.py --seconds $(SECONDS)

PYTHONS ?= $(shell for v in 3.11 3.12 3.13; do command -v python$$v; done)
release-check: $(INSTALLED)
	$(BIN)/python -m pytest -q tests/test_release.py tests/test_dependencies.py
	$(BIN)/python benchmarks/install.py $(PYTHONS:%=--python %) $(if $(wildcard $(BUNDLE)),--bundle $(BUNDLE))

# Hours with all models. ARGS narrows it: --model, --architecture, --tokens, --peer.
SPEED := PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality $(BIN)/python benchmarks/speed
bench-peers: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[peers]'
	PYTHONPATH=tests $(BIN)/python -m stand_ins.fetch
	$(SPEED)/artifacts.py $(ARGS)
	$(SPEED)/instructions.py $(ARGS)
	$(SPEED)/latency.py $(ARGS)
	$(SPEED)/plot.py
	$(SPEED)/tables.py

clean:
	rm -rf $(VENV) .cache bundles build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
