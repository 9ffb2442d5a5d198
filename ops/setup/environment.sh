#!/bin/sh
# Makes .venv exactly as requirements.lock says, and installs the project into it, editable.
set -eu
cd "$(dirname "$0")/../.."
. ops/setup/tools.sh

find_uv() {
    for uv in uv .hub-tools/uv/bin/uv; do
        works "$uv" --version && return
    done
    need python3 "Python 3" python3 --version
    need python3-pip "pip" python3 -m pip --version
    meet_needs
    say "installing uv"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes \
        --target .hub-tools/uv --requirement ops/setup/uv.txt || fail "uv is missing, and pip could not install it"
}

# The Python the lock was made for where the machine has it, else a newer one, else uv fetches one.
make_environment() {
    works .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return
    rm -rf .venv
    works "$uv" venv --no-python-downloads --python 3.11 .venv && return
    works "$uv" venv --no-python-downloads --python '>=3.11' .venv && return
    "$uv" venv --python 3.11 .venv || fail "Python 3.11 or newer is missing: install it (on Debian: apt-get install python3)"
}

find_uv
make_environment
say "installing the Python packages of requirements.lock"
export VIRTUAL_ENV="$PWD/.venv"
# Compiled here once: no process of the hub may have to, where Python is told to keep no bytecode.
"$uv" pip sync --quiet --require-hashes --compile-bytecode requirements.lock
"$uv" pip install --quiet --no-deps --no-build-isolation --editable .
