"""A city's `supervision.yaml`: when units are reminded, when lights change, how what is overdue climbs; by urgency."""

from collections.abc import Collection
from pathlib import Path

from streams.cities.clocks import URGENCIES
from streams.cities.limits import read_limit
from streams.facts.rules import RULES_KEY, Ladder, Limit, Supervision
from streams.facts.vocabulary import Urgency
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

PERCENT = range(1, 100)
REPEAT_MOST = 5
"""How often the end of the ladders is told again where a city says nothing: after that nobody listens."""


def read_supervision(
    path: Path, ladders: Collection[Ladder], calendars: Collection[str], effective_at: int, faults: list[Fault]
) -> list[Supervision]:
    """One rule for each urgency; what is wrong goes to `faults`."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    known = tuple(ladder.ladder for ladder in ladders)
    area, line = (whole.one_of(key, known, "ladder") for key in ("area_ladder", "line_ladder"))
    roles = whole.names("signer_roles")
    if not roles:
        whole.fault("nobody may sign", "signer_roles")
    rules = [
        _rule(urgency, form, document, calendars, (area, line), roles, effective_at)
        for urgency, form in whole.one_for_each("supervision", "urgency", URGENCIES, "supervision")
    ]
    whole.done()
    return rules


def _rule(
    urgency: Urgency,
    form: Form,
    document: str,
    calendars: Collection[str],
    ladders: tuple[str, str],
    roles: tuple[str, ...],
    at: int,
) -> Supervision:
    rests_on = form.text("document", document)
    return Supervision(
        key=RULES_KEY,
        occurred_at=at,
        version="",
        urgency=urgency,
        reminders_percent=_percentages(form),
        reminders_from_hours=form.whole("reminders_from_hours"),
        yellow_percent=_percent(form, "yellow_percent"),
        area_ladder=ladders[0],
        line_ladder=ladders[1],
        climb=_interval(form, "climb", calendars, rests_on),
        repeat=_interval(form, "repeat", calendars, rests_on),
        reply=_interval(form, "reply", calendars, rests_on),
        proposed_at_step=_number(form, "proposed_at_step", 1),
        repetition_number=_number(form, "repetition_number", 2),
        repetition_days=_number(form, "repetition_days", 1),
        signer_roles=roles,
        document=rests_on,
        repeat_most=_number(form, "repeat_most", 1, REPEAT_MOST),
    )


def _percentages(form: Form) -> tuple[int, ...]:
    said = form.value("reminders_percent")
    numbers = said if isinstance(said, tuple) else ()
    is_list = all(type(one) is int and one in PERCENT for one in numbers)
    if not numbers or not is_list or list(numbers) != sorted(set(numbers)):
        form.fault("'reminders_percent' must be rising numbers from 1 to 99, like [50, 75]", "reminders_percent")
        return ()
    return numbers


def _percent(form: Form, key: str) -> int:
    percent = form.whole(key)
    if form.has(key) and percent not in PERCENT:
        form.fault(f"'{key}' must be from 1 to 99, not {percent}", key)
    return percent


def _number(form: Form, key: str, least: int, otherwise: int | None = None) -> int:
    number = form.whole(key) if otherwise is None else form.whole(key, otherwise)
    if form.has(key) and number < least:
        form.fault(f"'{key}' must be at least {least}, not {number}", key)
    return number


def _interval(form: Form, key: str, calendars: Collection[str], document: str) -> Limit:
    if not form.has(key):
        form.fault(f"'{key}' is missing")
    limit, calendar = read_limit(form.form(key), calendars)
    return Limit(**vars(limit), calendar=calendar, document=document)
