"""How a matter's supervision is shown on the screen."""

from streams.commands.words import (
    DEMANDS,
    SUPERVISION_ORIGINS,
    SUPERVISION_STATES,
    TIERS,
    print_table,
    shown_time,
)
from streams.facts.views import Matter, SupervisionOrder

TITLES = ("督办单编号", "派单编号", "单位", "来由", "要求", "状态", "答复时限", "逾期", "答复", "终结")


def print_supervisors(matter: Matter) -> None:
    """Who supervises what is overdue, and the supervision orders, where there are any."""
    if matter.supervisions:
        print_table(TITLES, map(supervision_row, matter.supervisions))
    if not matter.supervisors:
        return
    print_table(
        ("派单编号", "级", "层级", "监督者", "起于", "最近报告", "次数"),
        (
            (
                one.order_no or matter.matter_no,
                str(one.step),
                TIERS[one.tier],
                one.unit_name,
                shown_time(one.since_at),
                shown_time(one.told_at),
                str(one.times),
            )
            for one in matter.supervisors
        ),
    )


def supervision_row(one: SupervisionOrder) -> tuple[str, ...]:
    """A line of a table under TITLES."""
    return (
        one.supervision_no,
        one.order_no,
        one.unit_name,
        SUPERVISION_ORIGINS[one.origin],
        DEMANDS[one.demand],
        SUPERVISION_STATES[one.state],
        shown_time(one.due_at),
        shown_time(one.late_at),
        shown_time(one.answered_at),
        shown_time(one.ended_at),
    )
