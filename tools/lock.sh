#!/bin/sh
# Writes both lock files from pyproject.toml with uv: all platforms, one version
# of a package for all Pythons, hashes, no index address.
#
#   tools/lock.sh      keeps the versions that still fit
#   tools/lock.sh 1    takes the newest
set -eu

cd "$(dirname "$0")/.."
uv=${UV:-uv}
if ! command -v "$uv" >/dev/null; then
    echo "make lock needs uv (https://docs.astral.sh/uv); UV=/path/to/uv names one outside the path." >&2
    exit 1
fi

compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 \
        --fork-strategy fewest --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --output-file "$@"
}

compile requirements-dev.lock --group dev ${1:+--upgrade}
# The same versions, less what only development needs.
compile requirements.lock --constraint requirements-dev.lock ${1:+--upgrade}
