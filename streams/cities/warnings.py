"""What warnings of a city explain, `warnings.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection
from pathlib import Path

from streams.facts.rules import RULES_KEY
from streams.facts.warnings import WarningRule
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

MINUTES = range(4_321)
"""What began more than three days after a warning was over has other reasons."""


def read_warnings(path: Path, classes: Collection[str], effective_at: int, faults: list[Fault]) -> list[WarningRule]:
    """One rule for each event code that explains something; what is wrong goes to `faults`."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    found: dict[str, WarningRule] = {}
    for form in whole.listed("warnings", "warning"):
        rule = WarningRule(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            event_code=form.text("event_code"),
            name=form.text("name"),
            explains=form.names("explains", sorted(classes), "class"),
            lasts_minutes=form.whole_within("lasts_minutes", MINUTES, 0),
        )
        if not rule.explains:
            form.fault("it explains nothing", "explains")
        if rule.event_code in found:
            form.fault(f"{rule.event_code} stands here a second time", "event_code")
        form.done()
        found[rule.event_code] = rule
    whole.done()
    return list(found.values())
