"""What peers need that the hub does not: an environment for Quix Streams, jars and a compiled class for Kafka Streams.

Both are made under `build/benchmarks/` once, and again when what pins them changes.
"""

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from streams.embedded.java import find_java
from tests.benchmarks.measured_process import REPOSITORY, Program
from tests.benchmarks.peers.job import Job

HERE = Path(__file__).resolve().parent
BUILD = REPOSITORY / "build" / "benchmarks"
QUIX_LOCK = HERE / "quix.lock"
JAVA_FOLDER = HERE / "kafka_streams"
JAVA_SOURCE = JAVA_FOLDER / "W1.java"
JAVA_POM = JAVA_FOLDER / "pom.xml"
SCHEMAS = HERE / "schemas" / "bench"
JVM_OPTIONS = ("-Xms256m", "-Xmx1g")


class MissingTool(Exception):
    """A tool that a peer's set-up needs; the text says which, and for which peer."""


def make_quix_environment() -> Path:
    """The interpreter of the environment that `quix.lock` pins."""
    folder = BUILD / "quix"
    python = folder / "bin" / "python"
    if not _is_made_of(folder, QUIX_LOCK):
        shutil.rmtree(folder, ignore_errors=True)
        uv = _tool("uv", "quix")
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(QUIX_LOCK))
        _remember(folder, QUIX_LOCK)
    return python


def compile_kafka_streams(job: Job) -> Program:
    """Our one Java file, compiled against the jars that its pom pins, and how to run it."""
    folder = BUILD / "kafka_streams"
    jars, classes = folder / "jars", folder / "classes"
    if not _is_made_of(folder, JAVA_POM, JAVA_SOURCE):
        shutil.rmtree(folder, ignore_errors=True)
        _run(
            _tool("mvn", "kafka_streams"),
            "--quiet",
            "--batch-mode",
            "--strict-checksums",
            "--file",
            str(JAVA_POM),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={jars}",
        )
        _run(
            _tool("javac", "kafka_streams"),
            "-Xlint:all",
            "-Werror",
            "-cp",
            f"{jars}/*",
            "-d",
            str(classes),
            str(JAVA_SOURCE),
        )
        _remember(folder, JAVA_POM, JAVA_SOURCE)
    options = (*JVM_OPTIONS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{classes}:{jars}/*")
    settings = (job.bootstrap, job.group, job.log, job.views, job.folder, str(SCHEMAS))
    return Program((str(find_java()), *options, "W1", *settings), {})


def _is_made_of(folder: Path, *sources: Path) -> bool:
    made = folder / "made-of"
    return made.exists() and made.read_text() == _digest(sources)


def _remember(folder: Path, *sources: Path) -> None:
    (folder / "made-of").write_text(_digest(sources))


def _digest(sources: tuple[Path, ...]) -> str:
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _tool(name: str, peer: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise MissingTool(f"{name} is missing: the peer {peer} needs it; leave the peer out with HUB_BENCH_ENGINES")
    return path


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MissingTool(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
