"""The OpenAPI 3.1 document of one department's doors, made from its contract. Pure.

It says what a department's engineer has to build: what to sign, what to send, what comes back. Nothing in it is secret
and no example names a person.
"""

import re
from collections.abc import Iterable
from typing import Any

from connectors import idempotency
from connectors.contract import Contract
from connectors.item_schemas import item_avro, item_schema
from connectors.problems import MEDIA_TYPE, TITLES
from connectors.pushed_events import LONGEST_ATTRIBUTE, MOST_ROWS, REQUIRED, SPECIFICATION
from connectors.signatures import WINDOW_SECONDS
from streams.secrecy.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER

STRUCTURED, BATCH_JSON = "application/cloudevents+json", ("application/cloudevents-batch+json", "application/json")
AVRO = ("application/avro", "avro/binary", "application/vnd.apache.avro")
EVENTS, BATCHES = "/v1/sources/{system}/events", "/v1/sources/{system}/batches"
DISPUTES = "/v1/sources/{system}/disputes"
"""The doors of a department, as templates."""
REFUSALS = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
"""What every door may answer beside a receipt."""
AGAIN_LATER = (429, 503)

SIGNING = f"""每次推送都要签名:`{SIGNATURE_HEADER}` 是以共有密钥对 `时间戳 + "." + 请求体` 计算的 HMAC-SM3,十六进制小写;
`{TIMESTAMP_HEADER}` 是 Unix 秒,与中枢时钟相差不得超过 {WINDOW_SECONDS} 秒。

Sign each push: hex HMAC-SM3, under the shared key, of the timestamp, a full stop and the body."""

OUTCOMES = """只有 Kafka 确认写入之后才有回执。
`accepted` 已写入;`duplicate` 先前已写入;`quarantined` 不符合契约,已隔离,须更正后重发。
没有回执(429、503 或超时)时,以相同的编号重发。
同一记录、同一版本在 72 小时内再次推送:内容相同为 `duplicate`,回执指向第一次写入之处;
内容不同时,单条推送答 409,批量中该行为 `quarantined`。

A receipt is given only for what Kafka has; without one send the same again."""


def openapi_of(contract: Contract) -> dict[str, Any]:
    """The document as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{contract.name} · 推送接口",
            "version": "1",
            "description": f"{contract.department}:{contract.purpose}\n\n{SIGNING}\n\n{OUTCOMES}",
        },
        "paths": {
            EVENTS.format(system=contract.system): {"post": _push_event(contract)},
            BATCHES.format(system=contract.system): {"post": _push_batch(contract)},
            DISPUTES.format(system=contract.system): {"get": _disputes()},
        },
        "components": {
            "schemas": {
                "Row": row_schema(contract),
                "Event": _event_schema(contract),
                "Receipt": _receipt_schema(),
                "Disputes": _disputes_schema(),
                "Problem": _problem_schema(),
            }
        },
    }


def push_paths() -> dict[str, Any]:
    """The two doors of whichever department, for the gateway's own document; the department's says what goes in."""
    said = {
        EVENTS: ("push_event", "推送一条 CloudEvent(结构化或二进制模式),返回回执 / push one CloudEvent"),
        BATCHES: ("push_batch", "推送一批(JSON数组或Avro文件),逐行返回回执 / push many, one receipt a row"),
    }
    return {door: path_of(door, REFUSALS, operationId=name, summary=text) for door, (name, text) in said.items()}


def path_of(door: str, refusals: Iterable[int], **said: str) -> dict[str, Any]:
    """A door that stands before FastAPI for the gateway's own document: its template, members that tell of it."""
    names = re.findall(r"{(\w+)}", door)
    content: dict[str, Any] = {"application/json": {"schema": {}}}
    answers = {str(status): {"description": TITLES[status]} for status in refusals}
    return {
        "post": {
            **said,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ],
            "responses": {"200": {"description": "回执 / receipts", "content": content}, **answers},
        }
    }


def row_schema(contract: Contract) -> dict[str, Any]:
    """The JSON Schema of a row by the department's own names; fields it does not name go no further."""
    items = contract.all_items
    return {
        "type": "object",
        "title": contract.name,
        "properties": {item.source_field: item_schema(item) for item in items},
        "required": [item.source_field for item in items if item.required],
    }


def avro_event(contract: Contract) -> dict[str, Any]:
    """The Avro schema of an event in a container file."""
    row = {"type": "record", "name": "Row", "fields": [item_avro(item) for item in contract.all_items]}
    attributes = [{"name": name, "type": "string"} for name in REQUIRED]
    return {"type": "record", "name": "Event", "fields": [*attributes, {"name": "data", "type": row}]}


def _push_event(contract: Contract) -> dict[str, Any]:
    return {
        "operationId": "push_event",
        "summary": "推送一条,返回回执 / push one event",
        "description": "结构化模式(CloudEvents JSON),或二进制模式:行为请求体,属性在 ce- 头中。",
        "parameters": [*_signature_headers(), _key_header(), *_event_headers(contract)],
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": _reference("Event")},
                "application/json": {"schema": _reference("Row")},
            },
        },
        "responses": {"200": _answer("回执 / a receipt", _reference("Receipt")), **_refusals()},
    }


def _push_batch(contract: Contract) -> dict[str, Any]:
    events = {"type": "array", "items": _reference("Event"), "maxItems": MOST_ROWS}
    file = {"schema": {"type": "string", "format": "binary"}, "x-avro-schema": avro_event(contract)}
    receipts = {"type": "array", "items": _reference("Receipt")}
    return {
        "operationId": "push_batch",
        "summary": "推送一批,逐行返回回执 / push many events",
        "description": "JSON 数组,或未压缩的 Avro 容器文件(结构见 x-avro-schema)。一行有错不影响其他行。",
        "parameters": [*_signature_headers(), _key_header()],
        "requestBody": {
            "required": True,
            "content": {**{kind: {"schema": events} for kind in BATCH_JSON}, **dict.fromkeys(AVRO, file)},
        },
        "responses": {"200": _answer("逐行回执 / a receipt for each row", receipts), **_refusals()},
    }


def _disputes() -> dict[str, Any]:
    return {
        "operationId": "disputes",
        "summary": "查询退回核校、尚未答复的数据 / what was given back and is not answered",
        "description": "通过校验但使用方认为有误的值,须在时限内核校;更正的以新版本重发,结论告知中枢。签名时请求体空。",
        "parameters": _signature_headers(),
        "responses": {
            "200": _answer("待核校 / what is to be answered for", _reference("Disputes")),
            **{str(status): _refusal(status) for status in (401, 404, 429, 503)},
        },
    }


def _disputes_schema() -> dict[str, Any]:
    properties = {
        "number": {"type": "integer", "minimum": 0, "description": "编号,答复时引用"},
        "row": {"type": "string", "description": "行的标识"},
        "item": {"type": "string", "description": "数据项"},
        "title": {"type": "string", "description": "数据项名称"},
        "objection": {"type": "string", "description": "异议及提出者"},
        "raised_at": {"type": "string", "format": "date-time", "description": "提出时间"},
        "answer_due_at": {"type": "string", "format": "date-time", "description": "时限"},
        "overdue": {"type": "boolean", "description": "已超时限"},
    }
    dispute = {"type": "object", "title": "异议", "properties": properties, "required": list(properties)}
    listed = {"disputes": {"type": "array", "items": dispute}}
    return {"type": "object", "title": "退回核校", "properties": listed, "required": list(listed)}


def _signature_headers() -> list[dict[str, Any]]:
    seconds = _header(TIMESTAMP_HEADER, {"type": "string", "pattern": "^[0-9]{1,12}$"}, "Unix 秒")
    digest = _header(SIGNATURE_HEADER, {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "HMAC-SM3,十六进制")
    return [{**header, "required": True} for header in (seconds, digest)]


def _key_header() -> dict[str, Any]:
    said = "可选:本次请求的随机标识(不得含个人信息)。72 小时内同一标识、同一内容得到第一次的回执,内容不同答 409"
    return _header(idempotency.HEADER, {"type": "string", "pattern": f"^{idempotency.PATTERN}$"}, said)


def _event_headers(contract: Contract) -> list[dict[str, Any]]:
    said = "仅二进制模式 / binary mode only"
    schemas: dict[str, dict[str, Any]] = {
        "specversion": {"const": SPECIFICATION},
        "type": {"enum": [*contract.event_types]},
    }
    return [
        _header(f"ce-{name}", schemas.get(name, {"type": "string", "maxLength": LONGEST_ATTRIBUTE}), said)
        for name in ("specversion", *REQUIRED)
    ]


def _header(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": schema, "description": description}


def _event_schema(contract: Contract) -> dict[str, Any]:
    attribute = {"type": "string", "minLength": 1, "maxLength": LONGEST_ATTRIBUTE}
    return {
        "type": "object",
        "title": "CloudEvents 1.0",
        "properties": {
            "specversion": {"const": SPECIFICATION},
            "id": {**attribute, "title": "事件编号", "description": "部门自己的编号,回执以它为名"},
            "source": {**attribute, "title": "来源"},
            "type": {"enum": [*contract.event_types], "title": "事件类型"},
            "data": _reference("Row"),
        },
        "required": ["specversion", *REQUIRED, "data"],
    }


def _receipt_schema() -> dict[str, Any]:
    properties = {
        "id": {"type": "string", "description": "事件编号 / the event's id"},
        "status": {"enum": ["accepted", "duplicate", "quarantined"]},
        "topic": {"type": "string"},
        "partition": {"type": "integer", "minimum": 0},
        "offset": {"type": "integer", "minimum": 0},
    }
    return {"type": "object", "title": "回执", "properties": properties, "required": list(properties)}


def _problem_schema() -> dict[str, Any]:
    properties = {
        "type": {"type": "string", "description": "urn:hub:problem:<reason>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    }
    return {"type": "object", "title": "问题 (RFC 9457)", "properties": properties, "required": list(properties)}


def _refusals() -> dict[str, Any]:
    return {str(status): _refusal(status) for status in REFUSALS}


def _refusal(status: int) -> dict[str, Any]:
    answer = _answer(TITLES[status], _reference("Problem"), MEDIA_TYPE)
    if status not in AGAIN_LATER:
        return answer
    retry = {"required": True, "description": "几秒后重发 / seconds", "schema": {"type": "integer", "minimum": 1}}
    return {**answer, "headers": {"Retry-After": retry}}


def _answer(description: str, schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
