#!/bin/sh
# Runs the pipeline on config/config.yaml and says where the reports are.
# Arguments go to Snakemake; the exit status is Snakemake's, or 75 when another run is at work.
set -eu

cd "$(dirname "$0")/.."
status=0
tools/python.sh tools/snakemake.py "$@" || status=$?

if [ "$status" -eq 0 ] && [ -f results/index.html ]; then
    printf '\nEvery dataset has its report. The index over them: %s\n' "$PWD/results/index.html"
elif [ "$status" -ne 0 ] && [ "$status" -ne 75 ]; then
    printf '\nNot every dataset has its report; the messages above say why.\n' >&2
fi
exit "$status"
