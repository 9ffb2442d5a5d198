"""One alarm a matter: the next moment at which supervision has something to say of it.

Whatever changes a clock goes through `show`, which rings the alarm at once; supervision then looks at the matter as it
stands and sets the alarm for the next moment; a breach asks it in its own step. So steps follow a deadline that moves
and end with the clock they are of.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import TableName, Tables, record, replace
from streams.facts import views


@record("dispatch.watched.v1")
@dataclass(frozen=True, kw_only=True)
class Watched:
    """A matter that is watched: its alarm, the matter of a supervision order, the latest at a place.

    `recent` are the instants at which matters of one class were opened at one place.
    """

    matter_no: str
    recent: tuple[int, ...] = ()


ALARMS = TableName("alarms", Watched)
"""Under `<matter_no>`, due at the next moment."""


def ring(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> views.Matter:
    """The matter with the lights of its clocks as they are; supervision looks at it now where its clocks changed."""
    clocks = views.clocks_of(matter)
    if before is not None and before.state == matter.state and views.clocks_of(before) == clocks:
        return matter
    if clocks:
        set_alarm(now, matter, tables)
    return with_lights(matter)


def set_alarm(due_at: int, matter: views.Matter, tables: Tables) -> None:
    """Let supervision look at a matter at an instant, and not at the one set before."""
    tables[ALARMS].put(matter.matter_no, Watched(matter_no=matter.matter_no), due_at)


def with_lights(matter: views.Matter) -> views.Matter:
    """Red where a clock was breached, and where it ended otherwise no light; a clock that runs keeps its own."""
    if all(_lit(clock) is clock for clock in views.clocks_of(matter)):
        return matter
    orders = tuple(replace(order, clocks=tuple(_lit(clock) for clock in order.clocks)) for order in matter.orders)
    return replace(matter, clocks=tuple(_lit(clock) for clock in matter.clocks), orders=orders)


def _lit(clock: views.Clock) -> views.Clock:
    if clock.state == "running":
        return clock
    light: Literal["red", "green"] = "red" if clock.state == "breached" else "green"
    return clock if clock.light == light else replace(clock, light=light)
