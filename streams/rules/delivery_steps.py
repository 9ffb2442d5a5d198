"""In which order a unit is reached, and how long each way may take: its systems, 值班页面, 短信, 语音电话, 带班领导.

Who is reached how, by urgency, and what proves it: ops/decisions/0100. A routine order rings nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import NamedTuple

from streams.facts.rules import UnitChannel
from streams.facts.vocabulary import Channel, Urgency

DIRECT: tuple[Channel, ...] = ("webhook", "topic", "file")
"""A unit's own systems."""
AFTER_DIRECT: Mapping[Urgency, tuple[Channel, ...]] = {
    "critical": ("app", "sms", "voice", "leader"),
    "urgent": ("app", "sms", "voice", "leader"),
    "routine": ("app", "sms"),
}
"""Which ways follow where a unit's own systems have failed, in this order; a person phones when all have."""
TIMEOUT_SECONDS: Mapping[Channel, int] = {"app": 10, "sms": 20, "voice": 45, "leader": 45}
"""How long an open page may take to show an order, a message to be read, a call to be taken and confirmed."""


class Step(NamedTuple):
    """One attempt: how long after the one before it failed, over which channel, within what time."""

    after_seconds: int
    channel: UnitChannel
    timeout_seconds: int


def delivery_steps(
    channels: Sequence[UnitChannel], urgency: Urgency, waits_seconds: Sequence[int], timeout_seconds: int
) -> tuple[Step, ...]:
    """The attempts for a unit, in their order; none where only a person can reach it.

    Its own systems are tried in turn, once for each of `waits_seconds`. Where an urgent order can ring somebody after
    that, each of them is tried once and the first once more: the night has three minutes.
    """
    direct = [one for one in channels if one.channel in DIRECT]
    after = [one for kind in AFTER_DIRECT[urgency] for one in channels if one.channel == kind]
    tries = len(direct) + 1 if after and urgency != "routine" else len(waits_seconds)
    waits = islice(chain(waits_seconds, repeat(waits_seconds[-1])), tries if direct else 0)
    own = [Step(wait, direct[turn % len(direct)], timeout_seconds) for turn, wait in enumerate(waits)]
    return (*own, *_following(after, waits_seconds[0] if not own else 0))


def _following(channels: Sequence[UnitChannel], first_wait_seconds: int) -> Iterator[Step]:
    for number, one in enumerate(channels):
        yield Step(0 if number else first_wait_seconds, one, TIMEOUT_SECONDS[one.channel])
