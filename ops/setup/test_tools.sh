#!/bin/sh
# The servers and tools that only the tests need.
set -eu
cd "$(dirname "$0")/../.."
. ops/setup/tools.sh

has_postgresql() { ls /usr/lib/postgresql/*/bin/initdb; }
has_chinese_font() { fc-list :lang=zh family | grep -q .; }

need redis-server "Redis" redis-server --version
need postgresql "PostgreSQL" has_postgresql
need mariadb-server "MariaDB" mariadbd --version
need openssh-server "the server of OpenSSH" command -v sshd
need prometheus "Prometheus' promtool" promtool --version
need chromium "Chromium" chromium --version
need fontconfig "fontconfig" fc-list --version
need fonts-noto-cjk "a Chinese font" has_chinese_font
meet_needs
