#!/bin/sh
# One run by a schedule (systemd or cron; see docs/schedule.md), the environment made before it.
# Exit status: 0 all reports are current, 1 some datasets have none, 2 the run broke,
# 75 another run is at work.
set -eu

cd "$(dirname "$0")/.."
tools/setup.sh requirements.lock || exit 2
exec tools/multilevel run --unattended "$@"
