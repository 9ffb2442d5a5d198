#!/bin/sh
# Builds the wall's page.
set -eu
cd "$(dirname "$0")/../.."
. ops/setup/tools.sh

need nodejs "Node.js" node --version
need npm "npm" npm --version
meet_needs
say "building the wall's page"
cd streams/wall/page
npm ci --silent --no-audit --no-fund
npm run --silent build
