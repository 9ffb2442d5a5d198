"""The desk's doors over the whole chain: for the centre and nobody else, and what it says on its way to the log."""

import json
from collections.abc import Iterator

import httpx
import pytest
import redis

from streams.codec import Codec
from streams.facts.incidents import Reviewed
from streams.facts.joint import Convened
from streams.facts.matters import Decided, Supervised
from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.wall.desk_stage import ONE, OTHER, DeskStage, asking, meeting_of, supervised
from tests.wall.duty_stage import UNIT


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskStage]:
    stage = DeskStage(kafka_broker.bootstrap_servers, "tdeskreading", tmp_path_factory.mktemp("desk"))
    try:
        stage.start()
        stage.show_both()
        yield stage
    finally:
        stage.close()


@pytest.mark.parametrize(
    ("case", "status", "reason"),
    [
        ("none", 401, "token_missing"),
        ("nonsense", 401, "token_wrong"),
        ("expired", 401, "token_expired"),
        ("a unit", 403, "no_desk"),
        ("a unit's shift leader", 403, "no_desk"),
    ],
)
def test_nobody_else_reads_or_listens(desk: DeskStage, case: str, status: int, reason: str) -> None:
    desk.show_review()
    tokens = {
        "none": None,
        "nonsense": "no.token.atall",
        "expired": desk.officer(age_seconds=2 * 3600),
        "a unit": desk.token(UNIT),
        "a unit's shift leader": desk.token(UNIT, role="shift_leader"),
    }
    for path in ("/v1/desk", "/v1/desk/stream"):
        response = desk.get_desk(tokens[case], path)
        assert (response.status_code, response.json()["type"]) == (status, f"urn:hub:problem:{reason}")
        assert ONE not in response.text


def test_a_suspected_duplicate_comes_with_both_incidents_and_goes_when_it_is_decided(desk: DeskStage) -> None:
    desk.show_review()
    shown = desk.await_waiting("reviews", "incident_no", ONE, desk.officer())
    assert [side["incident_no"] for side in shown["sides"]] == [ONE, OTHER]
    assert [side["known"] for side in shown["sides"]] == [True, True]
    assert shown["sides"][0]["told"][0]["words"] == ["水管", "嘉滨路", "漏水"]
    desk.show_review(state="apart", told=())
    patiently(lambda: desk.waiting("reviews", desk.officer()) == [])


def test_the_wall_that_anybody_reads_has_no_review(desk: DeskStage) -> None:
    wall = desk.wall.listen()
    snapshot = wall.await_event("snapshot").data
    desk.show_review(probability=0.77)
    patiently(lambda: any(one["probability"] == 0.77 for one in desk.waiting("reviews", desk.officer())))
    desk.show_both()
    changes = wall.await_event("changes").data
    assert "reviews" not in snapshot
    assert {change["kind"] for change in changes} == {"incidents"}
    assert "RX0003" not in json.dumps([snapshot, changes, desk.wall.snapshot()])


def test_a_page_is_sent_what_waits_for_its_officer_and_again_when_that_changes(desk: DeskStage) -> None:
    page = desk.follow(desk.officer("centre_leader"))
    page.await_event("desk")
    desk.show_matter(asking(421))
    patiently(lambda: "50011720261122R00421" in json.dumps([one.data for one in page.named("desk")]))
    sent = len(page.named("desk"))
    desk.show_matter(supervised(422))
    desk.await_waiting("supervisions", "supervision_no", "50011720261122S00422", desk.officer("leader"))
    page.await_event("heartbeat", len(page.named("heartbeat")) + 1)
    assert len(page.named("desk")) == sent


def test_connected_desks_are_counted_and_signed_out_with_their_token(desk: DeskStage) -> None:
    page = desk.follow(desk.officer(age_seconds=3_598))
    page.await_event("heartbeat")
    metrics = desk.wall.get("/metrics")[1].decode()
    assert "hub_desk_client_connections 0.0" not in metrics
    assert page.await_event("signed_out").data == {"reason": "token_expired"}
    patiently(lambda: page.ended)


def test_what_the_officer_says_is_handed_on_to_the_log(desk: DeskStage) -> None:
    codec = Codec.load()

    def say(path: str, role: str, body: object) -> object:
        headers = {"Authorization": f"Bearer {desk.officer(role)}"}
        said = httpx.post(f"{desk.wall.address}/v1/{path}", headers=headers, json=body, timeout=30, trust_env=False)
        assert said.status_code == 200, said.text
        return codec.decode(desk.door.record_at(said.json()).value() or b"")

    reviewed = say(f"incidents/{ONE}/join", "duty_officer", {"other": OTHER, "words": "同一根水管"})
    assert isinstance(reviewed, Reviewed)
    assert (reviewed.decision, reviewed.actor_role) == ("join", "duty_officer")
    decided = say("approvals/50011720261122R00421/approve", "centre_leader", {})
    assert isinstance(decided, Decided)
    signed = say("supervisions/50011720261122S00422/sign", "leader", {"demand": "explain"})
    assert isinstance(signed, Supervised)
    assert (signed.act, signed.demand) == ("sign", "explain")
    held = say("meetings/50011720261122C00001/hold", "duty_officer", {"units": [UNIT]})
    assert isinstance(held, Convened)


def test_other_words_on_incidents_have_no_door_here(desk: DeskStage) -> None:
    headers = {"Authorization": f"Bearer {desk.officer('shift_leader')}"}
    address = f"{desk.wall.address}/v1/incidents/{ONE}/merge"
    said = httpx.post(address, headers=headers, json={"into": OTHER, "words": "同一起"}, timeout=30, trust_env=False)
    assert said.status_code == 422


def test_after_a_flushed_cache_everything_waits_again(desk: DeskStage) -> None:
    desk.show_review(probability=0.71)
    for matter in meeting_of(1, 431, 432):
        desk.show_matter(matter)
    desk.await_waiting("reviews", "probability", 0.71, desk.officer())
    redis.Redis.from_url(desk.wall.redis.url).flushall()
    patiently(lambda: desk.wall.get("/health/ready")[0] == 200)
    desk.await_waiting("reviews", "probability", 0.71, desk.officer())
    (meeting,) = desk.waiting("meetings", desk.officer())
    assert len(meeting["matters"]) == 2
