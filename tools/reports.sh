#!/bin/sh
# Runs the pipeline on config/config.yaml and says where the reports are.
# Arguments go to Snakemake; the exit status is Snakemake's.
set -eu

cd "$(dirname "$0")/.."
status=0
tools/python.sh tools/snakemake.py "$@" || status=$?

if [ -f results/index.html ]; then
    count=$(find results -mindepth 2 -maxdepth 2 -name report.html | wc -l | tr -d ' ')
    printf '\nReports: %s. The index over them: %s\n' "$count" "$PWD/results/index.html"
fi
if [ "$status" -ne 0 ]; then
    printf 'Not every dataset has its report: the index and the messages above say which and why.\n' >&2
fi
exit "$status"
