"""The open orders of units as they change, for all phones of a gateway: one reader of the wall's feed."""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from streams.rules.numbering import matter_no_of
from streams.wall.duty.calendars import Calendars
from streams.wall.duty.orders import Changes, Order, UnitOrders
from streams.wall.feed import FIRST, EventId, Feed, StreamId
from streams.wall.matters_feed import Matter, MattersFeed

LOG = logging.getLogger(__name__)

WAITING_AT_MOST = 200


@dataclass(frozen=True)
class UnitChanges:
    """What has changed for one unit, and the id of the event that says so."""

    event_id: EventId
    changes: Changes


@dataclass(eq=False)
class Phone:
    """One connected duty page. `None` in its queue means: begin again from all orders."""

    unit: str
    entries: asyncio.Queue[UnitChanges | None] = field(default_factory=lambda: asyncio.Queue(WAITING_AT_MOST))
    dropped: bool = False

    def offer(self, entry: UnitChanges | None) -> None:
        try:
            self.entries.put_nowait(entry)
        except asyncio.QueueFull:
            self.dropped = True


@dataclass(frozen=True)
class Inbox:
    """The open orders of a unit, and the id from which changes go on."""

    event_id: EventId
    orders: dict[str, Order]


class UnitFeed(MattersFeed):
    """The open orders of every unit."""

    def __init__(self, feed: Feed, calendars: Calendars) -> None:
        super().__init__(feed)
        self._orders = UnitOrders(calendars)
        self._phones: set[Phone] = set()
        self._from: StreamId = FIRST
        self._changed_at: dict[str, EventId] = {}

    @property
    def phones(self) -> int:
        """How many are connected."""
        return len(self._phones)

    @contextmanager
    def phone(self, unit: str) -> Iterator[Phone]:
        """A page that is given every change of its unit from now on."""
        phone = Phone(unit)
        self._phones.add(phone)
        try:
            yield phone
        finally:
            self._phones.discard(phone)

    def inbox(self, unit: str) -> Inbox | None:
        """None while no whole cache was read."""
        return None if self._at is None else Inbox(self._at, dict(self._orders.of(unit)))

    def has_missed(self, unit: str, last: EventId | None) -> bool:
        """Has anything changed for a unit since a page's last event? Yes where that cannot be told."""
        at = self._at
        if last is None or at is None or last.generation != at.generation or last.position > at.position:
            return True
        changed_at = self._changed_at.get(unit)
        return last.position < (self._from if changed_at is None else changed_at.position)

    async def content(self, order_no: str) -> bytes | None:
        """What is shown of a confidential order under a receipt, as JSON; RedisError."""
        return await self._feed.content(self._orders.matter_no(order_no) or matter_no_of(order_no))

    def begin(self, at: EventId, matters: Mapping[str, Matter]) -> None:
        began_at = time.monotonic()
        self._orders.replace(matters)
        self._from, self._changed_at = at.position, {}
        LOG.info("the orders of units were read in %.3f s", time.monotonic() - began_at)

    def take(self, at: EventId, changed: Sequence[tuple[str, Matter | None]]) -> None:
        by_unit: dict[str, Changes] = {}
        for matter_no, matter in changed:
            for unit, changes in self._orders.take(matter_no, matter).items():
                by_unit.setdefault(unit, {}).update(changes)
        for unit in by_unit:
            self._changed_at[unit] = at
        for phone in self._phones:
            if phone.unit in by_unit:
                phone.offer(UnitChanges(at, by_unit[phone.unit]))

    def has_begun(self) -> None:
        """Every page begins again."""
        for phone in self._phones:
            phone.offer(None)
