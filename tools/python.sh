#!/bin/sh
# The environment's Python, with nothing of the user's own Python mixed in.
# Its folder comes first on the path, so that jobs started from it find the same one.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
unset PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE=1
PATH=$root/.venv/bin:$PATH exec "$root/.venv/bin/python" "$@"
