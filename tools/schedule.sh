#!/bin/sh
# Shows, and installs when asked to, what runs this checkout each day.
set -eu

cd "$(dirname "$0")/.."
exec tools/python.sh workflow/scripts/scheduled/main.py --install
