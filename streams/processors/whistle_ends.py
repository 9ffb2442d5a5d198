"""When a whistle (吹哨报到) is over: the town has signed for each unit, or its order was withdrawn."""

from streams.contract import replace
from streams.facts import views
from streams.facts.joint import Whistle
from streams.processors.order_states import ENDED


def with_ended_whistles(now: int, matter: views.Matter) -> views.Matter:
    """The matter with each whistle ended that is over, whatever made it so."""
    if not any(one.state == "open" for one in matter.whistles):
        return matter
    left = {order.order_no for order in matter.orders if order.state not in ENDED}
    return replace(matter, whistles=tuple(_ended(now, one, left) for one in matter.whistles))


def ended_since(before: views.Matter | None, matter: views.Matter) -> list[Whistle]:
    """The whistles of a matter that have ended since it stood otherwise."""
    known = {one.whistle_no for one in (before.whistles if before else ()) if one.state == "ended"}
    return [one for one in matter.whistles if one.state == "ended" and one.whistle_no not in known]


def _ended(now: int, whistle: Whistle, left: set[str]) -> Whistle:
    is_over = all(one.rating is not None or one.order_no not in left for one in whistle.called)
    return replace(whistle, state="ended", ended_at=now) if whistle.state == "open" and is_over else whistle
