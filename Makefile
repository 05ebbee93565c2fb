# The commands. `make` alone lists them; README.md has the first steps.
# Works with GNU make 3.81 and newer, from any folder by `make -C`.

SHELL := /bin/sh
.NOTPARALLEL:
.DEFAULT_GOAL := help

# Options of `make reports` and `make report`: cores to use, anything else for Snakemake.
CORES ?= all
ARGS ?=

# What was set on the command line reaches the program as it was typed: not expanded by make
# (so a $ in a title is a $), never seen by a shell.
given := $(filter-out MAKE%,$(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name))))
unexport $(given)
define hand_over
export SETTING_$(1) := $$(value $(1))
endef
$(foreach name,$(given),$(eval $(call hand_over,$(name))))
OF_MAKE := CORES ARGS PYTHON VERBOSE WAIT UPGRADE ANEW
export GIVEN_SETTINGS := $(filter-out $(OF_MAKE),$(given))
export CORES PYTHON VERBOSE WAIT

COMMANDS := help setup setup-dev reports report inspect release schedule self-test test fuzz bench check docs \
            paper schema lock clean
.PHONY: $(COMMANDS)

# What would be ignored in silence, or noticed when the reports are made, is said first.
unknown := $(firstword $(filter-out $(COMMANDS),$(MAKECMDGOALS)))
ifneq ($(unknown),)
    $(error make knows no command $(unknown); make alone lists them. A setting has no spaces \
      around =, and a value with spaces stands in quotes: FILE=scores.csv TITLE='Grade 8')
endif
without := $(filter-out report inspect release schedule,$(MAKECMDGOALS))
misplaced := $(firstword $(filter-out $(if $(filter reports,$(without)),CONFIG),$(GIVEN_SETTINGS)))
ifneq ($(and $(misplaced),$(without)),)
    $(error $(misplaced)= is no setting of make $(firstword $(without)). The datasets of make \
      reports stand in config/config.yaml; one file is reported by make report FILE=)
endif

help: ## this list
	@printf 'Multilevel Reports\n\n'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | \
	  while IFS='|' read -r name text; do printf '%-16s %s\n' "$$name" "$$text"; done
	@printf '\nCORES=4 limits the cores, ARGS="--dry-run" goes to Snakemake, VERBOSE=1 shows all it says,\n'
	@printf 'PYTHON=python3.12 chooses the Python of .venv.\n'

reports: setup ## a report for every dataset in config/config.yaml, and an index over them; CONFIG=my.yaml
	@tools/multilevel make run -- $(ARGS)

report: setup ## one file, no config edited: make report FILE=scores.csv OUTCOME=math GROUP=school
	@tools/multilevel make report -- $(ARGS)

inspect: setup ## what a data file holds, and a configuration entry for it: make inspect FILE=scores.sav
	@tools/multilevel make inspect

release: setup ## puts out what waits (publication: approve: yes); SHOW=yes only says what, UNDO=yes takes it back
	@tools/multilevel make release

schedule: setup ## shows a daily schedule; AT=2:30, NOTIFY='a command', INSTALL=yes, CRON=yes, CHECK=yes
	@tools/multilevel make schedule

self-test: setup ## known answers through the whole pipeline, in 20 seconds
	@tools/multilevel self-test

test: setup-dev ## all tests, the checks of `make check` among them; takes tens of minutes
	@echo 'All tests: tens of minutes on two cores. Each line ends with the share done. Less: make self-test'
	@tools/python.sh -m pytest

fuzz: setup-dev ## files, configurations and expressions made by chance, thousands of each
	@tools/python.sh -m pytest tests/adversaries/test_fuzzing.py --hypothesis-profile=fuzzing

check: setup-dev ## formatters, linters, types; no tests
	@tools/python.sh -m pytest tests/test_house.py

bench: setup ## side by side with other programs; rewrites docs/benchmarks.md (takes an hour)
	@tools/python.sh tools/bench/batch/main.py
	@tools/python.sh tools/bench/peers/main.py $(ARGS)

docs: setup-dev ## this documentation as a website, in docs/_build; a link to nowhere is an error
	@tools/docs.sh docs/_build

paper: setup-dev ## numbers of docs/paper.md from the kept studies; ANEW=yes runs those first, for hours
	@tools/python.sh tools/paper.py $(if $(filter yes,$(ANEW)),--anew)

setup: ## only the environment, in .venv
	@tools/setup.sh requirements.lock

setup-dev:
	@tools/setup.sh requirements-dev.lock

schema: setup ## the schemas of results.json and comparison.json, and the tables of settings
	@tools/python.sh tools/results_schema.py
	@tools/python.sh tools/config_tables.py

lock: ## both lock files, from pyproject.toml (needs uv); UPGRADE=1 takes the newest versions
	@tools/lock.sh $(UPGRADE)

clean: ## removes results and caches; .venv stays
	@rm -rf results docs/_build .snakemake .pytest_cache .hypothesis .ruff_cache .mypy_cache
	@find workflow tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
