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
"$work/venv/bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip \
    --progress-spinner off --timeout 30 --format json >"$work/found.json" 2>"$work/log" || true
[ -s "$work/found.json" ] || warn "$(tail -1 "$work/log")"
"$python" - "$work/found.json" <<'END'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    packages = json.load(file)["dependencies"]
asked = [one for one in packages if "skip_reason" not in one]
found = [(one, fault) for one in asked for fault in one["vulns"]]
print(
    f"Known vulnerabilities: {len(found)} in {len(asked)} locked packages; "
    f"{len(packages) - len(asked)} could not be asked about."
)
for one, fault in found:
    better = ", ".join(fault["fix_versions"]) or "none yet"
    print(f"  {one['name']} {one['version']}: {fault['id']}, mended in {better}")
if found:
    sys.exit("Take newer versions by: make lock UPGRADE=1")
END
