"""What a unit has to report while it works (初报、续报、阶段反馈) and when it is done (终报): ops/decisions/0104.

The first report and the first feedback are due from proven delivery on. Whatever it reports ends all of that which is
due, and begins the next. A report that is missing is told to be overdue once and stays so until it comes.
"""

from streams.contract import Tables
from streams.facts import matters, views
from streams.facts.vocabulary import ClockKind
from streams.processors.hastening import Hastening
from streams.processors.order_clocks import Clocks, abandon
from streams.processors.order_states import REPORTED_UNTIL_DONE, says_done

NEXT: tuple[ClockKind, ...] = ("follow_up_report", "periodic")
"""What is due after a report, as long as the work goes on."""
LAST: tuple[ClockKind, ...] = ("final_report",)


class Reports:
    """Begins what is to be reported next, by the times that the unit was told. Raises NoRulesInForce."""

    def __init__(self, clocks: Clocks, hastening: Hastening) -> None:
        self._clocks = clocks
        self._hastening = hastening

    def begun(self, now: int, order: views.Order, matter: views.Matter, tables: Tables) -> views.Order:
        """An order whose clocks have just begun: its unit may have reported, or done the work, before the proof."""
        if says_done(order):
            return self.done(now, order, matter, tables)
        return order if order.reported_at is None else self._begin(now, NEXT, order, matter, tables)

    def after(
        self,
        now: int,
        answered: matters.Answered,
        before: views.Order,
        order: views.Order,
        matter: views.Matter,
        tables: Tables,
    ) -> views.Order:
        """The order after an answer that made it of `before`."""
        if says_done(order):
            return order if says_done(before) else self.done(now, order, matter, tables)
        return self._begin(now, NEXT, order, matter, tables) if answered.answer == "report" else order

    def done(self, now: int, order: views.Order, matter: views.Matter, tables: Tables) -> views.Order:
        """The order whose unit says that the work is done: the final report is due, and none before it."""
        return self._begin(now, LAST, abandon(now, order, REPORTED_UNTIL_DONE, tables), matter, tables)

    def again(self, now: int, order: views.Order, matter: views.Matter, tables: Tables) -> views.Order:
        """The order whose work was sent back: no final report is due, and it is reported as it goes on."""
        return self._begin(now, NEXT, abandon(now, order, LAST, tables), matter, tables)

    def _begin(
        self, now: int, kinds: tuple[ClockKind, ...], order: views.Order, matter: views.Matter, tables: Tables
    ) -> views.Order:
        begun = self._clocks.begin(now, order, kinds, tables)
        return order if begun is order else self._hastening.begun(now, matter, begun, tables)
