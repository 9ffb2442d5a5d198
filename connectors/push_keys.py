"""Pushes under a key of the sender's (`Idempotency-Key`), known for 72 hours and after a restart.

What was answered is in Kafka before the sender hears it, with keyed digests of key and content and no word of either.
A key that stands for other content is refused before any row of it is taken. Without a key a push is idempotent all
the same, row by row: `known_rows.py`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from connectors.contract import RawRow, Receipt
from connectors.followed_topics import decoded
from connectors.idempotency import check_key, other_content
from connectors.known_rows import THREE_DAYS, Reach
from connectors.problems import AWAY_RETRY_SECONDS, Problem, kafka_away
from connectors.publisher import Now, wall_clock
from connectors.signed_facts import Append
from connectors.topic_reading import Message
from streams.codec import Codec
from streams.facts.pushes import Answer, Taken
from streams.secrecy.sealing import KeyMissing, Sealer

TOPIC = "hub.pushes.v1"


@dataclass(frozen=True)
class KeyedPush:
    """A request with a key: `said` is all of it that makes a difference, `rows` are what it holds."""

    system: str
    key: str
    said: bytes
    rows: Sequence[RawRow]


@dataclass(frozen=True)
class _UnderWay:
    """A request whose receipts are not there yet; None is what becomes of it where there are none."""

    content: str
    receipts: asyncio.Future[Sequence[Receipt] | None]


class KnownPushes:
    """The keyed pushes of one system, as far back as `reach` says; its rows are receipts."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._pushes: OrderedDict[str, Taken] = OrderedDict()
        self._receipts = 0

    def get(self, push: str) -> Taken | None:
        return self._pushes.get(push)

    def put(self, taken: Taken) -> None:
        """Know a push, unless an earlier one had its key, and forget those that are now out of reach."""
        if taken.push in self._pushes:
            return
        self._pushes[taken.push] = taken
        self._receipts += len(taken.answers)
        since = self._reach.since(taken.taken_at) or 0
        while self._receipts > self._reach.rows or next(iter(self._pushes.values())).taken_at < since:
            _, forgotten = self._pushes.popitem(last=False)
            self._receipts -= len(forgotten.answers)


class PushKeys:
    """The keyed pushes of all systems. `once` belongs to one event loop, and `recall` comes before it."""

    def __init__(self, append: Append, codec: Codec, sealer: Sealer, topic: str, now: Now = wall_clock) -> None:
        """`topic` is the name on the cluster."""
        self._append = append
        self._codec = codec
        self._sealer = sealer
        self._topic = topic
        self._now = now
        self._known: dict[str, KnownPushes] = {}
        self._under_way: dict[str, _UnderWay] = {}
        self.is_recalled = False

    def recall(self, messages: Iterable[Message]) -> None:
        """Know again what the gateway answered before; from here on keyed pushes are taken."""
        for message in messages:
            taken = decoded(message, self._codec)
            if isinstance(taken, Taken):
                self._of(taken.system).put(taken)
        self.is_recalled = True

    async def once(self, push: KeyedPush, carry: Callable[[], Awaitable[list[Receipt]]]) -> Sequence[Receipt]:
        """The receipts of the first such push, or those that `carry` gives; Problem."""
        name, content = self._fingerprints(push)
        known, under_way = self._of(push.system).get(name), self._under_way.get(name)
        before = known or under_way
        if before is not None and before.content != content:
            raise other_content()
        if known is not None:
            return _receipts(known, push.rows)
        if under_way is not None:
            return await _awaited(under_way)
        return await self._first(push, name, content, carry)

    async def _first(
        self, push: KeyedPush, name: str, content: str, carry: Callable[[], Awaitable[list[Receipt]]]
    ) -> Sequence[Receipt]:
        under_way = _UnderWay(content, asyncio.get_running_loop().create_future())
        self._under_way[name] = under_way
        receipts: Sequence[Receipt] | None = None
        try:
            carried = await carry()
            taken = Taken(
                system=push.system,
                push=name,
                content=content,
                answers=tuple(map(_answer, carried)),
                taken_at=self._now(),
            )
            await self._append(self._topic, push.system, self._codec.encode(taken))
            self._of(push.system).put(taken)
            receipts = carried
        finally:
            del self._under_way[name]
            under_way.receipts.set_result(receipts)
        return receipts

    def _of(self, system: str) -> KnownPushes:
        known = self._known.get(system)
        if known is None:
            known = self._known[system] = KnownPushes(THREE_DAYS)
        return known

    def _fingerprints(self, push: KeyedPush) -> tuple[str, str]:
        """Of the key and of the content."""
        key = check_key(push.key)
        if not self.is_recalled:
            raise kafka_away()
        try:
            name = self._sealer.fingerprint(push.system, "push", key.encode())
            return name, self._sealer.fingerprint(push.system, "content", push.said)
        except KeyMissing as error:
            raise Problem(
                503, "no_sealing_key", "the hub has no key to seal with", retry_after_seconds=AWAY_RETRY_SECONDS
            ) from error


async def _awaited(under_way: _UnderWay) -> Sequence[Receipt]:
    receipts = await asyncio.shield(under_way.receipts)
    if receipts is None:
        raise kafka_away()
    return receipts


def _answer(receipt: Receipt) -> Answer:
    return Answer(
        status=receipt.status,
        topic=receipt.topic,
        partition=receipt.partition,
        offset=receipt.offset,
        reason=receipt.reason,
    )


def _receipts(taken: Taken, rows: Sequence[RawRow]) -> list[Receipt]:
    return [
        Receipt(row.event_id or str(row.origin), said.status, said.topic, said.partition, said.offset, said.reason)
        for row, said in zip(rows, taken.answers, strict=True)
    ]
