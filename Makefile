# Every target sets up what it needs by itself: on a bare Debian machine, `make run` and `make test` are all there is to type.

PYTHON ?= python3
PY := .venv/bin/python
JOBS ?= 2
N ?= 300
SEEDS ?= 20
# The tests draw their windows in memory; QT_QPA_PLATFORM=xcb opens them on a screen (or on an Xvfb of their own).
QT_QPA_PLATFORM ?= offscreen
XVFB := $(if $(filter offscreen,$(QT_QPA_PLATFORM)),,-p xvfb)
# A killed process leaves what it wrote to the kernel, on a disk in memory as on another; that one does not wait for each fsync.
IN_MEMORY = -o tmp_path_retention_policy=failed $(if $(wildcard /dev/shm),--basetemp=/dev/shm/thongthin-faults-$(shell id -u))
CODE = $(wildcard records desktop server_stub demo benchmarks tools tests)
LOCK := .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --only-binary :all: \
	--generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup run test check coverage bench pictures simulate faults lock clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

setup: ## make .venv and install what is missing (every target does this first)
	@$(PYTHON) tools/setup.py

run: setup ## play a day in an office: the central server, a desktop, a conflict, an Excel book
	$(PY) -m demo $(ARGS)

# They wait for servers, windows and disks: three at a time keep two cores at work. Hundreds of processes start: compile what they import once.
test: JOBS = 3
test: setup ## run every test (JOBS=3 at a time; ARGS go to pytest)
	PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(PY) -m pytest -n $(JOBS) --dist worksteal $(XVFB) $(ARGS)

check: setup ## lint, format, types, directions of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy $(CODE)
	.venv/bin/lint-imports --no-logo --no-cache

coverage: setup ## run the tests in one process and say which lines they miss
	QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) .venv/bin/coverage run -m pytest $(XVFB) $(ARGS)
	.venv/bin/coverage report

bench: setup ## measure, one JSON line each with the floor beside it
	$(PY) -m benchmarks $(ARGS)

pictures: setup ## draw every screen, light and dark, into docs/pictures
	$(PY) -m tools.pictures $(ARGS)

simulate: setup ## play N=300 histories over a lossy network (JOBS=2 at a time; ARGS="--replay SEED", "--store postgres")
	PYTHONHASHSEED=0 $(PY) -m tests.simulation --histories $(N) --jobs $(JOBS) $(ARGS)

faults: setup ## break line, disk, power and files with SEEDS=20; from 20 on at every point (ARGS go to pytest)
	FAULT_SEEDS=$(SEEDS) QT_QPA_PLATFORM=$(QT_QPA_PLATFORM) $(PY) -m pytest -n $(JOBS) $(IN_MEMORY) tests/faults tests/safe/test_damage.py $(ARGS)

lock: setup ## write the locks again from pyproject.toml (ARGS=--upgrade takes the newest)
	$(LOCK) $(ARGS) --extra dev --output-file requirements/dev.txt
	$(LOCK) --constraint requirements/dev.txt --output-file requirements/run.txt

clean: ## remove what was built and cached; .venv and data stay
	rm -rf build dist htmlcov .coverage coverage.xml *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
