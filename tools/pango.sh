#!/bin/sh
# Sees that WeasyPrint finds Pango, HarfBuzz and Fontconfig, the system libraries
# that set the type of the PDF. Missing ones are installed when we are root on
# Debian or Ubuntu; elsewhere the command that installs them is printed.
#
#   tools/pango.sh .venv/bin/python
set -eu

here=$(dirname "$0")
python=$1
debian_packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"

say() { printf '%s\n' "$*" >&2; }

# WeasyPrint loads all but HarfBuzz's subsetter when imported; without that one
# fonts are cut slowly, and differently.
found() {
    "$python" -W ignore -c '
import sys
import weasyprint.text.ffi as libraries
sys.exit(libraries.harfbuzz_subset is None)' >/dev/null 2>&1
}

install_on_debian() {
    say "Installing Pango, which sets the type of the PDF: $debian_packages"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of names
    { apt-get -q update && apt-get -q install -y --no-install-recommends $debian_packages; } >&2
}

command_for() {
    case $1 in
        debian) echo "sudo apt-get install $debian_packages" ;;
        fedora) echo "sudo dnf install pango harfbuzz fontconfig" ;;
        arch) echo "sudo pacman -S pango harfbuzz fontconfig" ;;
        alpine) echo "apk add pango harfbuzz-subset fontconfig" ;;
        conda) echo "conda install -c conda-forge pango fontconfig" ;;
        macos) echo "brew install pango" ;;
        *) echo "install Pango 1.44 or newer with HarfBuzz (its subset library too) and Fontconfig" ;;
    esac
}

if found; then
    exit 0
fi
platform=$("$here/platform.sh")
if [ "$platform" = debian ] && [ "$(id -u)" = 0 ] && install_on_debian && found; then
    exit 0
fi
say "The system library Pango, which sets the type of the PDF, isn't complete here. Install it by"
say
say "    $(command_for "$platform")"
say
say "and run the command again."
if [ "$platform" = macos ]; then
    say "If this message comes back, take Homebrew's Python: make setup PYTHON=\"\$(brew --prefix)/bin/python3\""
fi
exit 1
