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
    rules: list[WarningRule] = []
    for event_code, form in whole.each_once("warnings", "event_code", "warning"):
        rule = WarningRule(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            event_code=event_code,
            name=form.text("name"),
            explains=form.names("explains", sorted(classes), "class"),
            lasts_minutes=form.whole_within("lasts_minutes", MINUTES, 0),
        )
        if not rule.explains:
            form.fault("it explains nothing", "explains")
        rules.append(rule)
    whole.done()
    return rules
