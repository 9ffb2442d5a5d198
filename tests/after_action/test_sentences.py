"""Every kind of record that can name an incident is told in a line, and none of them tells who it was."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from streams.after_action import words
from streams.after_action.logged import TOPICS
from streams.after_action.sentences import LINES, Line, Speaker
from streams.checks.examples import Example, find_examples
from streams.contract import KINDS
from streams.facts import deliveries, incidents, matters, notices
from streams.facts.vocabulary import Channel
from streams.schema_files import SCHEMAS
from streams.topology import load_topology
from tests.after_action.desk import KIT_NAMES
from tests.schemas.test_examples import plainly_written
from tests.schemas.whole_codec import CODEC

OF_NO_INCIDENT = {
    "incidents.warned.v1": "a warning of an area: the incident names it",
    "matters.handed_over.v1": "a unit's whole shift",
    "matters.mode_ordered.v1": "a level of alert",
    "matters.outage_declared.v1": "a failure of the hub",
    "matters.raised.v1": "a matter of what is owed to a person has no incident",
    "matters.settled.v1": "a matter of what is owed to a person has no incident",
    "notices.accountable.v1": "who is accountable follows from what is told",
}
TOLD = {KINDS[kind] for kind in LINES}
EXAMPLES = [example for example in find_examples(SCHEMAS) if example.schema in TOLD]
UNTOLD = ("actor_officer", "actor_shift", "words", "reporter", "recording_no", "evidence_reference", "document")


def line_of(example: Example, *, confidential: bool) -> tuple[Any, Line]:
    fact = CODEC.decode(plainly_written(example))
    return fact, Speaker(KIT_NAMES, confidential).line(fact)


@pytest.mark.parametrize("confidential", [False, True], ids=["open", "confidential"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.path.stem)
def test_each_kind_of_record_is_told_in_chinese_without_who_it_was(example: Example, *, confidential: bool) -> None:
    fact, line = line_of(example, confidential=confidential)
    told = " ".join(line)
    assert any("一" <= letter <= "鿿" for letter in line.what)
    for name in UNTOLD:
        value = getattr(fact, name, None)
        if isinstance(value, str) and value and value not in line.who:
            assert value not in told, name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.path.stem)
def test_of_a_confidential_incident_no_departments_number_is_told(example: Example) -> None:
    fact, line = line_of(example, confidential=True)
    number = getattr(fact, "record_no", None)
    if number:
        assert number not in " ".join(line)
    region = getattr(fact, "region", None) or ""
    if len(region) > 6:
        assert line == Speaker(KIT_NAMES, confidential=True).line(type(fact)(**{**vars(fact), "region": region[:6]}))


def test_every_record_of_these_topics_is_told_or_is_of_no_incident() -> None:
    topics = load_topology(environment={}).topics
    listed = {name for topic in TOPICS for name in topics[topic].schemas}
    found = {name for name in listed if not name.startswith(("rules.", "engine."))}
    assert found == TOLD | set(OF_NO_INCIDENT)
    assert {example.schema for example in EXAMPLES} == TOLD


def literals(kind: type[Any], field: str) -> set[str]:
    """The words that a field may hold."""
    hint = kind.__annotations__[field]
    nested = [get_args(part) or (part,) for part in get_args(hint)]
    return {value for values in nested for value in values if isinstance(value, str)}


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (words.TRANSITIONS, set(get_args(notices.Transition))),
        (words.CHANNELS, set(get_args(Channel))),
        (words.DELIVERIES, set(get_args(deliveries.DeliveryKind))),
        (words.ANSWERS, literals(matters.Answered, "answer")),
        (words.ANSWER_CHANNELS, literals(matters.Answered, "channel")),
        (words.OUTCOMES, literals(deliveries.Attempted, "outcome")),
        (words.ENDS, literals(deliveries.Ended, "reason")),
        (words.PROGRESS, literals(incidents.Progressed, "state")),
        (words.JUDGEMENTS, literals(matters.Judged, "word")),
        (words.VERDICTS, literals(matters.Judged, "result")),
        (words.METHODS, set(get_args(matters.VerificationMethod))),
        (words.JUDGEMENT_REASONS, set(get_args(matters.JudgementReason))),
        (words.SUPERVISIONS, literals(matters.Supervised, "act")),
        (words.DIRECTIONS, literals(matters.Directed, "direction")),
        (words.DECISIONS, literals(matters.Decided, "decision")),
        (words.RELATIONS, literals(incidents.Linked, "relation")),
        (words.REVIEWS, literals(incidents.Reviewed, "decision")),
    ],
)  # fmt: skip
def test_every_code_that_a_record_can_hold_has_its_word(known: Mapping[Any, str], wanted: set[str]) -> None:
    assert wanted
    assert wanted == set(known)
