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
    found: dict[str, RecorderRole] = {}
    for form in whole.listed("recorders", "recorder"):
        recorder = RecorderRole(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            role=form.text("role"),
            unit_kind=form.one_of("unit_kind", kinds, "kind of unit"),
            document=form.text("document", document),
        )
        if recorder.role in found:
            form.fault(f"{recorder.role} stands here a second time")
        form.done()
        found[recorder.role] = recorder
    whole.done()
    return list(found.values())
