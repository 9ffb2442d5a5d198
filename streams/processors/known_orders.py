"""Orders by their number."""

from streams.contract import Tables
from streams.facts import views
from streams.processors.matter_outputs import MATTERS
from streams.rules.numbering import matter_no_of


class UnknownOrder(Exception):
    """An answer, a delivery or a clock names an order or a matter that does not exist."""


class WrongUnit(Exception):
    """A unit answers an order that is not its own."""


class EndedOrder(Exception):
    """An order that was returned or withdrawn, or whose matter is closed, is not to be worked on any more."""


def find_matter(matter_no: str, tables: Tables) -> views.Matter:
    """The matter; raises UnknownOrder."""
    matter = tables[MATTERS].get(matter_no)
    if matter is None:
        raise UnknownOrder(f"there is no matter {matter_no}")
    return matter


def find_order(order_no: str, tables: Tables) -> tuple[views.Matter, views.Order]:
    """The order and its matter; raises UnknownOrder."""
    matter = tables[MATTERS].get(matter_no_of(order_no))
    order = next((order for order in matter.orders if order.order_no == order_no), None) if matter else None
    if matter is None or order is None:
        raise UnknownOrder(f"there is no order {order_no}")
    return matter, order
