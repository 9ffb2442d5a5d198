"""Units that take orders and answer without HTTP: over a topic of their own and the one of all units, or with files.

A unit commits, or takes away, what stands in the ledger, and nothing before.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from connectors.answer_files import ANSWERS, REFUSED
from connectors.city.kafka import KafkaAway as TopicAway
from connectors.city.kafka import OwnTopic
from connectors.city.ledger import PlannedAnswer
from connectors.kafka import KafkaAway
from connectors.times import to_rfc3339
from connectors.topic_reading import GroupConsumer
from connectors.unit_topic import TOPIC
from streams.codec import Codec, CodecError
from streams.facts.answers import Said
from streams.facts.notices import OrderCall
from streams.topology import Topology

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
MOST_RECORDS = 100

Take = Callable[[str, bytes | OrderCall], None]
"""Notes what a unit was told, under the number of its delivery."""


class NotSaid(Exception):
    """The medium does not take an answer now."""


class UnitMedium(Protocol):
    """How one unit is told of orders, and answers them."""

    async def listen(self, take: Take) -> None:
        """Take what comes, until cancelled."""

    async def say(self, answer: PlannedAnswer, claimed_at: int, token: str) -> bool:
        """Once the hub has it, as far as the unit can know; whether it took it. NotSaid."""

    async def close(self) -> None: ...


class UnitTopics:
    """A unit whose system reads its topic in a group of its own name."""

    def __init__(self, bootstrap: str, topology: Topology, unit: str, topic: str) -> None:
        self._codec = Codec.load()
        self._unit = unit
        self._consumer = GroupConsumer(bootstrap, topology.topic_name(topic), topology.topic_name(unit))
        self._answers = OwnTopic(bootstrap, topology.topic_name(TOPIC))

    async def listen(self, take: Take) -> None:
        while True:
            try:
                messages = await asyncio.to_thread(self._consumer.read, MOST_RECORDS, LOOK_SECONDS)
                for message in messages:
                    self._hear(message.value() or b"", take)
                if messages:
                    await asyncio.to_thread(self._consumer.commit, messages)
            except KafkaAway as away:
                LOG.warning("%s hears nothing yet: %s", self._unit, away)
                await asyncio.sleep(LOOK_SECONDS)

    def _hear(self, value: bytes, take: Take) -> None:
        try:
            call = self._codec.decode(value)
        except CodecError as error:
            LOG.warning("%s cannot read a record of its topic: %s", self._unit, error)
            return
        if isinstance(call, OrderCall):
            take(call.delivery_no, call)

    async def say(self, answer: PlannedAnswer, claimed_at: int, token: str) -> bool:
        said = Said(
            order_no=answer.order_no,
            word=word_of(answer),
            token=token,
            idempotency_key=answer.idempotency_key,
            body=json.dumps({"claimed_at": to_rfc3339(claimed_at)}),
        )
        try:
            await self._answers.write(answer.unit, self._codec.encode(said))
        except TopicAway as away:
            raise NotSaid(str(away)) from away
        return True

    async def close(self) -> None:
        await asyncio.to_thread(self._answers.close)
        await asyncio.to_thread(self._consumer.close)


class UnitFolder:
    """A unit whose program empties a folder, and lays its answers down in another one inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def listen(self, take: Take) -> None:
        while True:
            for file in sorted(self._folder.glob("[!.]*.json")):
                take(file.stem, file.read_bytes())
                file.unlink()
            await asyncio.sleep(LOOK_SECONDS)

    async def say(self, answer: PlannedAnswer, claimed_at: int, token: str) -> bool:
        """Until the hub has taken the file away."""
        written = {
            "order_no": answer.order_no,
            "word": word_of(answer),
            "token": token,
            "idempotency_key": answer.idempotency_key,
            "body": {"claimed_at": to_rfc3339(claimed_at)},
        }
        file = self._folder / ANSWERS / f"{answer.idempotency_key.replace('/', '-')}.json"
        try:
            file.parent.mkdir(exist_ok=True)
            draft = file.with_name(f".{file.name}")
            draft.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
            draft.replace(file)
        except OSError as error:
            raise NotSaid(str(error)) from error
        while file.exists():
            await asyncio.sleep(LOOK_SECONDS)
        return not (self._folder / REFUSED / file.name).exists()

    async def close(self) -> None:
        """Nothing is open."""


def word_of(answer: PlannedAnswer) -> str:
    """The answer as the last part of an address has it."""
    return answer.answer.replace("_", "-")
