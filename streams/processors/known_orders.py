"""Orders by their number."""

from streams.contract import Tables
from streams.facts import views
from streams.processors.matters_of_incidents import remaining
from streams.rules.numbering import matter_no_of


class UnknownOrder(Exception):
    """An answer, a delivery or a clock names an order or a matter that does not exist."""


class WrongUnit(Exception):
    """A unit answers an order that is not its own."""


class EndedOrder(Exception):
    """An order that was returned or withdrawn, or whose matter is closed, is not to be worked on any more."""


def find_matter(matter_no: str, tables: Tables) -> views.Matter:
    """The matter, or the one that it was folded into; raises UnknownOrder."""
    matter = remaining(matter_no, tables)
    if matter is None:
        raise UnknownOrder(f"there is no matter {matter_no}")
    return matter


def find_order(order_no: str, tables: Tables) -> tuple[views.Matter, views.Order]:
    """The order and the matter that it stands with; raises UnknownOrder."""
    matter = remaining(matter_no_of(order_no), tables)
    order = order_in(matter, order_no) if matter else None
    if matter is None or order is None:
        raise UnknownOrder(f"there is no order {order_no}")
    return matter, order


def find_going_on(order_no: str, tables: Tables) -> tuple[views.Matter, views.Order]:
    """The same; of an order that was folded (并单) the one of its unit that goes on."""
    matter, order = find_order(order_no, tables)
    while order.state == "folded" and order.continued_by is not None:
        matter, order = find_order(order.continued_by, tables)
    return matter, order


def order_in(matter: views.Matter, order_no: str) -> views.Order | None:
    """The order of a matter under a number."""
    return next((order for order in matter.orders if order.order_no == order_no), None)
