"""Who assists (联动): the units that a call names beside its lead, each with an order and clocks of its own.

Some assist always; some once reports come from a second town, then those of every town that is concerned.
"""

from collections.abc import Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import rules, views
from streams.processors.dispatch_rules import find_unit
from streams.processors.matter_outputs import notice
from streams.processors.matter_parts import awaited

TOWN_DIGITS = 9
FIRST_ASSISTANT = 2
"""The first number of an order is the lead's, also where that is a department's own."""


def with_town(matter: views.Matter, region: str) -> views.Matter:
    """The matter with one more town that it lies in, where a place is known so well."""
    town = region[:TOWN_DIGITS]
    if len(town) < TOWN_DIGITS or town in matter.towns:
        return matter
    return replace(matter, towns=(*matter.towns, town))


def missing_assistants(
    call: rules.Call, matter: views.Matter, tables: Tables, also: tuple[str, ...] = ()
) -> Iterator[rules.Unit]:
    """The units that have to assist and have no order yet, in the order of the call; then those of the kinds `also`."""
    kinds = (*call.assisting, *(call.assisting_across if len(matter.towns) > 1 else ()), *also)
    called = {order.unit for order in matter.orders if order.state != "folded"}
    for kind in kinds:
        for place in matter.towns or (matter.region,):
            unit = find_unit(kind, place, tables, matter.avoided)
            if unit is not None and unit.unit not in called:
                called.add(unit.unit)
                yield unit


def next_order_no(matter: views.Matter, role: str) -> str:
    """The number of the next order of a matter."""
    last = max((int(order.order_no.rpartition("-")[2]) for order in matter.orders), default=0)
    number = max(last + 1, FIRST_ASSISTANT if role == "assist" else 1)
    return f"{matter.matter_no}-{number:02}"


def tell_awaited(now: int, matter: views.Matter, order: views.Order, answer: str) -> Iterator[Output]:
    """Where the lead is done, who is still waited for: each that assists, by its order."""
    if order.role == "lead" and answer in ("resolve", "reply"):
        for waited_for in awaited(matter):
            yield notice(now, matter, "assistants_awaited", waited_for)
