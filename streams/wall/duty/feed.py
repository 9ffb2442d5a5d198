"""The open orders of units as they change, for all phones of a gateway: one reader of the wall's feed."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from redis.exceptions import RedisError

from streams.rules.numbering import matter_no_of
from streams.wall.duty.calendars import Calendars
from streams.wall.duty.orders import Changes, Order, UnitOrders
from streams.wall.feed import FIRST, EventId, Feed, NotWhole, Screen, StreamId
from streams.wall.feed import Changes as WallChanges

LOG = logging.getLogger(__name__)

AWAY = (RedisError, OSError, TimeoutError, NotWhole)
PAUSE_SECONDS = 0.5
WAITING_AT_MOST = 200
MATTERS = "matters"


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


class UnitFeed:
    """`run` must be running, and that of the wall's feed, for anything else to mean something."""

    def __init__(self, feed: Feed, calendars: Calendars) -> None:
        self._feed = feed
        self._orders = UnitOrders(calendars)
        self._phones: set[Phone] = set()
        self._at: EventId | None = None
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

    def now(self) -> int:
        """The gateway's time in milliseconds."""
        return self._feed.now()

    def pulse(self) -> bytes:
        """The gateway's time, up to when the orders are known to be current, whether they can be read now."""
        return self._feed.pulse()

    async def run(self) -> None:
        """Follow the wall's feed until cancelled."""
        while True:
            async with self._feed.screen() as screen:
                await self._follow(screen)

    async def _follow(self, screen: Screen) -> None:
        """Until the screen did not keep up."""
        await self._begin()
        while not screen.dropped:
            entry = await screen.entries.get()
            if entry is None:
                await self._begin()
            else:
                self._apply(entry)

    async def _begin(self) -> None:
        """Read everything as soon as it can be read, and let every page begin again."""
        while True:
            try:
                snapshot = await self._feed.snapshot()
                missed = await self._feed.since(snapshot.event_id)
            except AWAY:
                missed = None
            if missed is not None and self._feed.following:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        began_at = time.monotonic()
        self._orders.replace(json.loads(snapshot.data)[MATTERS])
        self._at, self._from, self._changed_at = snapshot.event_id, snapshot.event_id.position, {}
        for entry in missed:
            self._apply(entry)
        for phone in self._phones:
            phone.offer(None)
        LOG.info("the orders of units were read in %.3f s", time.monotonic() - began_at)

    def _apply(self, entry: WallChanges) -> None:
        at = self._at
        if at is None or entry.event_id.generation != at.generation or entry.event_id.position <= at.position:
            return
        self._at = entry.event_id
        by_unit: dict[str, Changes] = {}
        for change in json.loads(entry.data):
            if change["kind"] == MATTERS:
                for unit, changes in self._orders.take(change["key"], change["value"]).items():
                    by_unit.setdefault(unit, {}).update(changes)
        for unit in by_unit:
            self._changed_at[unit] = entry.event_id
        for phone in self._phones:
            if phone.unit in by_unit:
                phone.offer(UnitChanges(entry.event_id, by_unit[phone.unit]))
