"""Gives a matter to the units that the rules call: who leads, and who assists."""

from collections.abc import Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import rules, views
from streams.processors.calling import Calling
from streams.processors.dispatch_rules import CALLS, RULES, call_limits, find_called
from streams.processors.hastening import Hastening
from streams.processors.matter_outputs import Where, notice, progressed, show
from streams.processors.matter_parts import ENDED_STATES
from streams.processors.supervision_orders import propose_repetition
from streams.processors.teams import missing_assistants


class Assigning:
    """Calls by the rules in force."""

    def __init__(self, calling: Calling, hastening: Hastening) -> None:
        self._calling = calling
        self._hastening = hastening

    def assign(
        self, now: int, matter: views.Matter, where: Where, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with orders to the unit that the rules call and to who assists, unchanged where there is none."""
        called = find_called(matter.incident_class, matter.urgency, matter.region, tables, matter.avoided)
        if called is None:
            return matter
        matter = replace(matter, state="assigned")
        if called.avoided is not None:
            yield notice(now, matter, "unit_avoided")
        limits = tuple(call_limits(matter.urgency, called.call, tables))
        matter = yield from self._calling.order(now, matter, called.unit, "lead", limits, where, tables)
        yield progressed(now, matter, "assigned")
        return (yield from self.assist(now, matter, where, tables))

    def assist(
        self,
        now: int,
        matter: views.Matter,
        where: Where,
        tables: Tables,
    ) -> Generator[Output, None, views.Matter]:
        """The matter with an order to each unit that has to assist and has none."""
        call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
        if call is None or matter.state in ENDED_STATES:
            return matter
        limits = tuple(call_limits(matter.urgency, call, tables, "assist"))
        for unit in tuple(missing_assistants(call, matter, tables, self._hastening.also_called(matter, tables))):
            matter = yield from self._calling.order(now, matter, unit, "assist", limits, where, tables)
        return matter


def show_new(now: int, matter: views.Matter, tables: Tables) -> Iterator[Output]:
    """A matter that was called for is shown, with a proposal where it repeats itself; told where nobody can come."""
    if not matter.orders and not matter.mirrored:
        yield notice(now, matter, "unassignable")
        yield progressed(now, matter, "unassigned")
    matter = yield from propose_repetition(now, matter, tables)
    yield from show(now, None, matter, tables)
