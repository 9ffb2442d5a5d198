"""Calls a unit for a matter: its order, the times that it is told, and where to."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Literal

from streams.contract import Output, Tables
from streams.facts import rules, views
from streams.facts.joint import Joint
from streams.processors.arrival import PLACES
from streams.processors.dispatch_rules import OrderLimit, phone_of
from streams.processors.hastening import Hastening
from streams.processors.matter_outputs import Where, notice, request_delivery
from streams.processors.matter_parts import own_lead
from streams.processors.order_clocks import LIMITS, OrderLimits
from streams.processors.stages import limits_beside, stages_told
from streams.processors.teams import next_order_no


@dataclass(frozen=True)
class PlaceOfMatter:
    """Where a matter is, as far as that is known."""

    region: str
    longitude: float | None
    latitude: float | None

    @classmethod
    def of(cls, matter: views.Matter, tables: Tables) -> "PlaceOfMatter":
        place = tables[PLACES].get(matter.matter_no)
        return cls(matter.region, place.longitude if place else None, place.latitude if place else None)


class Calling:
    """Gives a matter one more order."""

    def __init__(self, hastening: Hastening) -> None:
        self._hastening = hastening

    def order(
        self,
        now: int,
        matter: views.Matter,
        unit: rules.Unit,
        role: Literal["lead", "assist"],
        limits: tuple[OrderLimit, ...],
        where: Where,
        tables: Tables,
    ) -> Generator[Output, None, views.Matter]:
        """The matter with an order to a unit, which delivery is asked to bring to it; a letter sets no times."""
        return (yield from self._send(now, matter, _order(matter, unit, role), limits, where, tables))

    def joint_order(
        self,
        now: int,
        matter: views.Matter,
        unit: rules.Unit,
        joint: Joint,
        limits: tuple[OrderLimit, ...],
        tables: Tables,
    ) -> Generator[Output, None, views.Matter]:
        """The same for a whistle or a meeting; the order leads where nobody does."""
        order = replace(_order(matter, unit, joint_role(matter)), joint=joint)
        return (yield from self._send(now, matter, order, limits, PlaceOfMatter.of(matter, tables), tables))

    def _send(
        self,
        now: int,
        matter: views.Matter,
        order: views.Order,
        limits: tuple[OrderLimit, ...],
        where: Where,
        tables: Tables,
    ) -> Generator[Output, None, views.Matter]:
        limits = () if order.letter else limits
        order = replace(order, stages=stages_told(matter, order, tables))
        limits = limits_beside(matter, order, limits, tables)
        tables[LIMITS].put(order.order_no, OrderLimits(limits=limits))
        matter = replace(matter, orders=(*matter.orders, order))
        there = replace(matter, region=where.region)
        told = self._hastening.told(now, matter, limits, tables)
        yield request_delivery(now, there, self._told_stages(now, matter, order, tables), told, where)
        yield notice(now, matter, "assigned", order)
        return matter

    def _told_stages(self, now: int, matter: views.Matter, order: views.Order, tables: Tables) -> views.Order:
        """The order as its unit is told it: the times of its stages as the levels in force leave them."""
        limits = (OrderLimit(kind="stage", limit=one.limit) for one in order.stages)
        told = self._hastening.told(now, matter, limits, tables)
        stages = tuple(replace(one, limit=left.limit) for one, left in zip(order.stages, told, strict=True))
        return replace(order, stages=stages)


def joint_role(matter: views.Matter) -> Literal["lead", "assist"]:
    """The part of a unit that a whistle or a meeting brings in."""
    return "assist" if own_lead(matter) is not None or matter.mirrored else "lead"


def _order(matter: views.Matter, unit: rules.Unit, role: Literal["lead", "assist"]) -> views.Order:
    return views.Order(
        order_no=next_order_no(matter, role),
        unit=unit.unit,
        unit_name=unit.name,
        state="sent",
        clocks=(),
        phone=phone_of(unit),
        role=role,
        letter=unit.letter,
    )
