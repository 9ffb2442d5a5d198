# `make help` lists what can be done. The scripts of the set-up are in ops/setup/.

MAKEFLAGS += --no-print-directory
# Every process compiles its modules anew where Python is told to keep no bytecode; that doubles the time of a start.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
ENVIRONMENT := .venv/.made
KAFKA := .hub-tools/kafka.made
CITY := .hub-tools/city.made
TEST_TOOLS := .hub-tools/test_tools.made
PAGE := streams/wall/page
PAGE_BUILT := $(PAGE)/dist/index.html
PAGE_FILES := $(shell find $(PAGE) -type f -not -path '*/node_modules/*' -not -path '$(PAGE)/dist/*' 2>/dev/null)

# With a cluster named in HUB_KAFKA nothing of Kafka is needed here.
SETUP := $(ENVIRONMENT) $(if $(HUB_KAFKA),,$(KAFKA)) $(CITY) $(if $(wildcard $(PAGE)/package.json),$(PAGE_BUILT))

.PHONY: help setup up test check bench soak page lock
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1 \2/p' $(MAKEFILE_LIST) | awk '{ $$2 = sprintf("%-7s", $$2); print }'

setup: $(SETUP) ## bring everything that `make up` needs

up: setup ## run the hub with its simulated departments; ARGS="--for 60 --json" are passed to `hub up`
	@$(BIN)/hub up $(ARGS)

# Tests wait for sessions and timeouts longer than they compute: four at a time keep two cores busy.
test: setup $(KAFKA) $(TEST_TOOLS) check ## make check, then run every test
	$(BIN)/pytest -n 4

check: $(ENVIRONMENT) ## check style, types, import rules and the wiring only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hub check

bench: setup $(TEST_TOOLS) ## measure, all or CASE=name, into build/bench.json
	@PATH="$$PATH:$(CURDIR)/.hub-tools/uv/bin" $(BIN)/python -m tests.benchmarks $(CASE)

soak: setup $(TEST_TOOLS) ## the long fault runs, with their figures: a hundred kills over a million records, and more
	$(BIN)/pytest -m soak --timeout 7200 -s

page: $(PAGE_BUILT) ## build the wall's page

lock: $(ENVIRONMENT) ## pin the packages of pyproject.toml anew, with hashes
	PATH="$$PATH:.hub-tools/uv/bin" uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		pyproject.toml --group dev -o requirements.lock --quiet

$(ENVIRONMENT): requirements.lock pyproject.toml ops/setup/environment.sh ops/setup/uv.txt
	@ops/setup/environment.sh
	@touch $@

$(KAFKA): ops/kafka/pom.xml ops/kafka/checksums.sha256 ops/setup/kafka.sh | $(ENVIRONMENT)
	@ops/setup/kafka.sh
	@touch $@

$(CITY): ops/setup/city.sh
	@ops/setup/city.sh
	@mkdir -p $(@D) && touch $@

$(PAGE_BUILT): $(PAGE_FILES) ops/setup/page.sh | $(ENVIRONMENT)
	@ops/setup/page.sh
	@touch $@

$(TEST_TOOLS): ops/setup/test_tools.sh
	@ops/setup/test_tools.sh
	@mkdir -p $(@D) && touch $@
