"""Each department finds at the gateway what it has to send: from its contract, for programs and for people."""

from io import BytesIO
from typing import Any

import fastavro
import jsonschema_rs
import pytest

from connectors.item_schemas import value_schema
from connectors.openapi import avro_event, openapi_of, row_schema
from connectors.openapi_page import page_of
from connectors.systems import fleet
from connectors.values import PersonToken
from streams.topology import load_topology
from tests.connectors.fleet_samples import samples
from tests.gateway.test_pushes import request_data
from tests.running_gateway import SYSTEM, Hub

PUSHING = sorted(
    name for name, wiring in load_topology(environment={}).connectors.items() if wiring.reader == "http_push"
)


@pytest.mark.parametrize("system", PUSHING)
def test_the_good_sample_of_a_department_is_what_its_document_asks_for(system: str) -> None:
    jsonschema_rs.validate(row_schema(fleet()[system].contract), samples()[system].good)


@pytest.mark.parametrize("system", PUSHING)
def test_what_the_contract_requires_is_required_in_the_document(system: str) -> None:
    contract = fleet()[system].contract
    good = samples()[system].good
    for item in contract.all_items:
        without = {name: value for name, value in good.items() if name != item.source_field}
        assert jsonschema_rs.is_valid(row_schema(contract), without) is not item.required, item.name


@pytest.mark.parametrize("system", sorted(fleet()))
def test_every_example_is_taken_by_the_contract_and_none_names_a_person(system: str) -> None:
    for item in fleet()[system].contract.all_items:
        examples = value_schema(item.type).get("examples", ())
        assert not (examples and isinstance(item.type, PersonToken))
        for example in examples:
            item.type.parse(example)


def test_a_document_has_the_chinese_titles_and_code_tables_of_the_contract() -> None:
    properties = openapi_of(fleet()[SYSTEM].contract)["components"]["schemas"]["Row"]["properties"]
    assert properties["request_class"]["title"] == "诉求类别"
    assert {"const": "A1", "title": "水管爆裂"} in properties["request_class"]["oneOf"]
    assert "requester_phone" in properties
    assert "requester_token" not in properties


def test_an_avro_file_of_the_documents_schema_is_taken(hub: Hub) -> None:
    document = hub.client.get(f"/openapi/{SYSTEM}.json").json()
    content = document["paths"][f"/v1/sources/{SYSTEM}/batches"]["post"]["requestBody"]["content"]
    schema = content["application/avro"]["x-avro-schema"]
    assert schema == avro_event(fleet()[SYSTEM].contract)
    file = BytesIO()
    event: dict[str, Any] = {"id": "a", "source": "urn:app", "type": "request.submitted", "data": request_data()}
    fastavro.writer(file, fastavro.parse_schema(schema), [event])
    receipts = hub.push("batches", file.getvalue(), "application/avro").json()
    assert [receipt["status"] for receipt in receipts] == ["accepted"]


def test_a_page_stands_alone_and_names_every_item() -> None:
    for system in PUSHING:
        contract = fleet()[system].contract
        page = page_of(contract)
        assert "<script" not in page
        assert "http:" not in page
        assert "https:" not in page
        assert all(item.source_field in page and item.title in page for item in contract.all_items)


def test_documents_are_there_for_those_who_push_and_for_nobody_else(hub: Hub) -> None:
    assert hub.client.get(f"/openapi/{SYSTEM}.json").json()["info"]["title"].startswith("社区e通APP")
    page = hub.client.get(f"/docs/{SYSTEM}")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "诉求类别" in page.text
    for path in ("/openapi/no_system.json", "/docs/no_system", "/docs/ga_alarm110"):
        response = hub.client.get(path)
        assert response.status_code == 404
        assert response.json()["type"] == "urn:hub:problem:no_such_system"


def test_no_document_shows_a_secret(hub: Hub) -> None:
    for path in (f"/openapi/{SYSTEM}.json", f"/docs/{SYSTEM}"):
        assert hub.key.decode() not in hub.client.get(path).text
