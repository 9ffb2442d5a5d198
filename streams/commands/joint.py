"""How `hub matter show` tells of whistles (吹哨报到) and meetings (联席会议、联合检查) on a matter."""

from collections.abc import Iterator

from streams.commands.words import NOTHING, ORDER_STATES, print_table, shown_time
from streams.facts.chinese import JOINT_KINDS, JOINT_OBSTACLES, RATINGS, REFUSAL_REASONS, TASKS
from streams.facts.joint import Called, Meeting, Whistle
from streams.facts.views import Matter, Order

WHISTLE_STATES = {"open": "待报到签认", "ended": "已签认", "inadmissible": "未成立"}
MEETING_STATES = {"called": "已召集", "held": "已召开", "decided": "已议定", "inadmissible": "未成立"}
WHISTLE_TITLES = (
    "吹哨编号",
    "吹哨单位",
    "吹哨时间",
    "状态",
    "被呼叫单位",
    "派单编号",
    "派单状态",
    "拒绝",
    "签认",
    "未成原因",
)
MEETING_TITLES = (
    "会议编号",
    "种类",
    "召集单位",
    "状态",
    "定于",
    "召开",
    "参加单位",
    "未到",
    "议定",
    "纪要",
    "未成原因",
)


def origin_lines(order: Order | None) -> Iterator[str]:
    """What an order comes from, above how its clocks come about; nothing where it is an everyday call."""
    joint = order.joint if order else None
    if joint is None:
        return
    kind = JOINT_KINDS[joint.kind]
    if joint.task is None:
        yield f"来由:{kind}{joint.number},{joint.called_by_name}吹哨,到场时限即报到时限"
    else:
        yield f"来由:{kind}{joint.number}议定,{joint.called_by_name}召集,任务:{TASKS[joint.task]}"


def print_joint(found: Matter) -> None:
    """Print both, where there are any."""
    if found.whistles:
        print_table(WHISTLE_TITLES, (row for one in found.whistles for row in _whistle_rows(one, found)))
    if found.meetings:
        print_table(MEETING_TITLES, map(_meeting_row, found.meetings))


def _whistle_rows(whistle: Whistle, found: Matter) -> Iterator[tuple[str, ...]]:
    """A line for each unit that was called; one without a unit where none was."""
    head = (whistle.whistle_no, whistle.unit_name, shown_time(whistle.blown_at), WHISTLE_STATES[whistle.state])
    states = {order.order_no: ORDER_STATES[order.state] for order in found.orders}
    for called in whistle.called:
        yield (*head, *_called_fields(called, states.get(called.order_no, NOTHING)), obstacle_words(whistle.obstacle))
    if not whistle.called:
        yield (*head, *(NOTHING,) * 5, obstacle_words(whistle.obstacle))


def _called_fields(called: Called, order_state: str) -> tuple[str, ...]:
    return (
        called.unit_name,
        called.order_no,
        order_state,
        REFUSAL_REASONS[called.refusal] if called.refusal else NOTHING,
        RATINGS[called.rating] if called.rating else NOTHING,
    )


def _meeting_row(meeting: Meeting) -> tuple[str, ...]:
    decisions = (f"{one.unit_name}{TASKS[one.task]}({one.order_no})" for one in meeting.decisions)
    return (
        meeting.meeting_no,
        JOINT_KINDS[meeting.kind],
        meeting.unit_name,
        MEETING_STATES[meeting.state],
        shown_time(meeting.begins_at),
        shown_time(meeting.held_at),
        "、".join(one.unit_name for one in meeting.participants),
        "、".join(one.unit_name for one in meeting.participants if one.came is False) or NOTHING,
        "、".join(decisions) or NOTHING,
        meeting.document or NOTHING,
        obstacle_words(meeting.obstacle),
    )


def obstacle_words(obstacle: str | None) -> str:
    """Why the last word on it came to nothing."""
    return NOTHING if obstacle is None else JOINT_OBSTACLES.get(obstacle, obstacle)
