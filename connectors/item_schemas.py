"""What a department has to send for one item, as JSON Schema and as Avro. Pure.

The schemas name the form that the contract asks for; `values.py` takes some others too, such as a number as text.
"""

from typing import Any

from connectors.contract import Item
from connectors.values import (
    Code,
    CodeList,
    CreditCode,
    Day,
    EpochTime,
    Identifier,
    LocalTime,
    Masked,
    PersonToken,
    Position,
    Real,
    Text,
    ValueType,
    Whole,
    ZonedTime,
)
from connectors.vocabulary import DATA_CLASSES, PURPOSES

AVRO_OF_JSON = {"string": "string", "integer": "long", "number": "double", "array": "string"}
"""Lists go into Avro as one text with commas: the gateway takes no arrays there."""
IDENTIFIERS: dict[Identifier, str] = {"phone": "电话号码", "certificate": "公民身份号码", "household": "户号"}
LONGEST_IDENTIFIER = 40


def item_schema(item: Item) -> dict[str, Any]:
    """The JSON Schema of one item: Chinese title, class, type, codes, and an example where that names nobody."""
    form = value_schema(item.type)
    said = f"{DATA_CLASSES[item.data_class]};{form.pop('description')}"
    named = {"title": item.title, "description": said}
    return {**named, **form} if item.required else {**named, "anyOf": [form, {"type": "null"}]}


def item_avro(item: Item) -> dict[str, Any]:
    """The field of one item in the Avro rows that a department sends."""
    avro = AVRO_OF_JSON[value_schema(item.type)["type"]]
    field = {"name": item.source_field, "doc": item.title}
    return {**field, "type": avro} if item.required else {**field, "type": ["null", avro], "default": None}


def value_schema(kind: ValueType) -> dict[str, Any]:
    """The JSON Schema of a type of values, with a Chinese description; TypeError for a type it does not know."""
    match kind:
        case Code():
            codes = [{"const": code, "title": meaning} for code, meaning in kind.table.items()]
            return _text("代码", oneOf=codes, examples=[codes[0]["const"]])
        case PersonToken():
            said = f"{IDENTIFIERS[kind.by]},在前置入口换成令牌,只用于{PURPOSES[kind.purpose]}"
            return _text(said, maxLength=LONGEST_IDENTIFIER)
        case Text() | Masked() | CodeList() | CreditCode():
            return _free_text(kind)
        case Whole() | Real() | EpochTime():
            return _number(kind)
        case LocalTime() | ZonedTime() | Day() | Position():
            return _formed_text(kind)
        case _:
            raise TypeError(f"no schema is known of {type(kind).__name__}")


def _text(description: str, **rules: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **rules}


def _free_text(kind: Text | Masked | CodeList | CreditCode) -> dict[str, Any]:
    match kind:
        case Text(pattern=None):
            return _text("文本", maxLength=kind.longest)
        case Text():
            return _text("文本", maxLength=kind.longest, pattern=f"^(?:{kind.pattern})$")
        case Masked():
            return _text("已脱敏的文本,不得含姓名、电话和证件号码", maxLength=kind.longest)
        case CodeList():
            said = f"代码的列表,最多{kind.most}个;在 Avro 中为以英文逗号分隔的文本"
            return {"type": "array", "description": said, "items": value_schema(kind.of), "maxItems": kind.most}
        case CreditCode():
            return _text("统一社会信用代码(GB 32100)", pattern="^[0-9A-Z]{18}$")


def _number(kind: Whole | Real | EpochTime) -> dict[str, Any]:
    match kind:
        case Whole():
            described, json_type, example = "整数", "integer", kind.least
        case Real():
            return {"type": "number", "description": "数值", "minimum": kind.least, "maximum": kind.most}
        case EpochTime():
            return {"type": "integer", "description": "毫秒时间戳", "examples": [1_795_305_600_000]}
    limits = {"minimum": kind.least, "maximum": kind.most, "examples": [example]}
    return {"type": json_type, "description": described, **limits}


def _formed_text(kind: LocalTime | ZonedTime | Day | Position) -> dict[str, Any]:
    match kind:
        case LocalTime():
            said, pattern, example = "北京时间", r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$", "2026-11-22 08:00:00"
        case ZonedTime():
            return _text("带时区的时间(RFC 3339)", format="date-time", examples=["2026-11-22T08:00:00+08:00"])
        case Day():
            return _text("日期", format="date", examples=["2026-11-22"])
        case Position():
            said, pattern = f"“经度,纬度”,坐标系 {kind.datum}", r"^\d{2,3}(\.\d+)?,\d{1,2}(\.\d+)?$"
            example = "106.276,29.972"
    return _text(said, pattern=pattern, examples=[example])
