"""Who of a city may whistle and call meetings, `joint.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable
from pathlib import Path

from streams.cities.clocks import URGENCIES
from streams.cities.limits import read_limit
from streams.facts.joint import JointRule
from streams.facts.rules import RULES_KEY, Limit, Unit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked


def read_joint(
    path: Path, units: Iterable[Unit], calendars: Collection[str], effective_at: int, faults: list[Fault]
) -> list[JointRule]:
    """The rule of each urgency; what the file says above its lines holds unless a line says otherwise."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    kinds = sorted({unit.unit_kind for unit in units})
    document = whole.text("document")
    whistlers = whole.names("whistlers", kinds, "kind of unit")
    conveners = whole.names("conveners", kinds, "kind of unit")
    rules: list[JointRule] = []
    for urgency, form in whole.one_for_each("joint", "urgency", URGENCIES, "rule"):
        own_document = form.text("document", document)
        limit, calendar = read_limit(form.form("arrive"), calendars)
        rules.append(
            JointRule(
                key=RULES_KEY,
                occurred_at=effective_at,
                version="",
                urgency=urgency,
                whistlers=form.names("whistlers", kinds, "kind of unit") if form.has("whistlers") else whistlers,
                conveners=form.names("conveners", kinds, "kind of unit") if form.has("conveners") else conveners,
                arrive=Limit(**vars(limit), calendar=calendar, document=own_document),
                document=own_document,
            )
        )
    whole.done()
    return rules
