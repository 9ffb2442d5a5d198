"""Coordination letters (协调函): whoever the city cannot order is asked, and the centre follows the letter up.

A letter sets its unit no times and breaches nothing; the matter stays the centre's. While no result has come, the unit
is asked again each time the centre's time to follow it up is over.
"""

from collections.abc import Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import views
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import notice, request_word, show
from streams.processors.order_clocks import Clocks
from streams.processors.order_states import says_done, with_order
from streams.processors.running_clocks import stopped


class Letters:
    """Follows letters up. Raises NoRulesInForce."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks

    def sent(self, now: int, matter: views.Matter, order: views.Order, tables: Tables) -> views.Order:
        """An order that has reached its unit; where it is a letter, the time to follow it up begins."""
        if not order.letter or says_done(order):
            return order
        return self._clocks.start_beside(now, matter, order, "follow_up", tables)

    def follow_up(self, now: int, order_no: str, tables: Tables) -> Iterator[Output]:
        """No result has come: the unit is asked again, and the time begins anew."""
        matter, order = find_order(order_no, tables)
        asked = replace(order, followed_up=order.followed_up + 1)
        clocks = tuple(stopped(now, one) if one.kind == "follow_up" else one for one in asked.clocks)
        asked = self._clocks.start_beside(now, matter, replace(asked, clocks=clocks), "follow_up", tables)
        yield notice(now, matter, "followed_up", asked)
        yield request_word(now, matter, asked, "letter", asked.unit, f"{order_no}-F{asked.followed_up}")
        yield from show(now, matter, with_order(matter, asked), tables)
