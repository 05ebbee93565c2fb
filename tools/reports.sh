#!/bin/sh
# Runs the pipeline on config/config.yaml and says where the reports are.
# Arguments go to Snakemake; the exit status is Snakemake's, or 75 when another run is at work.
set -eu

cd "$(dirname "$0")/.."

# Whether all reports are asked for: not by --dry-run, --until, a target or anything else that
# may ask for less or look elsewhere, only by options that don't change what is made.
asks_for_all() {
    while [ $# -gt 0 ]; do
        case $1 in
            --cores | -c | --jobs | -j | --profile | --workflow-profile | --executor | -e)
                [ $# -gt 1 ] && shift ;;
            -c[0-9]* | -j[0-9]* | --cores=* | --jobs=* | --profile=* | --workflow-profile=*) ;;
            --executor=* | -q | --quiet | -p | --printshellcmds | --verbose) ;;
            -F | --forceall | -k | --keep-going | --rerun-incomplete | --ri) ;;
            *) return 1 ;;
        esac
        shift
    done
}

status=0
tools/python.sh tools/snakemake.py "$@" || status=$?

if [ "$status" -eq 75 ] || ! asks_for_all "$@"; then
    exit "$status"
fi
if [ "$status" -ne 0 ]; then
    printf '\nNot every dataset has its report; the messages above say why.\n' >&2
elif [ -f results/index.html ]; then
    printf '\nEvery dataset has its report. The index over them: %s\n' "$PWD/results/index.html"
fi
exit "$status"
