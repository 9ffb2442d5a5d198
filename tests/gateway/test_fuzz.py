"""Whatever is sent to the doors, signed, is answered as their OpenAPI documents say, never with an error of ours."""

import time
from io import BytesIO
from typing import Any

import fastavro
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.openapi import AVRO, avro_event
from connectors.systems import fleet
from streams.secrecy.signing import signature_headers
from tests.running_gateway import SYSTEM, Hub

CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
GENTLY = settings(
    max_examples=80,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMA = avro_event(fleet()[SYSTEM].contract)


class Signed(AuthBase):
    """Signs what is really sent, so that bodies come past the signature."""

    def __init__(self, hub: Hub) -> None:
        self._key, self._token = hub.key, hub.token()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        content = body.encode(errors="surrogatepass") if isinstance(body, str) else body
        assert isinstance(content, bytes)
        request.headers.update(signature_headers(self._key, int(time.time()), content))
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _container(records: list[dict[str, object]]) -> bytes:
    file = BytesIO()
    fastavro.writer(file, fastavro.parse_schema(SCHEMA), records)
    return file.getvalue()


def _avro_values(schema: object) -> st.SearchStrategy[object]:
    match schema:
        case {"type": "record", "fields": fields}:
            return st.fixed_dictionaries({field["name"]: _avro_values(field["type"]) for field in fields})
        case [*branches]:
            return st.one_of(*map(_avro_values, branches))
        case "long":
            return st.integers(-(2**63), 2**63 - 1)
        case "double":
            return st.floats()
        case "null":
            return st.none()
        case _:
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


FILES: st.SearchStrategy[bytes] = st.lists(_avro_values(SCHEMA), max_size=3).map(_container)  # type: ignore[arg-type]
CUT_OR_WRONG = st.builds(lambda file, cut, tail: file[:cut] + tail, FILES, st.integers(0, 900), st.binary(max_size=50))
schemathesis.openapi.media_type(AVRO[0], FILES | CUT_OR_WRONG, aliases=AVRO[1:])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as_agreed", "otherwise"])
@pytest.mark.parametrize("door", ["events", "batches"])
def test_a_departments_door_answers_as_its_document_says(hub: Hub, door: str, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_url(f"{hub.url}/openapi/{SYSTEM}.json")
    operation = document[f"/v1/sources/{SYSTEM}/{door}"]["POST"]
    signed, answered = Signed(hub), set()

    @GENTLY
    @given(case=operation.as_strategy(generation_mode=mode))
    def push(case: Case[Any]) -> None:
        response = case.call(auth=signed)
        answered.add(response.status_code)
        case.validate_response(response, checks=CONFORMS)

    push()
    assert 401 not in answered
    assert 200 in answered


def test_no_door_of_the_gateway_answers_anything_with_an_error_of_ours(hub: Hub) -> None:
    document = schemathesis.openapi.from_url(f"{hub.url}/openapi.json")
    signed = Signed(hub)
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(GENTLY, max_examples=25)
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            case.call_and_validate(auth=signed, checks=[not_a_server_error])

        ask()
