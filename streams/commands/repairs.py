"""What was done under a wrong picture (并单、拆分), for whoever has to see to it."""

from collections.abc import Iterator

from streams.commands.words import NOTHING, print_table, shown_time
from streams.facts.chinese import CLOCK_KINDS
from streams.facts.views import Matter, Order, Repair

CAUSES = {"folded": "并单前分作两件", "separated": "拆分前并作一件"}
TITLES = ("发现时间", "情由", "另一事项", "其间派单", "其间超时", "已答复报告")


def print_repairs(found: Matter) -> None:
    """A line a repair, where there is any."""
    if found.repairs:
        print_table(TITLES, map(_row, found.repairs))


def folded_lines(order: Order | None) -> Iterator[str]:
    """Where the work of a folded order goes on, above how its clocks come about."""
    if order is not None and order.continued_by is not None:
        yield f"并单:已并入派单{order.continued_by},按该派单办理;报告的答复时限仍按本派单计"


def _row(repair: Repair) -> tuple[str, ...]:
    return (
        shown_time(repair.found_at),
        CAUSES[repair.cause],
        repair.other_no,
        "、".join(repair.orders) or NOTHING,
        "、".join(map(_missed, repair.breaches)) or NOTHING,
        f"{repair.told}份",
    )


def _missed(breach: str) -> str:
    """`<order>/<kind>` as officers read it."""
    order_no, _, kind = breach.partition("/")
    return f"{order_no} {CLOCK_KINDS[kind]}"  # type: ignore[index]
