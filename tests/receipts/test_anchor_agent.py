"""When the agent `anchor` looks after the chains, what it says of it, and that nothing it meets ends it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streams.agents import anchor as agent_module
from streams.agents.anchor import Anchors, anchor
from streams.agents.contract import READY, Place
from streams.hosting.surroundings import Surroundings
from streams.metrics import REGISTRY
from streams.receipts.anchoring import Looked
from streams.receipts.reading import AUDIT
from streams.rules.chain_check import ChainFault
from streams.secrecy.sealing import Keys, Sealer
from streams.topic_reader import NotReadable
from streams.topology import load_topology
from tests.receipts.receipts import MONDAY

BROKEN = ChainFault("one", 3, "missing", "number 3 is missing")
WELL = Looked([], [], anchored=False)
WAIT_SECONDS = 10.0


class Looks:
    """Stands for the anchoring: answers look after look, the last one for ever."""

    def __init__(self, *answers: Looked | Exception) -> None:
        self.answers = list(answers)
        self.count = 0
        self.done = threading.Event()
        self.anchored_at = MONDAY

    def look(self, _: int) -> Looked:
        answer = self.answers[min(self.count, len(self.answers) - 1)]
        self.count += 1
        if self.count > len(self.answers):
            self.done.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Owner:
    """A host that has the first partition for the first so many questions."""

    def __init__(self, questions: int) -> None:
        self.left = questions
        self.lost = threading.Event()

    def current_until(self) -> Mapping[tuple[str, int], int]:
        self.left -= 1
        if self.left < -2:
            self.lost.set()
        return {(AUDIT, 0): MONDAY} if self.left >= 0 else {(AUDIT, 1): MONDAY}

    async def append(
        self, topic: str, key: str, value: bytes, caused_at: int, headers: Sequence[tuple[str, bytes]] = ()
    ) -> Place:
        raise AssertionError(f"an anchor appends nothing: {topic}")


def run(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    looks: Looks,
    host: Owner,
    until: Callable[[Anchors], Awaitable[Any]],
    clock: Any = "broker",
) -> Anchors:
    """Let the agent live until something has happened."""
    monkeypatch.setattr(agent_module, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(agent_module, "OWN_SECONDS", 0.0)
    monkeypatch.setattr(agent_module, "Anchoring", lambda *_: looks)
    surroundings = Surroundings.read({"HUB_HOME": str(folder), "HUB_KAFKA": "127.0.0.1:1"})
    topology = replace(load_topology(environment={}), clock=clock)
    agent = anchor(topology, surroundings, Sealer(Keys(folder / "keys", create=True)))

    async def live() -> None:
        await agent.open(host)
        await until(agent)
        await agent.close()

    asyncio.run(live())
    return agent


async def every_answer(looks: Looks) -> None:
    assert await asyncio.to_thread(looks.done.wait, WAIT_SECONDS)


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_it_looks_again_and_again_while_the_first_partition_is_its_own_and_not_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, host = Looks(Looked([BROKEN], [], anchored=False)), Owner(3)
    run(tmp_path, monkeypatch, looks, host, lambda _: asyncio.to_thread(host.lost.wait, WAIT_SECONDS))
    assert looks.count == 3
    assert value("hub_anchor_age_seconds", watch="anchor") is None
    assert value("hub_audit_broken_chains") == 0


def test_in_simulated_time_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, host = Looks(WELL), Owner(1_000)

    async def given_its_time(agent: Anchors) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        assert agent.health() == READY

    run(tmp_path, monkeypatch, looks, host, given_its_time, clock="simulated")
    assert (looks.count, host.left) == (0, 1_000)


def test_a_fault_is_logged_once_while_it_lasts_and_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Looked([BROKEN], [], anchored=False)
    looks = Looks(broken, broken, WELL, broken, broken)

    async def until(_: Anchors) -> None:
        await every_answer(looks)
        assert value("hub_audit_broken_chains") == 1
        assert value("hub_anchor_age_seconds", watch="anchor") is not None

    run(tmp_path, monkeypatch, looks, Owner(1_000_000), until)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "chain of receipts one, number 3: number 3 is missing"
    ] * 2


def test_what_is_in_the_way_is_said_and_the_next_look_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = Looks(NotReadable("Kafka does not answer"), OSError(30, "Read-only file system"), WELL)

    async def until(agent: Anchors) -> None:
        await every_answer(looks)
        assert agent.health() == READY

    run(tmp_path, monkeypatch, looks, Owner(1_000_000), until)
    said = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert said == [
        "receipts are not anchored: Kafka does not answer",
        "receipts are not anchored: [Errno 30] Read-only file system",
    ]


def test_an_agent_that_cannot_go_on_asks_for_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(RuntimeError("a fault of ours"))

    async def until(agent: Anchors) -> None:
        while agent.health().live:
            await asyncio.sleep(0)

    run(tmp_path, monkeypatch, looks, Owner(1_000_000), until)
    assert looks.count == 1
