#!/bin/sh
# One run by a schedule (systemd or cron; see docs/schedule.md), the environment made before it.
# Exit status: 0 all reports are current, 1 some datasets have none, 2 the run broke,
# 75 another run is at work.
set -eu

cd "$(dirname "$0")/.."

# What becomes of a run is told by the program; that there is no program, only here.
not_made() {
    [ -z "${NOTIFY:-}" ] || (
        export RUN_STATUS=2 RUN_LOG="${said:-/dev/null}" RUN_RECORD=/dev/null RUN_INDEX=/dev/null
        export RUN_SUMMARY="The run broke: the environment could not be made (tools/setup.sh)."
        export RUN_NEW= RUN_CHANGED= RUN_REMOVED= RUN_REFUSED= RUN_FAILED= RUN_OVERDUE= RUN_WAITING=
        /bin/sh -c "$NOTIFY" </dev/null
    ) || echo "NOTIFY failed: $NOTIFY" >&2
    [ -z "$said" ] || rm -f "$said"
    exit 2
}

said=$(mktemp 2>/dev/null) || said=
tools/setup.sh requirements.lock >"${said:-/dev/stderr}" 2>&1 || {
    [ -z "$said" ] || cat "$said" >&2
    not_made
}
[ -z "$said" ] || { cat "$said" >&2; rm -f "$said"; }
exec tools/multilevel run --unattended "$@"
