"""How a city recognises reports of one happening, `matching.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.facts.matching import DELAY_MINUTES, Happening, Matching, SaidShare, TellerShare
from streams.facts.rules import RULES_KEY, Unit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

MOST_POINTS, MOST_MINUTES, MOST_METRES = 30.0, 1_440.0, 5_000.0
SHARES = (
    "join_probability", "join_probability_life", "review_probability", "stray_share", "merge_stray_share",
)  # fmt: skip
POINTS = (
    "merge_points", "merge_points_life", "caution_points", "town_points", "facility_points", "other_facility_points",
    "reporter_points", "transfer_points", "name_points", "figure_points", "most_word_points", "any_word_points",
    "same_house_points", "next_house_points", "other_house_points",
)  # fmt: skip
FACTORS = ("rate", "crowding", "deviation_share", "region_deviation_share", "stray_factor", "word_ground")
MOST_FACTOR = 100.0
MOST_SAID = 1.05
"""Shares of two digits may add up to a little more than 1."""
METRES = ("crowding_metres", "spread_metres")
WHOLES: Mapping[str, range] = {
    "settled_after_minutes": range(1, 1_441),
    "again_after_minutes": range(1, 1_441),
    "review_minutes": range(1, 1_441),
}


@dataclass(frozen=True)
class MatchingGround:
    """What the file stands on: the classes that reports have, and the units that may own a review."""

    classes: Collection[str]
    units: Iterable[Unit]


def read_matching(
    path: Path, ground: MatchingGround, effective_at: int, faults: list[Fault]
) -> list[Matching | Happening]:
    """What counts how much, and every kind of happening."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    matching = _read_weights(whole.form("matching"), ground, effective_at)
    happenings = [
        _read_happening(name, form, ground, effective_at)
        for name, form in whole.each_once("happenings", "happening", "happening")
    ]
    whole.done()
    return [matching, *happenings]


def _read_weights(form: Form, ground: MatchingGround, effective_at: int) -> Matching:
    kinds = sorted({unit.unit_kind for unit in ground.units})
    values: dict[str, Any] = {
        **{key: form.number_within(key, 0.0, 1.0) for key in SHARES},
        **{key: form.number_within(key, -MOST_POINTS, MOST_POINTS) for key in POINTS},
        **{key: form.number_within(key, 0.0, MOST_FACTOR) for key in FACTORS},
        **{key: form.number_within(key, 1.0, MOST_METRES) for key in METRES},
        **{key: form.whole_within(key, within, within[0]) for key, within in WHOLES.items()},
        "head_minutes": form.number_within("head_minutes", 0.1, MOST_MINUTES),
        "review_owner": form.one_of("review_owner", kinds, "kind of unit"),
    }
    if values["review_probability"] > values["join_probability"]:
        form.fault("a person is asked for less than what joins by itself", "review_probability")
    if values["again_after_minutes"] <= values["settled_after_minutes"]:
        form.fault("what is looked at again has been settled before", "again_after_minutes")
    form.done()
    return Matching(key=RULES_KEY, occurred_at=effective_at, version="", **values)


def _read_happening(name: str, form: Form, ground: MatchingGround, effective_at: int) -> Happening:
    return Happening(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        happening=name,
        name=form.text("name"),
        incident_class=form.one_of("incident_class", sorted(ground.classes), "class"),
        share=form.number_within("share", 1e-6, 1.0),
        minutes=form.number_within("minutes", 0.1, MOST_MINUTES),
        life_threatening=form.flag("life_threatening", default=False),
        tellers=tuple(_read_teller(each, ground) for each in form.listed("tellers", "teller")),
    )


def _read_teller(form: Form, ground: MatchingGround) -> TellerShare:
    says = form.form("says")
    for incident_class in says.items:
        if incident_class not in ground.classes:
            says.fault(f"unknown class '{incident_class}'", incident_class)
    shares = tuple(
        SaidShare(incident_class=incident_class, share=says.number_within(incident_class, 0.0, 1.0))
        for incident_class in says.items
    )
    delays = form.numbers_within("delays", 0.0, 1.0)
    teller = TellerShare(
        system=form.text("system"),
        share=form.number_within("share", 0.0, 1.0),
        first_share=form.number_within("first", 0.0, 1.0),
        again_share=form.number_within("again", 0.0, 1.0),
        delays=delays,
        says=shares,
    )
    if len(delays) != len(DELAY_MINUTES):
        bounds = ", ".join(map(str, DELAY_MINUTES))
        form.fault(f"'delays' are {len(DELAY_MINUTES)} shares: of what comes up to {bounds} minutes after", "delays")
    if sum(one.share for one in shares) > MOST_SAID:
        form.fault("what it says adds up to more than 1", "says")
    form.done()
    return teller
