"""Who of a city may write down what others say on the phone, `recorders.yaml` (代录)."""

from collections.abc import Iterable
from pathlib import Path

from streams.facts.rules import RULES_KEY, RecorderRole, Unit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked


def read_recorders(path: Path, units: Iterable[Unit], effective_at: int, faults: list[Fault]) -> list[RecorderRole]:
    """Each role once; what is wrong goes to `faults`."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    kinds = sorted({unit.unit_kind for unit in units})
    document = whole.text("document")
    recorders = {
        role: RecorderRole(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            role=role,
            unit_kind=form.one_of("unit_kind", kinds, "kind of unit"),
            document=form.text("document", document),
        )
        for role, form in whole.each_once("recorders", "role", "recorder")
    }
    whole.done()
    return list(recorders.values())
