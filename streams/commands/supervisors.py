"""How a matter's supervision is shown on the screen."""

from streams.commands.words import TIERS, print_table, shown_time
from streams.facts.views import Matter


def print_supervisors(matter: Matter) -> None:
    """Who supervises what is overdue, where somebody does."""
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
