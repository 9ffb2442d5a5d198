"""Orders that departments issue themselves (主单): the hub mirrors number, unit and deadline and alters nothing."""

from dataclasses import dataclass

from streams.contract import TableName, Tables, record
from streams.facts import matters
from streams.processors.matter_outputs import KEPT_AFTER_CLOSING_MILLISECONDS


@record("dispatch.foreign_order.v1")
@dataclass(frozen=True, kw_only=True)
class ForeignOrder:
    """A department's own order (主单) as it was last heard of, under `<system>/<order_no>`."""

    state: matters.MirroredState
    unit: str | None = None
    due_at: int | None = None
    recorded_at: int


FOREIGN_ORDERS = TableName("foreign_orders", ForeignOrder)


def mirror(now: int, said: matters.Mirrored, tables: Tables) -> None:
    """Keep the latest word on a department's own order, by the department's time; unit and deadline stay once said.

    A closed one is forgotten after a while, as a matter is.
    """
    key = f"{said.system}/{said.order_no}"
    known = tables[FOREIGN_ORDERS].get(key)
    if known is not None and known.recorded_at > said.recorded_at:
        return
    order = ForeignOrder(
        state=said.state,
        unit=said.unit or (known.unit if known else None),
        due_at=known.due_at if known and said.due_at is None else said.due_at,
        recorded_at=said.recorded_at,
    )
    due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if said.state == "closed" else None
    tables[FOREIGN_ORDERS].put(key, order, due_at=due_at)
