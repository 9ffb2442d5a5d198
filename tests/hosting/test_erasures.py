"""A person is deleted on a real broker: nothing opens in any topic, nor in a copy of Kafka's folder from before."""

import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from streams.cities.city import CITIES, read_city
from streams.codec import Codec, CodecError
from streams.contract import Fact
from streams.embedded.kafka import KafkaBroker
from streams.engine.worker import load_processor
from streams.facts.people import Resident, ResidentContent, Service, ServiceContent
from streams.facts.person_access import CaseContent, Decided, MatterMoved, Words
from streams.facts.person_rights import KeyDestroyed, RightAsked, RightDone
from streams.kafka import Topics
from streams.rules_publication import Rules
from streams.secrecy.person_key_store import PersonKeyStore
from streams.topic_reader import read_topic
from tests.conftest import PrivateBrokers
from tests.hosting.patiently import patiently
from tests.hosting.stage import Stage

pytestmark = pytest.mark.timeout(1200)

PEOPLE, AUDIT, RIGHTS, CONTEXTS = "hub.log.people.v1", "hub.audit.v1", "hub.view.rights.v1", "hub.view.contexts.v1"
NOTICES = "hub.notice.erasures.v1"
TOKEN: Final = "services:1:0123456789abcdef"
OTHER: Final = "services:1:fedcba9876543210"
ENTRY_HEAD_BYTES = 8
NOW = 1_795_305_600_000
UNIT = "unit-that-stands-nowhere-else"


@dataclass(frozen=True)
class Town:
    """The owner of the people log and the agent, and those who write to them: departments and officers."""

    broker: KafkaBroker
    stage: Stage
    keys: PersonKeyStore
    codec: Codec

    def say(self, fact: Fact) -> None:
        self.stage.topics.append(PEOPLE, fact.key, self.codec.encode(fact))

    def shown(self, topic: str) -> dict[str, Any]:
        """What a view says of each key."""
        found = dict(self.stage.topics.values(topic))
        return {key: self.codec.decode(value) for key, value in found.items() if value is not None}

    def erased(self) -> list[Any]:
        return [one for one in self.stage.topics.records(AUDIT) if one.act == "erased"]

    def written(self, bootstrap: str) -> list[str]:
        """The topics that hold anything, tables' logs too: few of a hundred."""
        topology = self.stage.topology
        topics = {**topology.topics, **topology.changelogs}
        partitions = {topology.topic_name(name): range(topic.partitions) for name, topic in topics.items()}
        ends = Topics(bootstrap).ends(partitions, committed=False)
        return [name for name in topics if any(ends[topology.topic_name(name)].values())]

    def sealed_and_opened(self, bootstrap: str, token: str) -> tuple[set[str], set[str]]:
        """The topics in which something about a person is sealed, tables' logs too, and those where it opens."""
        sealed, opened = set(), set()
        topology = self.stage.topology
        for name in self.written(bootstrap):
            head_bytes = ENTRY_HEAD_BYTES if name in topology.changelogs else 0
            for message in read_topic(bootstrap, topology.topic_name(name)):
                value = (message.value() or b"")[head_bytes:]
                try:
                    record = self.codec.decode(value)
                except CodecError:
                    continue
                if getattr(record, "token", "") == token and hasattr(record, "content"):
                    sealed.add(name)
                    opened |= {name} if record.content is not None else set()
        return sealed, opened


@pytest.fixture
def town(private_broker: PrivateBrokers, tmp_path: Path) -> Iterator[Town]:
    broker = private_broker()
    (tmp_path / "stage").mkdir()
    stage = Stage(broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path / "stage")
    load_processor(stage.topology.processors["person_profiles"])
    keys = PersonKeyStore(tmp_path / "stage" / "0" / "keys", create=True, renews=True)
    codec = Codec.load(persons=keys)
    Rules(broker.bootstrap_servers, stage.topology, codec).publish(read_city(CITIES / "hechuan"))
    yield Town(broker, stage, keys, codec)
    stage.close()
    keys.close()


def begun(name: str, token: str = TOKEN) -> dict[str, Any]:
    return {"id": name, "key": token, "source": "test", "trace": name, "occurred_at": NOW, "token": token}


def actor(officer: str, role: str) -> dict[str, str]:
    unit = {"actor_unit": "500117-district_centre", "actor_post": "个人信息保护岗", "actor_shift": "day"}
    return {**unit, "actor_officer": officer, "actor_role": role}


def owe(town: Town, token: str, record_no: str = "FW1") -> None:
    content = ServiceContent(
        unit=UNIT, region="500117001001", kind="aid", state="due", due_on="2099-10-08", under_14=False
    )
    row = begun(f"{token}/{record_no}", token)
    town.say(Service(**row, system="mz_social_aid", record_no=record_no, recorded_at=NOW, content=content))


def know(town: Town, token: str) -> None:
    """A service that is owed, an address and an open case."""
    owe(town, token)
    place = ResidentContent(household="population:1:aabbccdd", address_code="DZ1", moved_away=False)
    town.say(Resident(**begun(f"{token}/R", token), recorded_at=NOW, content=place))
    case = CaseContent(incident_class="street_order", region="500117001001001", units=(UNIT,))
    matter = begun(f"{token}/M", token)
    town.say(MatterMoved(**matter, matter_no="50011720261122M00001", open=True, content=case))


def use_right(town: Town, right: Any) -> str:
    """What a person asks for, taken down; its number."""
    asked = {**begun(f"right-{right}"), **actor("FW-017", "operator")}
    town.say(RightAsked(**asked, right=right, content=Words(words="本人请求")))
    patiently(lambda: f"right-{right}" in town.shown(RIGHTS))
    return f"right-{right}"


def approve(town: Town, request_no: str) -> None:
    decided = {**begun(f"approve-{request_no}"), **actor("BM-002", "privacy_officer")}
    town.say(Decided(**decided, request_no=request_no, decision="approve", content=Words(words="同意")))


def copy_shown(town: Town) -> None:
    """An approved copy that was handed over, so that something was shown."""
    request_no = use_right(town, "access")
    approve(town, request_no)
    patiently(lambda: request_no in town.shown(CONTEXTS))
    done = {**begun("done-1"), **actor("FW-017", "operator")}
    town.say(RightDone(**done, request_no=request_no, outcome="exported"))
    patiently(lambda: town.shown(RIGHTS)[request_no].state == "done")


def test_after_a_deletion_nothing_opens_in_kafka_nor_in_a_copy_of_its_folder_from_before(
    town: Town, tmp_path: Path
) -> None:
    worker = town.stage.worker("person_profiles", "erasures")
    worker.start()
    know(town, TOKEN)
    know(town, OTHER)
    copy_shown(town)
    deletion = use_right(town, "deletion")
    sealed, opened = town.sealed_and_opened(town.broker.bootstrap_servers, TOKEN)
    assert sealed == opened == {PEOPLE, RIGHTS, CONTEXTS, "hub.changelog.person_profiles.v1"}
    copy = tmp_path / "backup" / "data"
    copy.parent.mkdir()
    # Kafka's indexes are mostly holes: 20 MB a partition, were they copied as they look.
    subprocess.run(["cp", "--archive", "--sparse=always", town.broker.data, copy], check=True)

    approve(town, deletion)
    patiently(town.erased)
    (receipt,) = town.erased()
    (said,) = [one for one in town.stage.topics.records(PEOPLE) if isinstance(one, KeyDestroyed)]
    assert receipt.result == f"sm3:{said.keys[-1].digest}"
    assert (town.shown(RIGHTS)[deletion].token, town.shown(RIGHTS)[deletion].state) == ("", "done")
    assert town.sealed_and_opened(town.broker.bootstrap_servers, TOKEN)[1] == set()
    assert town.sealed_and_opened(town.broker.bootstrap_servers, OTHER)[1]
    for folder in (town.broker.data, copy):
        segments = list(folder.rglob("*.log"))
        assert len(segments) > len(town.stage.topology.topics)
        assert not [path for path in segments if UNIT.encode() in path.read_bytes()]

    restored = KafkaBroker(tmp_path / "backup")
    restored.start()
    try:
        sealed, opened = town.sealed_and_opened(restored.bootstrap_servers, TOKEN)
        assert (len(sealed), opened) == (4, set())
        assert town.sealed_and_opened(restored.bootstrap_servers, OTHER)[1]
    finally:
        restored.kill()


def test_an_agent_that_is_killed_before_it_said_so_gives_the_same_proof_and_keeps_what_was_said_since(
    town: Town,
) -> None:
    owner = town.stage.worker("person_profiles")
    owner.start()
    owe(town, TOKEN)
    approve(town, use_right(town, "deletion"))
    (notice,) = patiently(lambda: town.stage.topics.records(NOTICES))
    first = town.keys.destroy(notice.token, notice.request_no)
    owe(town, TOKEN, "FW2")
    owner.child.kill()

    town.stage.worker("person_profiles", "erasures").start()
    patiently(town.erased)
    (said,) = [one for one in town.stage.topics.records(PEOPLE) if isinstance(one, KeyDestroyed)]
    assert [(one.generation, one.digest) for one in said.keys] == [(one.generation, one.digest) for one in first.keys]
    still = [one for one in town.stage.topics.values(PEOPLE) if one[1] is not None]
    contents = [getattr(town.codec.decode(value), "content", None) for _, value in still if value is not None]
    assert [content.due_on for content in contents if isinstance(content, ServiceContent)] == ["2099-10-08"]
