"""What `person_profiles` answers to those who asked here to read what is known of a person.

A plain consumer follows the view of contexts from where it starts. Only answers that were asked for here are kept, few
enough, for as long as they stand, and as they come: sealed, so that one whose person is forgotten opens no more.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from connectors.kafka import KafkaAway
from connectors.topic_reading import Message, PositionedConsumer
from streams.secrecy.actors import Actor
from streams.topic_reader import NotReadable, end_offsets

VIEW = "hub.view.contexts.v1"
PARTITION = 0
MOST_RECORDS = 500
READ_SECONDS = 0.5
PAUSE_SECONDS = 1.0
REMEMBERED = 5_000
"""Readings of 2 KB; the oldest goes first, and its officer asks again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asker:
    """Who asked: an officer of a unit, about a person's token."""

    token: str
    unit: str
    officer: str

    @classmethod
    def of(cls, token: str, actor: Actor) -> "Asker":
        return cls(token, actor.unit, actor.officer)


class Answer:
    """What stands of one reading. Belongs to the event loop that asks; any thread may tell it."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.value: bytes | None = None
        """The sealed context as it was said last; None before that."""
        self._loop = asyncio.get_running_loop()
        self._come = asyncio.Event()

    def tell(self, value: bytes) -> None:
        self.value = value
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            self._loop.call_soon_threadsafe(self._come.set)

    async def wait(self, seconds: float) -> bytes | None:
        """The context once it has come; None where it has not in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._come.wait(), seconds)
        return self.value


class Answers:
    """The answers that requests here wait for, by the number of the request."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def expect(self, request_no: str, asker: Asker) -> Answer:
        """Somebody is about to ask."""
        answer = Answer(asker)
        with self._lock:
            self._answers[request_no] = answer
            if len(self._answers) > self._remembered:
                self._answers.popitem(last=False)
        return answer

    def find(self, request_no: str, asker: Asker) -> Answer | None:
        """What the same officer has asked for of the same person under this number, while it stands."""
        with self._lock:
            answer = self._answers.get(request_no)
        return answer if answer is not None and answer.asker == asker else None

    def hear(self, request_no: str, value: bytes | None) -> None:
        """Keep what was asked for here; None: it has ended."""
        with self._lock:
            answer = self._answers.get(request_no)
            if value is None:
                self._answers.pop(request_no, None)
        if answer is not None and value is not None:
            answer.tell(value)


class FollowedAnswers:
    """Follows the view in a thread of its own."""

    def __init__(self, bootstrap: str, topic: str, answers: Answers) -> None:
        """`topic` is the view's name on the cluster."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._answers = answers
        self._next_offset: int | None = None

    @property
    def is_heard(self) -> bool:
        """Whether an answer to what is asked from now on will be heard."""
        return self._next_offset is not None

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        while not stop.is_set():
            try:
                self._follow_on(stop)
            except (KafkaAway, NotReadable) as away:
                logger.warning("answers about persons are not heard of: %s", away)
                stop.wait(PAUSE_SECONDS)

    def _follow_on(self, stop: threading.Event) -> None:
        if self._next_offset is None:
            self._next_offset = end_offsets(self._bootstrap, self._topic, [PARTITION])[PARTITION]
        consumer = PositionedConsumer(self._bootstrap, self._topic, f"read-{self._topic}")
        try:
            consumer.start({PARTITION: self._next_offset})
            while not stop.is_set():
                for message in consumer.read(MOST_RECORDS, READ_SECONDS):
                    self._hear(message)
        finally:
            consumer.close()

    def _hear(self, message: Message) -> None:
        self._next_offset = int(message.offset() or 0) + 1
        self._answers.hear((message.key() or b"").decode(errors="replace"), message.value())
