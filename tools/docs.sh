#!/bin/sh
# Builds the documentation into the folder named; any warning is an error.
#
#   tools/docs.sh docs/_build
set -eu

folder=$1
# A relative folder is relative to where the caller stands.
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
cd "$(dirname "$0")/.."
tools/python.sh -m sphinx -c docs -b html -d "$folder/.doctrees" -W --keep-going --quiet . "$folder"
echo "The documentation: $folder/index.html"
