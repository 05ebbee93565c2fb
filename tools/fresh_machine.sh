#!/usr/bin/env bash
# The first minutes of somebody who has just cloned the project, on bare Debian systems.
#
#   sudo tools/fresh_machine.sh                     Debian 12 (Python 3.11) and 13 (Python 3.13)
#   sudo tools/fresh_machine.sh bookworm            one of them
#   sudo TESTS=1 tools/fresh_machine.sh bookworm    `make test` as well, which takes long
#
# Each system is a minimal one with python3, python3-venv, make, git and ca-certificates: no
# compiler, no Pango, no fonts. HEAD of this checkout is cloned into a copy of it, and tried:
#
#   root      `make reports` as the first command ever (TESTS=1: in another copy, `make test`)
#   a user    `make reports` without Pango: one message with the administrator's command, and a
#             failure; then that very command by the administrator, and `make reports` again
#
# The result is a table; the exit status is 0 when all went as it should. It needs debootstrap,
# root (or `unshare --map-root-user`'s equal) and some 3 GB under TMPDIR, which are removed at
# the end; all mounts live in a namespace of their own and end with the script.
#
# pip and apt inside work as the caller's do: the variables PIP_*, *_PROXY, SSL_CERT_FILE and the
# like are handed on, and the files that they name, pip's configuration and BIND="/more /paths"
# are shown there. MIRROR= names another Debian mirror than the caller's first.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
packages=python3,python3-venv,make,git,ca-certificates
place=/srv/multilevel-reports
handed='^(PIP_[A-Z_]*|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE)='

say() { printf '%s\n' "$*" >&2; }

need() {
    command -v "$1" >/dev/null || { say "$1 is needed:  sudo apt-get install $2"; exit 1; }
}

mirror() {
    if [[ -n ${MIRROR:-} ]]; then
        echo "$MIRROR"
        return
    fi
    local first
    first=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\).*/\2/p' | sed -n 1p)
    [[ -n $first ]] || { say "No Debian mirror is configured here: name one by MIRROR=."; exit 1; }
    echo "$first"
}

# The caller's settings of apt for the network.
settings_of_apt() {
    grep -hE '^ *Acquire::' /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null || true
}

# Paths that the machine must show for pip to work as the caller's does.
shown_paths() {
    env | grep -E "$handed" | cut -d= -f2- | tr ' ' '\n' | sed 's#^file://##' | grep '^/' || true
    ls -d /etc/pip.conf /etc/xdg/pip /etc/resolv.conf 2>/dev/null || true
    printf '%s\n' ${BIND:-}
}

show() {
    local path=$1 at=$2$1
    [[ -e $path ]] || return 0
    if [[ -d $path ]]; then
        mkdir -p "$at"
    else
        mkdir -p "$(dirname "$at")"
        [[ -e $at ]] || : >"$at"
    fi
    mount --bind "$(readlink -f "$path")" "$at"
    mount -o remount,bind,ro "$at"
}

make_base() {
    local suite=$1 base=$2
    local from
    from=$(mirror)
    debootstrap --variant=minbase --include="$packages" "$suite" "$base" "$from" \
        >"$base.log" 2>&1 || { tail -5 "$base.log" >&2; return 1; }
    settings_of_apt >"$base/etc/apt/apt.conf.d/99caller"
    chroot "$base" useradd --create-home newcomer
    git clone --quiet --no-hardlinks "$root" "$base$place"
    git -C "$base$place" checkout --quiet --detach "$(git -C "$root" rev-parse HEAD)"
    git -C "$base$place" remote remove origin
}

# A copy of the base, owned by who will work there, with what a running system has.
make_machine() {
    local base=$1 machine=$2 owner=$3 path
    cp -a --reflink=auto "$base" "$machine"
    chroot "$machine" chown -R "$owner:" "$place"
    mount -t proc proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$machine/dev/shm"
    while read -r path; do
        [[ -n $path ]] && show "$path" "$machine"
    done < <(shown_paths | sort -u)
}

# Runs a command in the project's folder as somebody; what it says goes to a file.
as() {
    local who=$1 machine=$2 log=$3 home=/root
    shift 3
    [[ $who == root ]] || home=/home/$who
    local settings=()
    mapfile -t settings < <(env | grep -E "$handed" || true)
    chroot --userspec="$who:$who" "$machine" /usr/bin/env --ignore-environment \
        HOME="$home" USER="$who" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LANG=C.UTF-8 "${settings[@]}" /bin/sh -c 'cd "$0" && exec "$@"' "$place" "$@" \
        >"$log" 2>&1 </dev/null
}

failed=0
row() { printf '%-10s %-8s %-9s %-38s %7s  %s\n' "$@"; }

# tried SUITE PYTHON WHO WHAT LOG EXPECTED-STATUS(0|fails) CHECK COMMAND...
tried() {
    local suite=$1 python=$2 who=$3 what=$4 log=$5 expected=$6 check=$7 begun=$SECONDS status=0 verdict
    shift 7
    as "$who" "$machine" "$log" "$@" || status=$?
    if [[ $expected == 0 && $status != 0 ]] || [[ $expected == fails && $status == 0 ]]; then
        verdict="WRONG: exit status $status"
    elif verdict=$("$check" "$log"); then
        verdict="as it should be: $verdict"
    else
        verdict="WRONG: $verdict"
    fi
    row "$suite" "$python" "$who" "$what" "$((SECONDS - begun))s" "$verdict"
    [[ $verdict != WRONG* ]] || { failed=1; tail -25 "$log" | sed 's/^/    | /' >&2; }
}

made_reports() {
    local results=$machine$place/results n
    n=$(find "$results" -mindepth 2 -maxdepth 2 -name report.pdf -size +10k | wc -l)
    [[ $n -gt 0 && -s $results/index.html ]] || { echo "$n reports"; return 1; }
    echo "$n reports, index"
}

passed_tests() { grep -E '^=+ .*passed' "$1" | tail -1 | tr -d '=' | sed 's/^ *//'; }

# One message: what is missing, one command, no traceback.
told_the_command() {
    ! grep -q Traceback "$1" || { echo "a traceback"; return 1; }
    [[ $(grep -c 'sudo apt-get install' "$1") == 1 ]] || { echo "not one command"; return 1; }
    grep -q Pango "$1" || { echo "Pango isn't named"; return 1; }
    echo "told: $(administrators_command "$1")"
}

administrators_command() { sed -n 's/^ *\(sudo apt-get install .*\)/\1/p' "$1"; }

went_well() { echo "installed"; }

newcomers_on() {
    local suite=$1 base=$work/$1 python machine
    say "Making a bare $suite"
    make_base "$suite" "$base" || { row "$suite" - - debootstrap - "WRONG: not to be had"; failed=1; return; }
    python=$(chroot "$base" python3 -c 'import platform; print(platform.python_version())')
    machine=$base.root
    make_machine "$base" "$machine" root
    tried "$suite" "$python" root "make reports" "$base.root.log" 0 made_reports make reports
    machine=$base.user
    make_machine "$base" "$machine" newcomer
    local log=$base.user.log
    tried "$suite" "$python" newcomer "make reports, no Pango" "$log" fails told_the_command make reports
    # shellcheck disable=SC2046  # the command's words
    tried "$suite" "$python" root "the command told" "$base.admin.log" 0 went_well \
        sh -c "apt-get -q update && $(administrators_command "$log" | sed 's/^sudo //') -y"
    tried "$suite" "$python" newcomer "make reports, again" "$base.again.log" 0 made_reports make reports
    [[ -n ${TESTS:-} ]] || return 0
    machine=$base.test
    make_machine "$base" "$machine" root
    tried "$suite" "$python" root "make test" "$base.test.log" 0 passed_tests make test
}

if [[ ${1:-} == --in-namespace ]]; then
    work=$2
    shift 2
    row system python who what time result
    for suite in "${@:-bookworm}"; do
        newcomers_on "$suite"
    done
    exit "$failed"
fi

need debootstrap debootstrap
need unshare util-linux
need git git
[[ $(id -u) == 0 ]] || { say "Only root can make a system: sudo $0"; exit 1; }
[[ $# -gt 0 ]] || set -- bookworm trixie
work=$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
status=0
unshare --mount --pid --fork --kill-child --propagation private "$0" --in-namespace "$work" "$@" || status=$?
[[ -z ${KEEP_LOGS:-} ]] || cp "$work"/*.log "$KEEP_LOGS"
exit "$status"
