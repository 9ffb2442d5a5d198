"""What is asked of every system of the fleet, the same of each."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from connectors.catalogue import load_catalogue
from connectors.publisher import Topics
from connectors.readers.json_rows import json_row
from connectors.recognition import reporter_item
from connectors.row_schema import definition, schema_name
from connectors.row_seals import PERSONAL, is_sealed, person_of
from connectors.surroundings import CHECKOUT
from connectors.systems import fleet
from connectors.values import Identifier, Masked, PersonToken, Real, Text
from connectors.vocabulary import MEDIA, REQUESTING, WRITTEN_BACK
from streams.checks.holes import hole_faults
from streams.cities.city import CITIES, Rule, read_city
from streams.codec import Origin
from streams.contract import KINDS
from streams.durations import DAY_MILLISECONDS
from streams.facts.incidents import Reported
from streams.facts.notices import TOPIC_TO, topic_to
from streams.facts.rules import ReplyRoute
from streams.secrecy.sealing import SealBroken
from streams.topology import Topology, load_topology
from tests.connectors.fleet_samples import AFTERWARDS, NOW, accepted, codec, hechuan, intake, refused, samples

FLEET = sorted(fleet())
WRITTEN_BACK_TO = {"zz_shzl2", "zw_hotline12345", "cg_digital"}
ADDITIONS = yaml.safe_load((Path(connectors.__file__).parent / "additions.yaml").read_text(encoding="utf-8"))
EVENTS = [(system, event_type) for system in FLEET for event_type in fleet()[system].contract.event_types]
ITEMS = [
    (system, item.name) for system in FLEET for item in fleet()[system].contract.all_items if item.name != "change"
]

LONGEST_CODE = 40
AGREEMENT_NO = re.compile(r"合数协〔20\d\d〕\d{3}号")
SHORTEST_TELLING = 4
"""Fewer letters than this stand in any bytes by chance."""
KEYED_OTHERWISE = ("Resident", "Service", "Help", "Reached", "Address", "Grid", "House", "Organisation", "Catalogued")
"""Facts that are not keyed by the district: those of people, registers and sources."""

each_system = pytest.mark.parametrize("system", FLEET)


@cache
def topology() -> Topology:
    return load_topology(environment={})


def test_nothing_is_left_to_be_filled_in() -> None:
    assert [str(fault) for fault in hole_faults(CHECKOUT)] == []


@each_system
def test_a_system_has_samples_of_every_event_and_item(system: str) -> None:
    contract, sample = fleet()[system].contract, samples()[system]
    assert set(sample.events) == set(contract.event_types)
    fields = {item.source_field for item in contract.all_items if item.name != "change"}
    assert set(sample.good) == fields
    assert set(sample.bad) == fields


@each_system
def test_a_contract_is_the_catalogue_and_the_additions(system: str) -> None:
    contract, listed = fleet()[system].contract, load_catalogue()[system]
    assert [(item.name, item.title, item.data_class) for item in contract.items] == [
        (item.name, item.title, item.data_class) for item in listed.items
    ]
    added = ADDITIONS["items"][system]
    assert [[item.name, item.title, item.data_class] for item in contract.additions] == added
    assert (contract.system, contract.name, contract.department, contract.purpose) == (
        listed.system,
        listed.name,
        listed.department,
        listed.purpose,
    )
    assert (contract.fresh_seconds, contract.late_seconds) == (listed.fresh_seconds, listed.late_seconds)
    assert contract.event_types == (*listed.event_types, *ADDITIONS["events"].get(system, ()))


@each_system
def test_a_system_names_its_agreement_and_is_authorised(system: str) -> None:
    contract = fleet()[system].contract
    assert AGREEMENT_NO.fullmatch(contract.agreement_no)
    assert contract.authorisation == "authorised"


def test_no_two_systems_share_an_agreement() -> None:
    assert len({connector.contract.agreement_no for connector in fleet().values()}) == len(FLEET)


@each_system
def test_whoever_asks_is_told_the_outcome(system: str) -> None:
    contract = fleet()[system].contract
    if REQUESTING & set(contract.event_types):
        assert contract.reply != "none"


@pytest.mark.parametrize("system", ["ga_alarm110", "xj_alarm119", "wj_ambulance120"])
@pytest.mark.parametrize("way", ["reply", "write_back"])
@pytest.mark.parametrize("medium", sorted(MEDIA.keys() - {"none"}))
def test_nothing_goes_back_through_a_one_way_passage(system: str, way: str, medium: str) -> None:
    contract = fleet()[system].contract
    assert (contract.passage, contract.reply, contract.write_back) == ("one_way", "none", "none")
    change: Any = {way: medium}
    with pytest.raises(ValueError, match=f"{system}.*one-way"):
        replace(contract, **change)


def test_three_systems_have_their_own_orders_written_back() -> None:
    written_back = {system for system in FLEET if fleet()[system].contract.write_back != "none"}
    assert written_back == WRITTEN_BACK_TO


@each_system
def test_the_schema_of_the_source_topic_is_the_contract(system: str) -> None:
    assert codec().schemas[schema_name(system)].definition == definition(fleet()[system].contract)


@each_system
def test_who_a_person_is_is_shared_only_as_a_token_and_no_text_of_persons_is_free(system: str) -> None:
    contract = fleet()[system].contract
    for item in contract.all_items:
        assert item.name.endswith("_token") == isinstance(item.type, PersonToken), item.name
        if item.data_class in ("pii", "spi"):
            assert not isinstance(item.type, Text) or item.type.longest <= LONGEST_CODE, item.name


@each_system
def test_what_is_said_of_persons_is_sealed_in_the_row_and_opens_for_its_system_alone(
    system: str, tmp_path: Path
) -> None:
    contract, taking = fleet()[system].contract, intake(system, tmp_path)
    sensitive = [item for item in contract.all_items if is_sealed(item, contract)]
    personal = [item for item in contract.all_items if item.data_class in PERSONAL and item not in sensitive]
    assert person_of(contract) is None or all(isinstance(item.type, PersonToken) for item in personal)
    taken = accepted(taking.take(samples()[system].row(), NOW))
    opened = taking.codec.decode(taken.value, taken.row.id)
    for item in sensitive:
        said = str(taken.row.values[item.name])
        assert len(said) < SHORTEST_TELLING or said.encode() not in taken.value
        assert opened[item.name] == said
    if sensitive:
        with pytest.raises(SealBroken):
            taking.codec.decode(taken.value, "another row")


@pytest.mark.parametrize(("system", "event_type"), EVENTS)
def test_an_event_means_the_facts_that_were_agreed(system: str, event_type: str, tmp_path: Path) -> None:
    sample = samples()[system]
    taken = accepted(intake(system, tmp_path).take(sample.event(event_type), AFTERWARDS))
    assert taken.row.event_type == event_type
    assert [type(fact).__name__ for fact in taken.facts] == sample.events[event_type]["facts"]
    for number, fact in enumerate(taken.facts, 1):
        assert fact.id == f"{taken.row.id}#{number}"
        assert (fact.source, fact.trace) == (system, taken.row.id)
        assert fact.key == "500117" or type(fact).__name__ in KEYED_OTHERWISE
        codec().encode(fact)


@pytest.mark.parametrize(("system", "event_type"), [case for case in EVENTS if case[0] in WRITTEN_BACK_TO])
def test_what_the_hub_has_written_back_means_nothing(system: str, event_type: str, tmp_path: Path) -> None:
    sample = samples()[system]
    row = sample.row(**{**sample.events[event_type]["row"], "origin": WRITTEN_BACK})
    assert accepted(intake(system, tmp_path).take(row, AFTERWARDS)).facts == ()


@each_system
def test_there_is_a_topic_for_each_fact_of_a_system_and_none_without_one(system: str, tmp_path: Path) -> None:
    sample = samples()[system]
    taken = [accepted(intake(system, tmp_path).take(sample.event(event), AFTERWARDS)) for event in sample.events]
    topics = Topics.of(topology(), system).of_fact
    used = {topics[KINDS[type(fact)]] for one in taken for fact in one.facts}
    always = {f"hub.source.{system}.v1", "hub.log.sources.v1"}
    assert set(topology().connectors[system].publishes) == used | always


@each_system
def test_the_reader_of_a_system_is_the_medium_of_the_catalogue(system: str) -> None:
    wiring, listed = topology().connectors[system], load_catalogue()[system]
    assert wiring.reader == listed.transport
    if wiring.reader == "db_poll":
        assert wiring.settings["every_seconds"] == listed.every_seconds


@pytest.mark.parametrize(("system", "name"), ITEMS)
def test_a_bad_value_of_an_item_is_refused_by_name_without_showing_it(system: str, name: str, tmp_path: Path) -> None:
    item, sample = fleet()[system].contract.item(name), samples()[system]
    bad = sample.bad[item.source_field]
    outcome = refused(intake(system, tmp_path).take(sample.row(**{item.source_field: bad}), NOW))
    assert f"{name}[" in outcome.detail
    assert item.title in outcome.detail
    if isinstance(bad, str) and len(bad) > 3:
        assert bad not in outcome.detail


@pytest.mark.parametrize(("system", "name"), ITEMS)
def test_an_item_that_may_be_missing_may_be_missing(system: str, name: str, tmp_path: Path) -> None:
    item, sample = fleet()[system].contract.item(name), samples()[system]
    outcome = intake(system, tmp_path).take(sample.row(**{item.source_field: None}), NOW)
    if item.required:
        assert f"{name}[required]" in refused(outcome).detail
    else:
        assert accepted(outcome).row.values[name] is None


@each_system
def test_a_version_sent_twice_gives_the_same_bytes(system: str, tmp_path: Path) -> None:
    """Whatever the moment: nothing of the reception is in them."""
    first = accepted(intake(system, tmp_path).take(samples()[system].row(), NOW))
    second = accepted(intake(system, tmp_path).take(samples()[system].row(), AFTERWARDS))
    assert (first.row.id, first.value, first.facts) == (second.row.id, second.value, second.facts)
    assert [codec().encode(fact) for fact in first.facts] == [codec().encode(fact) for fact in second.facts]


@each_system
def test_each_event_of_a_system_is_another_version(system: str, tmp_path: Path) -> None:
    contract, sample = fleet()[system].contract, samples()[system]
    ids = {accepted(intake(system, tmp_path).take(sample.event(event), AFTERWARDS)).row.id for event in sample.events}
    if contract.version:  # a dump has one line a record, and so one version
        assert len(ids) == len(sample.events)


@each_system
def test_no_number_of_a_person_leaves_the_connector(system: str, tmp_path: Path) -> None:
    phone, certificate = "13912345678", "11010519491231002X"
    identifiers: dict[Identifier, str] = {"phone": phone, "certificate": certificate, "household": "HK50011700123"}
    contract, sample = fleet()[system].contract, samples()[system]
    texts = {
        item.source_field: f"{item.title}{phone}、{certificate}"
        for item in contract.all_items
        if isinstance(item.type, Masked)
    }
    persons = {
        item.source_field: identifiers[item.type.by]
        for item in contract.all_items
        if isinstance(item.type, PersonToken)
    }
    taken = accepted(intake(system, tmp_path).take(sample.row(**texts, **persons), NOW))
    out = taken.value + b"".join(codec().encode(fact) for fact in taken.facts) + repr(taken.row).encode()
    for number in identifiers.values():
        assert number.encode() not in out


@pytest.mark.parametrize(("system", "event_type"), EVENTS)
def test_a_report_says_how_uncertain_its_place_is_and_carries_listed_words_alone(
    system: str, event_type: str, tmp_path: Path
) -> None:
    sample, lexicon = samples()[system], hechuan().lexicon
    told = {
        item.source_field: "王建国13912345678说锦绣苑3栋2单元漏水了,电话023 4282 1234号"
        for item in fleet()[system].contract.all_items
        if isinstance(item.type, Masked)
    }
    row = sample.row(**{**sample.events[event_type]["row"], **told})
    taken = accepted(intake(system, tmp_path).take(replace(row, event_type=event_type), AFTERWARDS))
    for fact in taken.facts:
        if not isinstance(fact, Reported):
            continue
        assert (fact.uncertainty_metres is None) == (fact.located_by == "system")
        assert set(fact.words) == ({"锦绣", "绣苑", "3栋", "2单元", "漏水"} if told else set())
        assert fact.reporter is None or fact.reporter.startswith("requests:")
        assert lexicon.words("".join(fact.words)) or not fact.words


@each_system
def test_who_calls_is_one_person_of_a_contract_or_none(system: str) -> None:
    contract = fleet()[system].contract
    callers = [item for item in contract.all_items if isinstance(item.type, PersonToken)]
    asking = [item.name for item in callers if item.type == PersonToken("requests")]
    assert len(asking) <= 1
    assert reporter_item(contract) == (asking[0] if asking else None)
    assert contract.zone != "police" or reporter_item(contract) is None


@each_system
def test_a_contract_says_how_its_positions_come_about(system: str) -> None:
    where = fleet()[system].contract.whereabouts
    reports = any("Reported" in event["facts"] for event in samples()[system].events.values())
    if where.point and reports:
        assert where.point_by != "unsaid"
    if where.accuracy:
        assert where.point
        assert isinstance(fleet()[system].contract.item(where.accuracy).type, Real)


@each_system
def test_a_row_of_the_day_after_tomorrow_is_refused_and_one_of_long_ago_is_not(system: str, tmp_path: Path) -> None:
    taking, row = intake(system, tmp_path), samples()[system].row()
    taken = accepted(taking.take(row, NOW)).row
    day_ahead = max(taken.occurred_at, taken.recorded_at) - DAY_MILLISECONDS
    assert refused(taking.take(row, day_ahead - 1)).reason == "future"
    accepted(taking.take(row, day_ahead))
    accepted(taking.take(row, NOW + 3650 * DAY_MILLISECONDS))


@each_system
def test_random_bytes_are_refused_and_stop_nothing(system: str, tmp_path: Path) -> None:
    taking = intake(system, tmp_path)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200))
    def check(data: bytes) -> None:
        assert refused(taking.take(json_row(data, Origin("sample", 0, 1)), NOW)).reason

    check()


@each_system
def test_whatever_json_stands_in_an_item_is_taken_or_refused_by_a_rule(system: str, tmp_path: Path) -> None:
    taking, sample = intake(system, tmp_path), samples()[system]
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
        max_leaves=4,
    )

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.dictionaries(st.sampled_from(sorted(sample.good)), anything, max_size=3))
    def check(changes: dict[str, Any]) -> None:
        outcome = taking.take(sample.row(**changes), NOW)
        assert getattr(outcome, "reason", "") != "mapping"

    check()


def hechuan_rules() -> tuple[Rule, ...]:
    return read_city(CITIES / "hechuan").rules


def test_the_city_tells_each_system_over_what_its_contract_names() -> None:
    routes = {rule.system: rule for rule in hechuan_rules() if isinstance(rule, ReplyRoute)}
    spoken_to = {
        system
        for system in FLEET
        if (fleet()[system].contract.reply, fleet()[system].contract.write_back) != ("none", "none")
    }
    assert spoken_to | {"ga_alarm110"} == routes.keys()
    for system, route in routes.items():
        contract = fleet()[system].contract
        assert (route.reply, route.write_back) == (contract.reply, contract.write_back), system


def test_each_system_that_listens_on_a_topic_has_one() -> None:
    listening = {
        system for system in FLEET if "topic" in (fleet()[system].contract.reply, fleet()[system].contract.write_back)
    }
    assert {topic_to(system) for system in listening} == {
        name for name, topic in topology().topics.items() if name.startswith(TOPIC_TO) and topic.owner == "give_back"
    }
