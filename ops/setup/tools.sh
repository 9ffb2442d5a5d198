# Sourced by the other set-up scripts: tools of the machine, installed where that is possible, named where it is not.

# Debian keeps servers where only root's path leads.
PATH=$PATH:/usr/sbin

# On standard error: what `make up` prints on standard output belongs to the hub.
say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

# A pyenv shim is found on the path also when it runs nothing, so a tool counts only when it answers.
works() { "$@" >/dev/null 2>&1; }

may_install() { [ "$(id -u)" = 0 ] && works apt-get --version; }

# need PACKAGE WHAT_IT_IS CHECK...: remembers the Debian package where the check fails.
need() {
    package=$1 title=$2
    shift 2
    works "$@" && return
    if may_install; then
        missing="${missing:-} $package"
    else
        say "$title is missing: install it (on Debian: apt-get install $package)"
        unmet=yes
    fi
}

# Installs what `need` has found missing; fails where something is missing that cannot be installed here.
meet_needs() {
    [ -z "${unmet:-}" ] || exit 2
    [ -n "${missing:-}" ] || return 0
    say "installing$missing"
    without_services
    apt-get update -qq || fail "apt-get update failed: the machine's package sources do not answer"
    # shellcheck disable=SC2086 # a list of names
    said=$(DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing 2>&1) ||
        fail "apt-get could not install$missing: $said"
}

# Debian starts the servers it installs; the hub starts its own, on ports of its own.
without_services() {
    [ -e /usr/sbin/policy-rc.d ] && return
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
}
