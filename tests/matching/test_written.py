"""The set that was written by hand: large enough, each trap with its reason, nobody's name or number in it."""

import re
from collections import Counter

from streams.codec import Codec
from streams.facts.rules import IncidentClass
from tests.hechuan import hechuan
from tests.matching.parameters import SMALL, TUNING_SEEDS
from tests.matching.telling import MINUTE, QUIRKS
from tests.matching.truth import truth
from tests.matching.written import WRITTEN_SET, written_truth

LONGEST_NUMBER_IN_TEXT = 3
SENTENCE = re.compile(r"[A-Z0-9].*[.?!]$")


def test_it_has_at_least_150_reports_of_40_incidents_and_half_of_them_from_several_departments() -> None:
    truth_of_it = written_truth()
    assert len(truth_of_it.tellings) >= 150
    assert len(truth_of_it.incidents) >= 40
    systems = Counter(incident for incident, _ in {(one.incident, one.fact.system) for one in truth_of_it.tellings})
    assert sum(several > 1 for several in systems.values()) > len(truth_of_it.incidents) / 2
    assert len({one.fact.system for one in truth_of_it.tellings}) >= 15


def test_every_incident_says_in_one_sentence_why_it_is_there_and_has_a_name_of_its_own() -> None:
    incidents = written_truth().incidents
    assert len({incident.kind for incident in incidents}) == len(incidents)
    for incident in incidents:
        assert SENTENCE.match(incident.why), incident.kind
        assert "\n" not in incident.why
        assert incident.ended_at > incident.began_at


def test_its_facts_are_such_as_the_log_takes_and_its_classes_those_of_the_city() -> None:
    codec = Codec.load()
    known = {rule.incident_class for rule in hechuan().rules if isinstance(rule, IncidentClass)}
    for telling in written_truth().tellings:
        assert codec.decode(codec.encode(telling.fact)) == telling.fact
        assert telling.fact.incident_class in known
    assert {incident.incident_class for incident in written_truth().incidents} <= known


def test_reports_are_made_while_it_lasts_or_soon_after() -> None:
    incidents = written_truth().incidents
    for telling in written_truth().tellings:
        incident = incidents[telling.incident]
        assert incident.began_at <= telling.fact.occurred_at <= incident.ended_at + 30 * MINUTE, telling.text


def test_its_records_and_quirks_are_its_own_and_known() -> None:
    tellings = written_truth().tellings
    assert len({telling.record for telling in tellings}) == len(tellings)
    assert {quirk for telling in tellings for quirk in telling.quirks} <= set(QUIRKS)
    assert not {one.record for one in tellings} & {one.record for one in truth(TUNING_SEEDS[0], SMALL).tellings}


def test_callers_say_it_in_chinese_and_nobody_is_named_or_numbered() -> None:
    for telling in written_truth().tellings:
        assert re.search(r"[一-鿿]", telling.text)
        numbers = re.findall(r"\d+", telling.text)
        assert all(len(number) <= LONGEST_NUMBER_IN_TEXT for number in numbers), telling.text
        assert not re.search(r"[一-鿿](先生|女士|师傅|某)", telling.text), telling.text
    assert not re.search(r"1[3-9]\d{9}|\d{17}[\dX]", WRITTEN_SET.read_text(encoding="utf-8"))


def test_a_record_that_was_handed_on_names_the_one_before() -> None:
    told = {telling.record: telling for telling in written_truth().tellings}
    handed = [telling for telling in told.values() if telling.fact.transferred_from]
    assert len(handed) == 2
    for telling in handed:
        others = [one for one in told.values() if one.fact.record_no == telling.fact.transferred_from]
        assert [one.incident for one in others] == [telling.incident]
