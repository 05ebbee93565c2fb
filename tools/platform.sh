#!/bin/sh
# Prints the family of this machine: debian, fedora, arch, alpine, conda, macos or other.
set -eu

if [ -n "${CONDA_PREFIX:-}" ]; then
    echo conda
    exit 0
fi
if [ "$(uname -s)" = Darwin ]; then
    echo macos
    exit 0
fi
family=
if [ -r /etc/os-release ]; then
    # shellcheck disable=SC1091  # this machine's own
    family=$(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ")
fi
case $family in
    *" debian "* | *" ubuntu "*) echo debian ;;
    *" fedora "* | *" rhel "*) echo fedora ;;
    *" arch "*) echo arch ;;
    *" alpine "*) echo alpine ;;
    *) echo other ;;
esac
