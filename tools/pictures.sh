#!/bin/sh
# Makes the pictures of README.md and docs/ anew from the reports in results/, as `make reports`
# leaves them. Needs Chromium.
set -eu

cd "$(dirname "$0")/.."
browser=${CHROMIUM:-chromium}
command -v "$browser" >/dev/null || {
    echo "The pictures need Chromium; CHROMIUM=/path/to/chromium names one outside the path." >&2
    exit 1
}
shots=$(mktemp -d)
trap 'rm -rf "$shots"' EXIT

# shot NAME WIDTH HEIGHT PAGE
shot() {
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
        --force-device-scale-factor=1.25 --window-size="$2,$3" \
        --screenshot="$shots/$1.png" "file://$PWD/results/$4" >/dev/null 2>&1
}

shot report 1180 1560 timss2019-usa-grade8/report.html
shot index 1440 900 index.html
tools/python.sh tools/pictures.py "$shots" results/timss2019-usa-grade8/report.pdf docs/images
cp results/hsb82/report.pdf docs/images/example.pdf
