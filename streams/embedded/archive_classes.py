"""Writes the class archive of the embedded Kafka: `python -m streams.embedded.archive_classes`, in `make setup`."""

import tempfile
from pathlib import Path

from streams.embedded.kafka import KAFKA_JARS, KafkaBroker, class_archive
from streams.embedded.server import ServerFailed

DUMP_SECONDS = 120.0


def archive_classes(jars: Path = KAFKA_JARS) -> Path:
    """Start a broker over an empty folder and let its JVM write, as it ends, the classes it has loaded."""
    archive = class_archive(jars)
    draft = archive.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        broker = KafkaBroker(Path(folder), jars=jars, jvm_options=(f"-XX:ArchiveClassesAtExit={draft}",))
        broker.start()
        broker.stop(DUMP_SECONDS)
    if not draft.exists():
        raise ServerFailed(f"the JVM wrote no class archive to {archive.parent}")
    return draft.replace(archive)


if __name__ == "__main__":
    archive_classes()
