"""How the stages of an order (分段时限) are shown on the screen."""

from streams.commands.words import NOTHING, print_table, shown_time
from streams.facts.chinese import TIME_UNITS
from streams.facts.views import Matter, Order, Stage, next_stage
from streams.processors.order_states import ENDED, says_done

TITLES = ("派单编号", "阶段代码", "阶段", "时限", "计起", "进展", "完成")
COUNTED_FROM = {"filing": "送达", "stage_before": "上一阶段完成"}


def print_stages(matter: Matter) -> None:
    """The stages of each staged order in their turn, where there are any."""
    rows = [_row(order, stage) for order in matter.orders for stage in order.stages]
    if rows:
        print_table(TITLES, rows)


def _row(order: Order, stage: Stage) -> tuple[str, ...]:
    return (
        order.order_no,
        stage.stage,
        stage.name,
        f"{stage.limit.amount}{TIME_UNITS[stage.limit.unit]}",
        COUNTED_FROM[stage.counted_from],
        _progress(order, stage),
        shown_time(stage.done_at) if stage.done_at is not None else NOTHING,
    )


def _progress(order: Order, stage: Stage) -> str:
    """Done, in hand, still to come, or ended with the order without having been done."""
    if stage.done_at is not None:
        return "已完成"
    if order.parked_until_at is not None:
        return "挂账"
    if says_done(order) or order.state in ENDED:
        return "随派单终止"
    return "办理中" if stage == next_stage(order) and order.delivered_at is not None else "未到"
