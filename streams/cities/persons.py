"""Who of a city may read what is known of a person, and who asks for and decides what else: `persons.yaml`."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

from streams.cities.authorities import read_authorities
from streams.facts import person_access
from streams.facts.person_access import FieldMask, Mask, PersonAccess, PersonAct, PersonActRule, Section
from streams.facts.rules import RULES_KEY
from streams.facts.vocabulary import PersonPurpose
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

ACTS: tuple[PersonAct, ...] = get_args(PersonAct)
PURPOSES: tuple[PersonPurpose, ...] = get_args(PersonPurpose)
SECTIONS: tuple[Section, ...] = get_args(Section)
MASKS: tuple[Mask, ...] = get_args(Mask)
MATTERS: tuple[PersonAct, ...] = ("access", "correction", "deletion", "access_review")
"""The acts that are matters of a unit."""
PARTS = {
    "matters": person_access.KnownMatter,
    "services": person_access.KnownService,
    "calls": person_access.KnownCall,
    "residences": person_access.KnownResidence,
}
"""What each section consists of."""
STANDING_MINUTES = range(1, 1441)
DECIDED_MINUTES = range(1, 30 * 1440 + 1)
"""From a minute to thirty days (GB/T 35273-2020 8.7 c: requests of persons are answered within thirty days)."""


def read_persons(
    path: Path, units: Collection[str], effective_at: int, faults: list[Fault]
) -> list[PersonAccess | PersonActRule]:
    """Each reading once a role and purpose, and every act."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    rules: list[PersonAccess | PersonActRule] = [*_readings(whole, document, effective_at)]
    rules.extend(_acts(whole, units, document, effective_at))
    whole.done()
    return rules


def _readings(whole: Form, document: str, effective_at: int) -> Iterator[PersonAccess]:
    known: set[tuple[str, str]] = set()
    for form in whole.listed("readings", "reading"):
        role, purpose = form.text("role"), form.choice("purpose", PURPOSES, "purpose")
        if (role, purpose) in known:
            form.fault(f"{role} for {purpose} stands here a second time", "role")
        known.add((role, purpose))
        sections = form.names("sections", SECTIONS, "section")
        yield PersonAccess(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            role=role,
            purpose=purpose,
            sections=tuple(section for section in SECTIONS if section in sections),
            masks=_masks(form, sections),
            of_any_unit=form.flag("of_any_unit", default=False),
            needs_consent=form.flag("needs_consent", default=False),
            standing_minutes=form.whole_within("standing_minutes", STANDING_MINUTES, STANDING_MINUTES[0]),
            article=form.text("article"),
            document=form.text("document", document),
        )
        form.done()


def _masks(form: Form, sections: Collection[str]) -> tuple[FieldMask, ...]:
    """The masks by field; each field one that a section of the reading has."""
    if not form.has("masks"):
        return ()
    shown = {field.name for section in sections if section in PARTS for field in fields(PARTS[section])}
    masks = form.form("masks")
    for name in masks.items:
        if name not in shown:
            masks.fault(f"no section of this reading has a field '{name}'", name)
    return tuple(FieldMask(field=name, mask=masks.choice(name, MASKS, "mask")) for name in masks.items)


def _unit(form: Form, act: PersonAct, units: Collection[str]) -> str:
    """The unit that must see to a right or a review; no other act has one."""
    if act not in MATTERS:
        return ""
    return form.one_of("unit", sorted(units), "unit")


def _acts(whole: Form, units: Collection[str], document: str, effective_at: int) -> Iterator[PersonActRule]:
    for act, form in whole.one_for_each("acts", "act", ACTS, "act"):
        yield PersonActRule(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            act=act,
            name=form.text("name"),
            asked_by=tuple(read_authorities(form, units, "asked_by")),
            decided_by=tuple(read_authorities(form, units, "decided_by")),
            decided_minutes=form.whole_within("decided_minutes", DECIDED_MINUTES, DECIDED_MINUTES[0]),
            document=form.text("document", document),
            unit=_unit(form, act, units),
        )
