"""A department asks the gateway what was given back to it, signed with its key; it is shown no value."""

import threading
import time
from typing import Any

import httpx
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from connectors.commands.contract import contract
from connectors.given_back import GivenBack, OpenDisputes
from connectors.publisher import QUARANTINE
from connectors.systems import fleet
from streams.codec import Codec
from streams.commands.quarantine import quarantine
from streams.facts.quarantine import Answered, Handled, Held
from streams.secrecy.sealing import Keys, Sealer
from streams.secrecy.signing import signature_headers
from tests.eventually import eventually
from tests.gateway.test_pushes import STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub

OTHER = "ga_antifraud"


def command(hub: Hub, app: typer.Typer, *arguments: str) -> Result:
    variables = {
        "HUB_KAFKA": hub.bootstrap, "HUB_NAMESPACE": hub.topology.namespace, "HUB_HOME": str(hub.home),
        "HUB_KEYS": str(hub.home / "keys"),
    }  # fmt: skip
    done = CliRunner().invoke(app, arguments, env=variables)
    assert done.exit_code == 0, done.output
    return done


def ask(hub: Hub, key: bytes | None = None, system: str = SYSTEM) -> httpx.Response:
    headers = signature_headers(key or hub.key, int(time.time()), b"")
    return hub.client.get(f"/v1/sources/{system}/disputes", headers=headers)


def disputes_on(hub: Hub, record_no: str) -> list[dict[str, Any]]:
    answer = ask(hub)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["disputes"] if f":{record_no}:" in one["row"]]


def dispute(hub: Hub, data: dict[str, Any]) -> None:
    """The department pushes a row, and somebody gives a value of it back."""
    assert hub.push("events", body(event(data)), STRUCTURED).json()["status"] == "accepted"
    row = f"{SYSTEM}:{data['request_no']}:1"
    command(hub, contract, "dispute", SYSTEM, "request_class", "--row", row, "--by", "综治中心", "--reason", "类别不符")


def test_a_department_is_told_what_was_given_back_to_it_until_it_has_answered(hub: Hub) -> None:
    data = request_data()
    dispute(hub, data)
    (told,) = eventually(lambda: disputes_on(hub, data["request_no"]))
    assert told["row"] == f"{SYSTEM}:{data['request_no']}:1"
    assert (told["item"], told["title"], told["objection"]) == ("request_class", "诉求类别", "类别不符(综治中心提出)")
    assert told["overdue"] is False
    assert told["raised_at"] < told["answer_due_at"]
    assert "value" not in told

    command(
        hub, quarantine, "answer", str(told["number"]), "--outcome", "stands", "--by", "街道", "--reason", "已核实"
    )  # fmt: skip
    eventually(lambda: not disputes_on(hub, data["request_no"]))


def test_a_row_whose_key_is_gone_is_named_by_its_place_in_the_hub(hub: Hub, codec: Codec) -> None:
    data = request_data()
    dispute(hub, data)
    stranger = Sealer(Keys(hub.home / "other keys", create=True))
    topic = hub.topology.topic_name(QUARANTINE)
    given_back = GivenBack(hub.bootstrap, topic, codec, stranger, [SYSTEM])
    stop = threading.Event()
    following = threading.Thread(target=given_back.follow, args=(stop,))
    following.start()
    eventually(lambda: given_back.is_recalled)
    stop.set()
    following.join()
    rows = [one["row"] for one in given_back.told(fleet()[SYSTEM].contract)["disputes"]]
    assert rows
    assert all(row.startswith(f"hub.source.{SYSTEM}.v1[0]@") for row in rows)


@pytest.mark.parametrize("key", [b"another", b""])
def test_nobody_else_is_told(hub: Hub, key: bytes) -> None:
    answer = ask(hub, key) if key else hub.client.get(f"/v1/sources/{SYSTEM}/disputes")
    assert answer.status_code == 401
    assert "disputes" not in answer.json()


def test_one_department_is_not_told_of_another_and_who_does_not_push_has_no_door(hub: Hub) -> None:
    (hub.secrets / OTHER).write_bytes(b"theirs")
    assert ask(hub, b"theirs").status_code == 401
    assert ask(hub, b"theirs", OTHER).json() == {"disputes": []}
    assert ask(hub, system="ga_alarm110").status_code == 404


def held(system: str, stage: str) -> Held:
    return Held(
        stage=stage, reason="disputed", detail="item:x", owner=system, topic="t", partition=0, offset=1, held_at=1,  # type: ignore[arg-type]
        algorithm="none", key_version=1, nonce=b"", sealed=b"", steward="d", answer_due_at=2,
    )  # fmt: skip


HELD = st.builds(held, st.sampled_from([SYSTEM, OTHER, "ga_alarm110"]), st.sampled_from(["dispute", "connector"]))
ANSWERED = st.builds(
    lambda number: Answered(number=number, outcome="stands", by="b", reason="r", answered_at=1), st.integers(0, 20)
)
HANDLED = st.builds(
    lambda number, action: Handled(number=number, action=action, by="b", handled_at=1, repaired=False),
    st.integers(0, 20),
    st.sampled_from(["retried", "revealed"]),
)


@given(st.lists(HELD | ANSWERED | HANDLED, max_size=30))
def test_open_is_every_dispute_of_a_known_system_without_an_answer_behind_it(records: list[Any]) -> None:
    disputes = OpenDisputes([SYSTEM, OTHER])
    for number, record in enumerate(records):
        disputes.apply(number, record)
    ended = {
        (one.number, place)
        for place, one in enumerate(records)
        if isinstance(one, Answered) or (isinstance(one, Handled) and one.action == "retried")
    }
    for system in (SYSTEM, OTHER, "ga_alarm110"):
        expected = [
            number
            for number, one in enumerate(records)
            if isinstance(one, Held) and one.stage == "dispute" and one.owner == system != "ga_alarm110"
            and not any(about == number and place > number for about, place in ended)
        ]  # fmt: skip
        assert [number for number, _ in disputes.of(system)] == expected
