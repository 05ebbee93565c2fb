#!/bin/sh
# Makes .venv hold exactly what a lock file names, and sees to Pango.
#
#   tools/setup.sh requirements.lock
#
# Done already: nothing happens. Interrupted, or the lock changed, or the Python
# behind .venv is gone: done again. A copy of the lock, written last, says "done".
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
lock=$1
stamp=.venv/.installed-$lock
unfinished=.venv/.unfinished
python=.venv/bin/python

unset PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE=1 PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

usable() {
    [ ! -e "$unfinished" ] && recent "$python" && "$python" -m pip --version >/dev/null 2>&1
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

complete() { recent "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# PYTHON alone when it is set; else first those for which all packages come ready built,
# and one without venv only where there is no other.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.13 python3.12 python3.11 python3 python3.14 python3.15
    fi
    for fits in complete recent; do
        for candidate; do
            if "$fits" "$candidate"; then
                command -v "$candidate"
                return 0
            fi
        done
    done
    return 1
}

no_python() {
    say "Python 3.11 or newer is needed.${PYTHON:+ $PYTHON is none.}"
    case $(tools/platform.sh) in
        debian) say "Install it:  sudo apt-get install python3 python3-venv" ;;
        fedora) say "Install it:  sudo dnf install python3.12" ;;
        arch) say "Install it:  sudo pacman -S python" ;;
        alpine) say "Install it:  apk add python3" ;;
        conda) say "Install it:  conda install python=3.12" ;;
        macos) say "Install it:  brew install python@3.12" ;;
        *) say "Install it from your system's packages or from python.org." ;;
    esac
    say "One outside the path is named by:  make setup PYTHON=/path/to/python3.12"
    exit 1
}

no_venv() {
    say "$1 can't make a virtual environment:"
    say "$2"
    if [ "$(tools/platform.sh)" = debian ]; then
        say "Install the missing part:  sudo apt-get install python3-venv"
    fi
    exit 1
}

make_venv() {
    base=$(find_python) || no_python
    say "Making .venv with $("$base" --version)"
    # A broken one is made anew; --clear would follow a link out of the folder.
    rm -rf .venv
    problem=$("$base" -m venv .venv 2>&1) || { rm -rf .venv; no_venv "$base" "$problem"; }
}

install_packages() {
    say "Installing the packages of $lock into .venv (the first time takes a minute or a few)"
    # A package that was half written when the power went can't be told from a whole one:
    # with this mark found at the start, .venv is made anew.
    : >"$unfinished"
    "$python" -m pip install --quiet --no-input --progress-bar off --use-pep517 \
        --require-hashes -r "$lock" || {
        say "The packages could not be installed; the reason stands above."
        say "Run the command again when that is mended; another Python is chosen by PYTHON=python3.12."
        exit 1
    }
    rm "$unfinished"
}

# Whether .venv has the Python that PYTHON names, where it names one.
as_chosen() {
    [ -z "${PYTHON:-}" ] || {
        recent "$PYTHON" || no_python
        [ "$("$PYTHON" -c "$version")" = "$("$python" -c "$version" 2>&1)" ]
    }
}
version='import sys; print(sys.version_info[:3])'

if [ ! -w . ]; then
    say "This account may not write to $root, where .venv and the results belong."
    say "Clone or copy the project into a folder of your own."
    exit 1
fi
if as_chosen && cmp -s "$lock" "$stamp" && recent "$python"; then
    exit 0
fi
rm -f "$stamp"
{ usable && as_chosen; } || make_venv
install_packages
tools/pango.sh "$python"
# The development packages contain the others.
if [ "$lock" = requirements-dev.lock ]; then
    cp requirements.lock .venv/.installed-requirements.lock
fi
cp "$lock" "$stamp.part"
mv "$stamp.part" "$stamp"
