"""A city's `items.yaml`: the items that may be reported, who leads and assists where, ladders and disputed boundaries.

Only items become facts; ladders, boundaries and names are for people (`hub rules items`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from streams.cities.clocks import COMPLEXITIES, URGENCIES
from streams.facts.rules import RULES_KEY, Call, IncidentClass, Item, ItemException, Ladder, LadderStep, Tier, Unit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

TIERS: tuple[Tier, ...] = get_args(Tier)
LEAST_STEPS = LEAST_SIDES = 2


@dataclass(frozen=True)
class Side:
    """One side of a disputed boundary and who leads there, by kind."""

    side: str
    lead: str


@dataclass(frozen=True)
class Boundary:
    """A disputed boundary (争议边界): what is asked, where the line runs, whose each side is."""

    boundary: str
    name: str
    question: str
    line: str
    sides: tuple[Side, ...]
    document: str


@dataclass(frozen=True)
class CallList:
    """The list as a whole. `classes`, `types` and `kinds` are Chinese names by code.

    `without_items` says why nothing is reported under a type.
    """

    classes: Mapping[str, str]
    types: Mapping[str, str]
    kinds: Mapping[str, str]
    without_items: Mapping[str, str]
    items: tuple[Item, ...]
    ladders: tuple[Ladder, ...]
    boundaries: tuple[Boundary, ...]


@dataclass(frozen=True)
class Ground:
    """What the list stands on: the district's code, its regions and towns, and the city's other rules."""

    district: str
    regions: Mapping[str, str]
    towns: tuple[str, ...]
    classes: Mapping[str, IncidentClass]
    calls: tuple[Call, ...]
    units: tuple[Unit, ...]

    def without(self, kind: str, towns: tuple[str, ...]) -> list[str]:
        """The towns that no unit of a kind answers for."""
        answered = tuple(unit.region for unit in self.units if unit.unit_kind == kind)
        return [town for town in towns if not town.startswith(answered)]


def read_call_list(path: Path, ground: Ground, effective_at: int, faults: list[Fault]) -> CallList:
    """Read and check the list; what is wrong goes to `faults`."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    kinds = _names(whole, "kinds")
    ladders = tuple(_ladders(whole, kinds, ground, effective_at))
    reading = _Items(whole, ground, kinds, tuple(ladder.ladder for ladder in ladders), effective_at)
    items = tuple(reading.read())
    types, without_items = _names(whole, "types"), _names(whole, "without_items")
    _check_used(whole, items, without_items)
    boundaries = tuple(_boundaries(whole, kinds, ground))
    whole.done()
    return CallList(_names(whole, "classes"), types, kinds, without_items, items, ladders, boundaries)


def _names(whole: Form, key: str) -> dict[str, str]:
    """A mapping from codes to Chinese text."""
    if not whole.has(key):
        whole.fault(f"'{key}' is missing")
    form = whole.form(key)
    return {str(code): form.text(code) for code in form.items}


class _Items:
    """Reads the items one by one, each with all that is wrong in it."""

    def __init__(
        self, whole: Form, ground: Ground, kinds: Mapping[str, str], ladders: tuple[str, ...], effective_at: int
    ) -> None:
        self._whole = whole
        self._ground = ground
        self._kinds = tuple(kinds)
        self._ladders = ladders
        self._effective_at = effective_at
        self._classes, self._types = tuple(whole.form("classes").items), tuple(whole.form("types").items)
        self._defaults = {
            "document": whole.text("document"),
            "area_ladder": whole.one_of("area_ladder", ladders, "ladder"),
            "line_ladder": whole.one_of("line_ladder", ladders, "ladder"),
        }

    def read(self) -> Iterator[Item]:
        forms: dict[str, tuple[Item, Form]] = {}
        for form in self._whole.listed("items", "item"):
            item = self._item(form)
            if item.item in forms:
                form.fault(f"{item.item} stands here a second time", "item")
            form.done()
            forms[item.item] = item, form
        self._check_calls(list(forms.values()))
        return (item for item, _ in forms.values())

    def _item(self, form: Form) -> Item:
        exceptions = tuple(self._exceptions(form))
        lead, assisting = self._who(form)
        elsewhere = tuple(
            town for town in self._ground.towns if not town.startswith(tuple(one.region for one in exceptions))
        )
        _check_lead(form, lead, elsewhere, self._kinds, self._ground)
        has_class = form.has("incident_class")
        known = tuple(self._ground.classes)
        return Item(
            key=RULES_KEY,
            occurred_at=self._effective_at,
            version="",
            item=form.text("item"),
            name=form.text("name"),
            item_class=form.one_of("item_class", self._classes, "class"),
            item_type=form.one_of("item_type", self._types, "type"),
            incident_class=form.one_of("incident_class", known, "incident class") if has_class else None,
            urgency=form.choice("urgency", URGENCIES, "urgency"),
            complexity=form.choice("complexity", COMPLEXITIES, "complexity"),
            lead=lead,
            assisting=assisting,
            exceptions=exceptions,
            on_the_spot=_flag(form, "on_the_spot"),
            area_ladder=form.one_of("area_ladder", self._ladders, "ladder", self._defaults["area_ladder"]),
            line_ladder=form.one_of("line_ladder", self._ladders, "ladder", self._defaults["line_ladder"]),
            document=form.text("document", self._defaults["document"]),
        )

    def _who(self, form: Form) -> tuple[str, tuple[str, ...]]:
        """Who leads and who assists."""
        lead = form.one_of("lead", self._kinds, "kind of unit")
        assisting = form.names("assisting", self._kinds, "kind of unit")
        if lead and lead in assisting:
            form.fault(f"'{lead}' leads and cannot assist itself", "assisting")
        for kind in assisting:
            if kind in self._kinds and self._ground.without(kind, self._ground.towns) == list(self._ground.towns):
                form.fault(f"no unit of kind '{kind}' can assist", "assisting")
        return lead, assisting

    def _exceptions(self, form: Form) -> Iterator[ItemException]:
        before: list[str] = []
        for each in form.listed("exceptions", "exception") if form.has("exceptions") else ():
            region = each.text("region")
            self._check_region(each, region, before)
            lead, assisting = self._who(each)
            towns = tuple(town for town in self._ground.towns if town.startswith(region)) or (region,)
            _check_lead(each, lead, towns, self._kinds, self._ground)
            each.done()
            before.append(region)
            yield ItemException(region=region, lead=lead, assisting=assisting)

    def _check_region(self, form: Form, region: str, before: list[str]) -> None:
        district = self._ground.district
        is_inside = region.startswith(district) and len(region) > len(district)
        if not (is_inside and any(code.startswith(region) for code in self._ground.regions)):
            form.fault(f"'{region}' begins no region inside this district", "region")
        for other in before:
            if region.startswith(other) or other.startswith(region):
                form.fault(f"'{region}' overlaps with '{other}': two exceptions would hold for one place", "region")

    def _check_calls(self, items: list[tuple[Item, Form]]) -> None:
        """Where all items of a class that is called for have one lead, it is the one that calls.yaml calls."""
        called = {(call.incident_class, call.urgency): call.unit_kind for call in self._ground.calls}
        leads: dict[str | None, set[str]] = {}
        for item, _ in items:
            leads.setdefault(item.incident_class, set()).add(item.lead)
        for item, form in items:
            kind = called.get((item.incident_class or "", item.urgency), item.lead)
            if len(leads[item.incident_class]) == 1 and kind != item.lead:
                where = f"{item.incident_class}, {item.urgency}"
                form.fault(f"'{item.lead}' leads, but calls.yaml calls '{kind}' for {where}", "lead")


def _flag(form: Form, key: str) -> bool:
    if not form.has(key):
        form.fault(f"'{key}' is missing")
    return form.flag(key, default=False)


def _check_lead(form: Form, lead: str, towns: tuple[str, ...], kinds: Collection[str], ground: Ground) -> None:
    """Whoever leads must be there wherever it leads; a kind that is not known has been reported."""
    missing = ground.without(lead, towns) if lead in kinds else []
    if missing:
        some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        form.fault(f"no unit of kind '{lead}' answers for {some}", "lead")


def _check_used(whole: Form, items: tuple[Item, ...], without_items: Mapping[str, str]) -> None:
    """Every class and type has an item, or a reason why it has none."""
    types, classes, reasons = whole.form("types"), whole.form("classes"), whole.form("without_items")
    used = {item.item_type for item in items}
    for code in types.items:
        if code not in used and code not in without_items:
            types.fault(f"no item is of type '{code}', and 'without_items' does not say why", code)
    for code in without_items:
        if code not in types.items:
            reasons.fault(f"unknown type '{code}'", code)
        elif code in used:
            reasons.fault(f"there are items of type '{code}'", code)
    for code in classes.items.keys() - {item.item_class for item in items}:
        classes.fault(f"no item is of class '{code}'", code)


def _ladders(whole: Form, kinds: Mapping[str, str], ground: Ground, effective_at: int) -> Iterator[Ladder]:
    for name, form in whole.each_once("ladders", "ladder", "ladder"):
        ladder = Ladder(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            ladder=name,
            name=form.text("name"),
            steps=tuple(_steps(form, kinds)),
        )
        if len(ladder.steps) < LEAST_STEPS:
            form.fault(f"a ladder has at least {LEAST_STEPS} steps", "steps")
        for step in ladder.steps[-1:]:
            if step.unit_kind in kinds and ground.without(step.unit_kind, ground.towns):
                form.fault(f"nobody stands at its end: no unit of kind '{step.unit_kind}' for each town", "steps")
        yield ladder


def _steps(ladder: Form, kinds: Mapping[str, str]) -> Iterator[LadderStep]:
    before: list[LadderStep] = []
    for form in ladder.listed("steps", "step"):
        step = LadderStep(
            tier=form.choice("tier", TIERS, "tier"),
            unit_kind=form.one_of("unit_kind", tuple(kinds), "kind of unit"),
        )
        if step.unit_kind in [one.unit_kind for one in before]:
            form.fault(f"'{step.unit_kind}' stands on this ladder already: a loop", "unit_kind")
        if before and {step.tier, before[-1].tier} <= set(TIERS):
            climbed = TIERS.index(step.tier) - TIERS.index(before[-1].tier)
            if climbed <= 0:
                form.fault(f"a step from '{before[-1].tier}' to '{step.tier}' does not go up", "tier")
        form.done()
        before.append(step)
        yield step


def _boundaries(whole: Form, kinds: Mapping[str, str], ground: Ground) -> Iterator[Boundary]:
    document = whole.text("document")
    for name, form in whole.each_once("boundaries", "boundary", "boundary"):
        boundary = Boundary(
            boundary=name,
            name=form.text("name"),
            question=form.text("question"),
            line=form.text("line"),
            sides=tuple(_sides(form, kinds, ground)),
            document=form.text("document", document),
        )
        if len({side.lead for side in boundary.sides}) < LEAST_SIDES:
            form.fault("the same unit leads on every side: nothing is disputed", "sides")
        yield boundary


def _sides(boundary: Form, kinds: Mapping[str, str], ground: Ground) -> Iterator[Side]:
    for form in boundary.listed("sides", "side"):
        side = Side(form.text("side"), form.one_of("lead", tuple(kinds), "kind of unit"))
        _check_lead(form, side.lead, ground.towns, kinds, ground)
        form.done()
        yield side
