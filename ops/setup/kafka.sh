#!/bin/sh
# Fetches the jars of the embedded Kafka into .hub-tools/, compares each with its checksum, and prepares quick starts.
set -eu
cd "$(dirname "$0")/../.."
. ops/setup/tools.sh

jars=$(.venv/bin/python -c 'from streams.embedded.kafka import KAFKA_JARS; print(KAFKA_JARS)')

fetch() {
    need maven "Maven (mvn)" mvn --version
    meet_needs
    say "fetching Kafka"
    rm -rf "$jars.new"
    said=$(mvn --quiet --batch-mode --file ops/kafka/pom.xml dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$jars.new" 2>&1) || fail "Maven could not fetch Kafka: $said"
}

are_genuine() {
    [ "$(find "$1" -name '*.jar' | wc -l)" = "$(wc -l <"$checksums")" ] &&
        (cd "$1" && sha256sum --check --strict --quiet "$checksums")
}

checksums=$PWD/ops/kafka/checksums.sha256
if ! { [ -d "$jars" ] && are_genuine "$jars"; }; then
    fetch
    are_genuine "$jars.new" || fail "the Kafka jars in $jars.new are not those of ops/kafka/checksums.sha256"
    rm -rf "$jars"
    mv "$jars.new" "$jars"
fi
.venv/bin/python -m streams.embedded.archive_classes
