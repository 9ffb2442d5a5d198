"""Asking Kafka at the end of a run, though it may be just starting again."""

import time
from collections.abc import Callable
from typing import TypeVar

from streams.embedded.errors import EmbeddedError
from streams.kafka import KafkaException
from streams.topic_reader import NotReadable
from streams.up.city import CityWithoutKafka
from streams.up.voice import report

Answer = TypeVar("Answer")
PAUSE_SECONDS = 1.0


class NotAnswered(EmbeddedError):
    """Kafka did not answer for longer than anybody waits; the text is one line for the operator."""


def ask_until_answered(
    ask: Callable[[], Answer], what: str, within_seconds: float, pause: Callable[[float], object]
) -> Answer:
    """The answer; where Kafka is away, it is asked again. NotAnswered where the time passes."""
    give_up_at = time.monotonic() + within_seconds
    while True:
        try:
            return ask()
        except (CityWithoutKafka, NotReadable, KafkaException) as error:
            if time.monotonic() > give_up_at:
                raise NotAnswered(f"no {what} within {within_seconds:.0f} s: {error}") from error
            report(f"Kafka did not answer, the {what} is asked for again")
        pause(PAUSE_SECONDS)
