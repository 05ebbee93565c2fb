#!/bin/sh
# Asks the Python Packaging Advisory Database about every locked package, by pip-audit, which is
# installed into a temporary folder. Known vulnerabilities fail; when the database or pip-audit can't
# be reached that is said, and nothing fails.
#
#   tools/audit.sh [PYTHON]
set -eu

cd "$(dirname "$0")/.."
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

warn() {
    printf 'Not audited for known vulnerabilities: %s\n' "$1" >&2
    exit 0
}

"$python" -m venv "$work/venv" >"$work/log" 2>&1 || warn "no virtual environment could be made."
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit \
    >"$work/log" 2>&1 || warn "pip-audit could not be installed."
if "$work/venv/bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip \
    --progress-spinner off --timeout 30 --format columns >"$work/found" 2>"$work/log"; then
    echo "No locked package has a known vulnerability."
    exit 0
fi
grep -q '^Name .*Version .*ID' "$work/found" || warn "$(tail -1 "$work/log")"
cat "$work/found" >&2
echo "Take newer versions by: make lock UPGRADE=1" >&2
exit 1
