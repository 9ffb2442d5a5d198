"""What is known of a person, read through the one door: log, owner, view, masks and receipts, on a real broker."""

import json
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from typer.testing import CliRunner, Result

from connectors.commands.person_acts import person
from streams.facts.views import Matter
from tests.conftest import Cluster
from tests.gateway.person_desk import CENTRE, REQUESTER, WATER, PersonDesk, own_time, person_desk_on
from tests.gateway.test_fuzz import GENTLY
from tests.hosting.patiently import patiently
from tests.receipts.auditing import faults_in, read_lines, run_verifier, write_lines

pytestmark = pytest.mark.timeout(300)

RESIDENT = "population:1:99aabbccddeeff00"
RESIDENTS_CASE = "50011720261122M90001"
ELSEWHERE = "500117-police_station_liaison"
SOMEBODY, DOORS = "disputes:1:0123456789abcdef", 7
READINGS_TIMED = 15


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PersonDesk]:
    namespace = f"t{uuid.uuid4().hex[:8]}."
    with person_desk_on(kafka_broker.bootstrap_servers, namespace, tmp_path_factory.mktemp("persons")) as desk:
        yield desk


@pytest.fixture(scope="module")
def matter(desk: PersonDesk) -> Matter:
    """One of the requester's, open with the waterworks."""
    return desk.report()


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and code; what is told of a refusal is in Chinese too, and nobody on its way keeps it."""
    told = response.json()
    assert told["reason"], told
    assert told["type"] == f"urn:hub:problem:{told['code']}"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, told["code"]


def test_whoever_has_the_case_reads_what_is_known_masked_with_a_watermark_and_a_receipt(
    desk: PersonDesk, matter: Matter
) -> None:
    response = desk.read(desk.token(), matter.matter_no)
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    told = response.json()
    assert (told["state"], told["basis_name"], told["article"]) == ("granted", "在办事项", "个人信息保护法第三十四条")
    known = {"incident_class": "burst_main", "region": "500117001", "units": [WATER], "through": ""}
    assert told["shown"] == {"matters": [{"matter_no": matter.matter_no, **known}]}
    assert (told["sections"], told["masks"]) == (["matters"], {"region": "town"})
    assert all(part in told["watermark"] for part in (WATER, "W017", told["request_no"]))
    receipt = desk.receipt("read", "granted")
    assert (receipt.token, receipt.case_no, receipt.purpose, receipt.actor_officer, receipt.basis) == (
        REQUESTER, matter.matter_no, "requests", "W017", told["article"],
    )  # fmt: skip


def test_the_same_officer_is_shown_again_what_stands_under_any_token_and_nobody_else_is(
    desk: PersonDesk, matter: Matter
) -> None:
    first = desk.read(desk.token(), matter.matter_no).json()
    again = desk.find(desk.token(), first["request_no"])
    assert again.status_code == 200, again.text
    assert again.json()["shown"] == first["shown"]
    for other in (desk.token("W018"), desk.token(unit=ELSEWHERE)):
        assert desk.find(other, first["request_no"]).status_code == 404
    assert desk.find(desk.token(), "asked:none").status_code == 404
    assert desk.find(desk.token(age_seconds=7200), first["request_no"]).status_code == 401


@pytest.mark.parametrize(
    ("code", "actor", "query"),
    [
        pytest.param("wrong_role", {"role": "service_worker"}, {}, id="role"),
        pytest.param("wrong_purpose", {"purpose": "dispatch"}, {}, id="purpose of the officer's token"),
        pytest.param("wrong_purpose", {}, {"purpose": "services"}, id="purpose asked for"),
        pytest.param("wrong_case", {}, {"case": "50011720261122M99999"}, id="case"),
        pytest.param("not_of_the_case", {"unit": ELSEWHERE}, {}, id="unit"),
    ],
)
def test_who_may_not_is_told_why_and_leaves_a_receipt(
    desk: PersonDesk, matter: Matter, code: str, actor: dict[str, str], query: dict[str, str]
) -> None:
    assert refusal(desk.read(desk.token(**actor), matter.matter_no, **query)) == (403, code)
    assert desk.receipt("refused", code).token == REQUESTER


def test_without_consent_nobody_reads_where_it_is_needed_and_with_it_until_it_is_withdrawn(desk: PersonDesk) -> None:
    worker = {"role": "service_worker", "purpose": "population"}
    desk.open_case(RESIDENT, RESIDENTS_CASE, WATER)
    assert refusal(desk.read(desk.token(**worker), RESIDENTS_CASE, RESIDENT)) == (403, "no_consent")
    desk.receipt("refused", "no_consent")
    agreed = {"until_at": "2099-01-01T00:00:00+08:00", "document": "同意书15号"}
    assert desk.say(desk.token(**worker), "consents", agreed, RESIDENT).status_code == 200
    read = desk.read(desk.token(**worker), RESIDENTS_CASE, RESIDENT).json()
    assert (read["state"], read["basis"], read["shown"]["consent_until_at"][:10]) == (
        "granted",
        "consent",
        "2099-01-01",
    )
    withdrawn = {"withdrawn": True, "document": "同意书15号"}
    assert desk.say(desk.token(**worker), "consents", withdrawn, RESIDENT).status_code == 200
    patiently(lambda: desk.find(desk.token(**worker), read["request_no"], RESIDENT).status_code == 404)
    assert read["request_no"] not in desk.contexts()


def test_a_token_that_has_ended_opens_nothing_and_leaves_a_receipt(desk: PersonDesk, matter: Matter) -> None:
    response = desk.read(desk.token(age_seconds=7200), matter.matter_no)
    assert refusal(response) == (401, "token_expired")
    assert desk.receipt("refused", "token_expired").actor_officer == "W017"


def test_a_token_is_good_for_one_reading_of_a_person_however_it_is_spelled(desk: PersonDesk, matter: Matter) -> None:
    jwt = desk.token()
    assert desk.read(jwt, matter.matter_no).status_code == 200
    for spelled in (jwt, f" {jwt}", f"{jwt}=="):
        assert refusal(desk.read(spelled, matter.matter_no)) == (403, "token_replayed")
    desk.receipt("refused", "token_replayed")


def break_glass(desk: PersonDesk, officer: str) -> str:
    """An operator of the centre has to look somebody up without a case; the number of the request, which waits."""
    operator = desk.token(officer, unit=CENTRE, role="operator")
    response = desk.read(operator, "", break_glass="家属来电称老人失联")
    assert response.status_code == 202, response.text
    told = response.json()
    assert (told["state"], told["reason"], told["shown"]) == ("waiting", "等待第二人决定", {})
    return str(told["request_no"])


def decide(desk: PersonDesk, request_no: str, decision: str, officer: str) -> None:
    leader = desk.token(officer, unit=CENTRE, role="shift_leader")
    said = desk.say(leader, f"requests/{request_no}/{decision}", {"words": "情况紧急"})
    assert said.status_code == 200, said.text


def test_nobody_breaks_the_glass_alone_under_whatever_role(desk: PersonDesk) -> None:
    request_no = break_glass(desk, "Z001")
    decide(desk, request_no, "approve", "Z001")
    assert desk.receipt("declined", "two_persons").second == "Z001"
    assert desk.find(desk.token("Z001", unit=CENTRE), request_no).status_code == 202


def test_a_glass_that_the_second_person_will_not_break_stays_whole(desk: PersonDesk) -> None:
    request_no = break_glass(desk, "Z002")
    decide(desk, request_no, "refuse", "L009")
    asker = desk.token("Z002", unit=CENTRE)
    patiently(lambda: desk.find(asker, request_no).status_code == 403)
    assert refusal(desk.find(asker, request_no)) == (403, "declined")
    assert desk.receipt("refused", "declined").second == "L009"


def test_two_persons_break_the_glass_and_both_stand_on_the_receipt(desk: PersonDesk, matter: Matter) -> None:
    request_no = break_glass(desk, "Z003")
    decide(desk, request_no, "approve", "L009")
    asker = desk.token("Z003", unit=CENTRE)
    patiently(lambda: desk.find(asker, request_no).status_code == 200)
    told = desk.find(asker, request_no).json()
    assert (told["basis_name"], [one["matter_no"] for one in told["shown"]["matters"]]) == (
        "紧急查阅", [matter.matter_no],
    )  # fmt: skip
    receipt = desk.receipt("broke_glass", "granted")
    assert (receipt.actor_officer, receipt.second) == ("Z003", "L009")


def test_readings_are_quick(desk: PersonDesk, matter: Matter) -> None:
    seconds = []
    for _ in range(READINGS_TIMED):
        jwt, began = desk.token(), time.perf_counter()
        assert desk.read(jwt, matter.matter_no).status_code == 200
        seconds.append(time.perf_counter() - began)
    print(f"a reading: p50 {statistics.median(seconds) * 1000:.0f} ms, slowest {max(seconds) * 1000:.0f} ms")
    assert statistics.median(seconds) < 1


class Signed(AuthBase):
    """An officer's token beside whatever is sent."""

    def __init__(self, jwt: str) -> None:
        self._jwt = jwt

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._jwt}"
        return request


def test_whatever_is_sent_about_a_person_is_answered_and_never_with_an_error_of_ours(desk: PersonDesk) -> None:
    document = schemathesis.openapi.from_url(f"{desk.hub.url}/openapi.json")
    signed = Signed(desk.token(role="service_worker", purpose="disputes"))
    answered: dict[str, set[int]] = {}
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if not operation.path.startswith("/v1/persons/"):
            continue

        @settings(GENTLY, max_examples=15)
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            case.path_parameters["token"] = SOMEBODY
            response = case.call(auth=signed)
            answered.setdefault(case.operation.label, set()).add(response.status_code)
            case.validate_response(response, checks=[not_a_server_error])

        ask()
    assert len(answered) == DOORS
    assert 403 in answered["GET /v1/persons/{token}/context"]
    assert answered["POST /v1/persons/{token}/links"] <= {200, 409, 422}


def command(desk: PersonDesk, *arguments: str) -> Result:
    variables = {
        "HUB_KAFKA": desk.hub.bootstrap,
        "HUB_NAMESPACE": desk.topology.namespace,
        "HUB_HOME": str(desk.hub.home),
        "HUB_GATEWAY": desk.hub.url,
    }
    return CliRunner().invoke(person, arguments, env=variables)


def token_file(folder: Path, jwt: str) -> str:
    path = folder / uuid.uuid4().hex
    path.write_text(jwt + "\n", encoding="ascii")
    return str(path)


def test_the_command_line_reads_links_and_lists_through_the_same_doors(
    desk: PersonDesk, matter: Matter, tmp_path: Path
) -> None:
    asked = ("context", REQUESTER, "--purpose", "requests", "--case", matter.matter_no, "--token-file")
    done = command(desk, *asked, token_file(tmp_path, desk.token()))
    assert done.exit_code == 0, done.output
    assert all(text in done.stdout for text in ("可以查阅", "在办事项 1 项", matter.matter_no, "水印"))
    wrong_role = command(desk, *asked, token_file(tmp_path, desk.token(role="service_worker")))
    assert (wrong_role.exit_code, "该职责不得为此用途查阅" in wrong_role.stderr) == (1, True)
    assert command(desk, "context", "nobody", *asked[2:], token_file(tmp_path, desk.token())).exit_code == 2

    other = "requests:1:00ca11e500ca11e5"
    steward, officer = (
        token_file(tmp_path, desk.token(who, role=role))
        for who, role in (("W017", "data_steward"), ("BM-2", "privacy_officer"))
    )
    link = (
        "link",
        REQUESTER,
        other,
        "--article",
        "个人信息保护法第三十四条",
        "--until",
        year_ahead(),
        "--words",
        "同一人更换号码",
    )
    request_no = json.loads(command(desk, *link, "--token-file", steward, "--json").stdout)["id"]
    approved = command(desk, "approve", REQUESTER, request_no, "--words", "属实", "--token-file", officer)
    assert (approved.exit_code, "已提交:同意" in approved.stdout) == (0, True)
    patiently(lambda: "已关联" in command(desk, "links", other).stdout)
    undone = command(desk, "unlink", REQUESTER, other, "--words", "号码登记有误", "--token-file", steward, "--json")
    command(desk, "approve", REQUESTER, json.loads(undone.stdout)["id"], "--token-file", officer)
    patiently(lambda: "已撤销" in command(desk, "links", other).stdout)
    (listed,) = json.loads(command(desk, "links", REQUESTER, "--json").stdout)["links"]
    assert (listed["state"], listed["asked_by"], listed["decided_by"], listed["to_put_right"]) == (
        "undone", "W017", "BM-2", [],
    )  # fmt: skip


def year_ahead() -> str:
    """Half a year from now, as it is typed."""
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(own_time() / 1000 + 180 * 86_400))


def test_a_case_that_is_closed_closes_the_door_and_takes_back_what_it_showed(desk: PersonDesk) -> None:
    caller = "requests:1:00ca11e600ca11e6"
    matter = desk.report(caller)
    read = desk.read(desk.token(), matter.matter_no, caller).json()
    assert desk.contexts()[read["request_no"]].content is not None
    desk.finish(matter)
    patiently(lambda: desk.find(desk.token(), read["request_no"], caller).status_code == 404)
    assert refusal(desk.read(desk.token(), matter.matter_no, caller)) == (403, "case_closed")
    desk.receipt("refused", "case_closed")
    assert read["request_no"] not in desk.contexts()


def test_every_reading_is_in_chains_that_are_whole_and_one_that_was_tampered_with_is_found(
    desk: PersonDesk, tmp_path: Path
) -> None:
    assert command(desk, "verify").exit_code == 0
    export = tmp_path / "export"
    assert command(desk, "receipts", "--export", str(export)).exit_code == 0
    assert run_verifier(export)[0] == 0
    lines = read_lines(export)
    refused = next(line for line in lines if line["result"] == "wrong_role")
    write_lines(export, [{**line, "result": "granted"} if line is refused else line for line in lines])
    code, printed = run_verifier(export)
    assert (code, faults_in(printed)) == (1, [(refused["chain"], refused["number"], "changed")])


def test_no_process_logs_whom_was_asked_about_or_what_was_answered(desk: PersonDesk) -> None:
    logged = (desk.hub.home / "gateway.log").read_text() + desk.worker.log()
    for told in (REQUESTER, RESIDENT, "失联", "情况紧急"):
        assert told not in logged
