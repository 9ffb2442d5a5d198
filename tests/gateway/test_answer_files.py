"""Units answer with files as through the front door: same tokens, same words, one fact for each answer."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.facts.matters import Answered
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.running_gateway import Hub

MATTERS = "hub.log.matters.v1"
UNIT = "500117-police_station_liaison"
SECRET = f"folder_{UNIT}"


class UnitsProgram:
    """What lays answers down, and sees what the hub does with them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.folder = hub.home / "of-the-liaison"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "answers").mkdir(exist_ok=True)
        (hub.secrets / SECRET).write_text(str(self.folder))
        self.topics = HubTopics(hub.topology, hub.bootstrap)

    def lay(self, name: str, content: bytes) -> Path:
        """A file as a whole, under its name."""
        file = self.folder / "answers" / name
        draft = file.with_name(f".{name}")
        draft.write_bytes(content)
        draft.replace(file)
        return file

    def say(self, name: str, order_no: str, word: str, token: str | None = None, **said: Any) -> Path:
        written = {"order_no": order_no, "word": word, "token": token or self.hub.token(UNIT), **said}
        return self.lay(name, json.dumps(written).encode())

    def answers_to(self, order_no: str) -> list[Answered]:
        facts = self.topics.records(MATTERS)
        return [fact for fact in facts if isinstance(fact, Answered) and fact.order_no == order_no]

    def reason(self, name: str) -> str:
        """Why a file was refused, once it was; it lies beside its reason."""
        reason = self.folder / "refused" / f"{name}.reason"
        eventually((self.folder / "refused" / name).exists)
        return str(json.loads(reason.read_text())["reason"])


@pytest.fixture
def program(hub: Hub) -> Iterator[UnitsProgram]:
    program = UnitsProgram(hub)
    yield program
    program.topics.close()


def test_an_answer_in_a_file_is_a_fact_and_then_the_file_is_gone(program: UnitsProgram) -> None:
    order_no = "50011720261122M00301-01"
    file = program.say("1.json", order_no, "first-contact", body={"claimed_at": "2026-11-22T08:00:00+08:00"})
    (fact,) = patiently(lambda: program.answers_to(order_no))
    assert (fact.key, fact.answer, fact.channel, fact.actor_unit) == ("500117", "first_contact", "file", UNIT)
    assert fact.claimed_at == 1_795_305_600_000
    eventually(lambda: not file.exists())


def test_a_file_laid_down_twice_or_under_the_key_of_another_door_is_one_answer(program: UnitsProgram) -> None:
    order_no, token = "50011720261122M00302-01", program.hub.token(UNIT)
    for name in ("a.json", "b.json"):
        program.say(name, order_no, "accept", token)
        program.say(f"key-{name}", order_no, "accept", token, idempotency_key="SC-1")
    receipt = program.hub.answer(order_no, "accept", token, headers={"Idempotency-Key": "SC-1"}).json()
    facts = patiently(lambda: found if len(found := program.answers_to(order_no)) == 5 else [])
    assert sorted([fact.id for fact in facts].count(one) for one in {fact.id for fact in facts}) == [2, 3]
    assert [fact.id for fact in facts].count(receipt["id"]) == 3


def test_what_is_no_answer_lies_with_its_reason_where_its_unit_finds_it_and_holds_up_nobody(
    program: UnitsProgram,
) -> None:
    order_no = "50011720261122M00303-01"
    refused = {
        "not_json": program.lay("broken.json", b'{"order_no": "5001'),
        "wrong_answer": program.lay("without-word.json", json.dumps({"order_no": order_no, "token": "x"}).encode()),
        "token_wrong": program.say("token.json", order_no, "accept", "not a token"),
        "token_expired": program.say("old.json", order_no, "accept", program.hub.token(UNIT, age_seconds=4_000)),
        "no_such_order": program.say("order.json", "103", "accept"),
        "idempotency_key": program.say("key.json", order_no, "accept", idempotency_key="签收"),
        "no_file": program.lay("long.json", b" " * 70_000),
    }
    program.say("good.json", order_no, "accept")
    (fact,) = patiently(lambda: program.answers_to(order_no))
    assert fact.answer == "accept"
    assert {program.reason(file.name): file for file in refused.values()} == refused
    assert not any(file.exists() for file in refused.values())


def test_a_link_is_refused_and_never_followed(program: UnitsProgram, tmp_path: Path) -> None:
    order_no = "50011720261122M00304-01"
    elsewhere = tmp_path / "elsewhere.json"
    written = {"order_no": order_no, "word": "accept", "token": program.hub.token(UNIT)}
    elsewhere.write_text(json.dumps(written))
    (program.folder / "answers" / "link.json").symlink_to(elsewhere)
    eventually((program.folder / "refused" / "link.json").is_symlink)
    assert program.answers_to(order_no) == []
    assert elsewhere.exists()


def test_a_file_that_is_being_written_under_its_own_name_is_left_until_it_is_whole(program: UnitsProgram) -> None:
    order_no = "50011720261122M00305-01"
    written = json.dumps({"order_no": order_no, "word": "accept", "token": program.hub.token(UNIT)}).encode()
    with (program.folder / "answers" / "slow.json").open("wb", buffering=0) as file:
        for byte in range(0, len(written), 40):
            file.write(written[byte : byte + 40])
    assert patiently(lambda: program.answers_to(order_no))


def test_a_gateway_that_was_killed_reads_what_lies_there_and_loses_and_doubles_nothing(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    program = UnitsProgram(hub)
    orders = [f"50011720261122M0031{number}-01" for number in range(6)]
    try:
        files = [program.say(f"{order_no}.json", order_no, "accept") for order_no in orders[:3]]
        hub.start()
        patiently(lambda: program.answers_to(orders[0]))
        hub.kill()
        files += [program.say(f"{order_no}.json", order_no, "accept") for order_no in orders[3:]]
        hub.start()
        eventually(lambda: not any(file.exists() for file in files))
        assert {len({fact.id for fact in program.answers_to(order_no)}) for order_no in orders} == {1}
    finally:
        program.topics.close()


def test_a_folder_that_is_not_there_is_told_and_holds_up_no_other_door(program: UnitsProgram) -> None:
    unread = f'hub_answer_folder_unread_info{{unit="{UNIT}"}}'
    eventually(lambda: f"{unread} 0.0" in program.hub.client.get("/metrics").text)
    (program.hub.secrets / SECRET).write_text(str(program.hub.home / "nowhere"))
    eventually(lambda: f"{unread} 1.0" in program.hub.client.get("/metrics").text)
    order_no = "50011720261122M00306-01"
    assert program.hub.answer(order_no, "accept", program.hub.token(UNIT)).status_code == 200
    (program.hub.secrets / SECRET).write_text(str(program.folder))
    program.say("later.json", order_no, "arrive")
    patiently(lambda: len(program.answers_to(order_no)) == 2)
    eventually(lambda: f"{unread} 0.0" in program.hub.client.get("/metrics").text)
