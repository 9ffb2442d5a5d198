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

is_new_enough() { works "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }

# The distribution's Python first: it is built with profile-guided optimisation, and the engine takes a fifth less CPU on
# it than on one that was compiled plainly (ops/decisions/0073). Else the Python the lock was made for, else a newer one,
# else uv fetches one.
make_environment() {
    is_new_enough .venv/bin/python && return
    rm -rf .venv
    is_new_enough /usr/bin/python3 && works "$uv" venv --no-python-downloads --python /usr/bin/python3 .venv && return
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
