#!/bin/sh
# `multilevel run` on this checkout's configuration. Arguments go to Snakemake; the exit status is
# Snakemake's, 75 when another run is at work, or 128 and the number of the signal that stopped it.
set -eu

cd "$(dirname "$0")/.."
exec tools/multilevel run -- "$@"
