"""Answers as files: what a unit's program leaves in the `answers` of its folder, under the same tokens as over HTTP.

A file `<anything>.json` holds `order_no`, `word`, `token`, perhaps `idempotency_key`, and as `body` what a request has
there. It is taken away once its fact is in Kafka, and only then; one that is no answer is moved to `refused`, with the
reason beside it. Its id follows from its key or its bytes, so that one that was read twice is dropped where it arrives.
It counts when its fact is appended; its token has to be good when the file was put there.
"""

import json
import logging
import os
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from errno import ENOTDIR
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.kafka import Outgoing, SharedProducer, Stopped
from connectors.said_words import NoActorKey, SaidWords, Unanswerable
from streams.codec import Codec
from streams.facts.answers import Said
from streams.metrics import count_refusal, show_answer_folder
from streams.secrecy.secret_store import SecretMissing, SecretStore

ANSWERS, REFUSED = "answers", "refused"
SUFFIX = ".json"
LOOK_SECONDS = 1.0
MOST_FILES = 200
"""Of one folder at a look."""
MOST_BYTES = 65_536
SETTLED_SECONDS = 2.0
"""Who writes under the file's own name instead of renaming it has so long to end."""

logger = logging.getLogger(__name__)


class WrittenAnswer(BaseModel):
    """What a file holds."""

    model_config = ConfigDict(extra="forbid")

    order_no: str
    word: str
    token: str
    idempotency_key: str | None = None
    body: dict[str, Any] = {}

    def said(self) -> Said:
        body = json.dumps(self.body, ensure_ascii=False) if self.body else ""
        return Said(
            order_no=self.order_no, word=self.word, token=self.token, idempotency_key=self.idempotency_key, body=body
        )


class Laid(NamedTuple):
    """One file as it lies there: its bytes, and when it was put there (milliseconds), by this machine's file system."""

    path: Path
    content: bytes
    at: int


class AnswerFiles:
    """Looks into the folders in a thread of its own."""

    def __init__(
        self, folders: Mapping[str, str], topic: str, producer: SharedProducer, codec: Codec, secrets: SecretStore
    ) -> None:
        """`folders` by unit, each a secret's name; `topic` is the matters' log by its name on the cluster."""
        self._folders = folders
        self._topic = topic
        self._producer = producer
        self._codec = codec
        self._secrets = secrets
        self._words = SaidWords(secrets)
        self._faults: dict[str, str] = {}

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; a folder that cannot be read holds up no other."""
        while not stop.wait(LOOK_SECONDS):
            for unit, folder in self._folders.items():
                fault = ""
                try:
                    self._empty(Path(self._secrets.resolve(folder)) / ANSWERS, stop)
                except Stopped:
                    return
                except (OSError, SecretMissing, NoActorKey) as error:
                    fault = _why(error)
                self._tell(unit, fault)

    def _tell(self, unit: str, fault: str) -> None:
        """Each fault of a folder once, and whether it is read."""
        if fault and fault != self._faults.get(unit):
            logger.warning("answers of %s are not read: %s", unit, fault)
        self._faults[unit] = fault
        show_answer_folder(unit, read=not fault)

    def _empty(self, folder: Path, stop: threading.Event) -> None:
        """Carry what lies there to Kafka, then take it away."""
        _make(folder)
        taken: list[Laid] = []
        records: list[Outgoing] = []
        for laid in _laid(folder):
            try:
                records.append(self._outgoing(laid))
                taken.append(laid)
            except Unanswerable as refusal:
                _refuse(laid.path, refusal)
        if records:
            self._producer.deliver(records, stop, "answers in files")
        for laid in taken:
            laid.path.unlink(missing_ok=True)

    def _outgoing(self, laid: Laid) -> Outgoing:
        said = _read(laid).said()
        fact = self._words.fact_of(said, "file", f"file-{sha256(laid.content).hexdigest()[:40]}", laid.at)
        return Outgoing(self._topic, fact.key.encode(), self._codec.encode(fact), [], laid.at)


def _laid(folder: Path) -> Iterator[Laid]:
    """The files that are ready, the oldest first. Whatever else has such a name is refused: it could lead elsewhere."""
    found = []
    for path in folder.iterdir():
        if path.name.endswith(SUFFIX) and not path.name.startswith("."):
            with suppress(FileNotFoundError):  # another gateway was quicker
                found.append((path.lstat(), path))
    for status, path in sorted(found, key=lambda one: (one[0].st_ctime_ns, one[1].name))[:MOST_FILES]:
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            _refuse(path, Unanswerable("decode", "no_file", f"an answer is a plain file of at most {MOST_BYTES} bytes"))
            continue
        try:
            content = _content(path)
        except FileNotFoundError:
            continue
        except PermissionError:
            _refuse(path, Unanswerable("decode", "unreadable", "the hub may not read the file"))
            continue
        if _is_whole(content) or time.time() - status.st_ctime > SETTLED_SECONDS:
            yield Laid(path, content, status.st_ctime_ns // 1_000_000)


def _make(folder: Path) -> None:
    """Unless it is there; a link in its place could lead out of the unit's folder."""
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise NotADirectoryError(ENOTDIR, "a link stands where a folder should be", folder)


def _content(path: Path) -> bytes:
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW)) as file:
        return file.read(MOST_BYTES)


def _is_whole(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _read(laid: Laid) -> WrittenAnswer:
    try:
        return WrittenAnswer.model_validate_json(laid.content)
    except ValidationError as error:
        if any(part["type"] == "json_invalid" for part in error.errors()):
            raise Unanswerable("decode", "not_json", "the file is not JSON in UTF-8") from error
        places = ", ".join(sorted({".".join(map(str, part["loc"])) or "file" for part in error.errors()}))
        raise Unanswerable("decode", "wrong_answer", f"wrong or missing: {places}") from error


def _refuse(path: Path, refusal: Unanswerable) -> None:
    """Where its unit finds it, with the reason; the unit repairs it and lays it down once more."""
    count_refusal(refusal.reason)
    logger.warning("a file in %s is no answer: %s: %s", path.parent, refusal.reason, refusal)
    refused = path.parent.parent / REFUSED
    _make(refused)
    reason = {"reason": refusal.reason, "detail": str(refusal)}
    (refused / f"{path.name}.reason").write_text(json.dumps(reason, ensure_ascii=False), encoding="utf-8")
    with suppress(FileNotFoundError):
        path.replace(refused / path.name)


def _why(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) else str(error)
