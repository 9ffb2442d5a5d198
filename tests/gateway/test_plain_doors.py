"""The doors before FastAPI: only what their templates say is theirs, and they are counted as all others are."""

import httpx
import pytest

from streams.metrics import GATEWAY_REQUESTS
from tests.running_gateway import SYSTEM, Hub

ORDER = "50011720261122M00061-01"
DOORS = {
    "/v1/sources/{system}/events": f"/v1/sources/{SYSTEM}/events",
    "/v1/orders/{order_no}/{answer}": f"/v1/orders/{ORDER}/acknowledge",
    "/v1/approvals/{request_no}/{decision}": "/v1/approvals/50011720261122R00001/approve",
    "/v1/supervisions/{supervision_no}/{act}": "/v1/supervisions/50011720261122D00001/sign",
}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders",
        f"/v1/orders/{ORDER}",
        "/v1/orders//acknowledge",
        f"/v1/orders/{ORDER}/acknowledge/again",
        f"/v2/orders/{ORDER}/acknowledge",
        f"/x/v1/orders/{ORDER}/acknowledge",
        f"/v1/sources/{SYSTEM}/rows",
    ],
)
def test_a_path_that_is_nearly_a_doors_is_nobodys(hub: Hub, path: str) -> None:
    response = hub.client.post(path, headers={"Authorization": f"Bearer {hub.token()}"})
    assert (response.status_code, response.json()["type"]) == (404, "urn:hub:problem:http_404")


@pytest.mark.parametrize("path", DOORS.values(), ids=DOORS.keys())
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused(hub: Hub, method: str, path: str) -> None:
    response = hub.client.request(method, path)
    assert (response.status_code, response.json()["type"]) == (405, "urn:hub:problem:http_405")


@pytest.mark.parametrize("door", DOORS)
def test_a_request_is_counted_under_its_doors_template(hub: Hub, door: str) -> None:
    before = refused(hub.client, door)
    assert hub.client.post(DOORS[door]).status_code == 401
    assert refused(hub.client, door) == before + 1


def refused(client: httpx.Client, door: str) -> float:
    beginning = f'{GATEWAY_REQUESTS._name}_total{{door="{door}",status="4xx"}} '
    lines = client.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(beginning)).removeprefix(beginning))


def test_of_a_header_that_stands_twice_the_first_counts(hub: Hub) -> None:
    headers = [("Authorization", f"Bearer {hub.token()}"), ("Authorization", "Bearer none")]
    assert hub.client.post(f"/v1/orders/{ORDER}/acknowledge", headers=headers).status_code == 200
    assert hub.client.post(f"/v1/orders/{ORDER}/acknowledge", headers=headers[::-1]).status_code == 401
