#!/bin/sh
# The broker between the simulated devices and the hub.
set -eu
cd "$(dirname "$0")/../.."
. ops/setup/tools.sh

need mosquitto "Mosquitto" command -v mosquitto
meet_needs
