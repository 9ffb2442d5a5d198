"""The types that items of a contract can have: what a department may write, and what the hub makes of it.

`parse` takes what a medium delivered (JSON values, CSV texts, database values) and returns what goes on, or raises a
Violation; it never names the value in the message. `avro` is the type of the item in the source topic's schema.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Protocol

from connectors import times
from connectors.check_characters import identity_check_character, is_credit_code
from connectors.coordinates import Datum, Point, to_cgcs2000, uncertainty_metres
from connectors.personal import masked, squeezed, without_numbers
from connectors.vocabulary import Purpose

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
IDENTITY = re.compile(r"\d{17}[0-9X]", re.ASCII)
OLD_IDENTITY = re.compile(r"\d{15}", re.ASCII)
BRACKETS = re.compile(r"[()（）]")
COUNTRY = re.compile(r"^(\+|00)?86(?=1\d{10}$)")
MOBILE_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
PHONE = re.compile(r"1[3-9]\d{9}|0?\d{7,11}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)


class Violation(Exception):
    """A value breaks a rule. `rule` is a stable code, `message` is for the department, without the value."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


class ValueType(Protocol):
    """What an item can be."""

    @property
    def avro(self) -> str: ...

    def parse(self, value: Any) -> Any: ...


@dataclass(frozen=True)
class Text:
    """A text of at most `longest` characters, without control characters; `pattern` must match the whole of it.

    Numbers of persons are masked where no pattern says what stands there.
    """

    longest: int = 200
    pattern: str | None = None
    avro = "string"

    @cached_property
    def _form(self) -> re.Pattern[str] | None:
        return None if self.pattern is None else re.compile(self.pattern, re.ASCII)

    def parse(self, value: Any) -> str:
        text = self.said(value)
        if self._form is None:
            return without_numbers(text)
        if not self._form.fullmatch(text):
            raise Violation("pattern", "格式不符")
        return text

    def said(self, value: Any) -> str:
        """The text as it came, whatever its pattern."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Violation("type", "应为文本")
        text = str(value).strip()
        if len(text) > self.longest:
            raise Violation("length", f"超过{self.longest}个字")
        if not text.isprintable() and CONTROL.search(text):  # the first is quick, and true of nearly all
            raise Violation("characters", "含控制字符或不成对的代理字符")
        return text


CREDIT_CODE = Text(18, r"[0-9A-Z]{18}")
HOUSEHOLD = Text(30, r"[0-9A-Z]{4,30}")


@dataclass(frozen=True)
class Code:
    """A code of the department's own table; `table` gives each code its Chinese meaning.

    A database's yes and no are the codes 1 and 0.
    """

    table: Mapping[Any, str]
    avro = "string"

    def parse(self, value: Any) -> str:
        code = str(int(value) if isinstance(value, bool) else value).strip() if isinstance(value, str | int) else ""
        if code not in self.table:
            raise Violation("code_table", "代码不在代码表中")
        return code


@dataclass(frozen=True)
class CodeList:
    """Some codes, as a list or as one text with commas; one text with commas inside, without repetitions."""

    of: Text
    most: int = 50
    avro = "string"

    def parse(self, value: Any) -> str:
        parts = re.split(r"[,,;;、]", value) if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or not parts:
            raise Violation("type", "应为以逗号分隔的代码")
        if len(parts) > self.most:
            raise Violation("length", f"超过{self.most}个代码")
        codes = [self.of.parse(part) for part in parts]
        if not all(codes):
            raise Violation("pattern", "含空代码")
        return ",".join(dict.fromkeys(codes))


@dataclass(frozen=True)
class CreditCode:
    """A unified social credit code, 18 characters (GB 32100). A wrong check character is a doubt, not an error."""

    avro = "string"

    def parse(self, value: Any) -> str:
        return CREDIT_CODE.parse(value.upper() if isinstance(value, str) else value)

    def doubt(self, code: str) -> str | None:
        """What is doubtful about a code that was parsed, as a stable word; None where nothing is."""
        return None if is_credit_code(code) else "credit_code"


@dataclass(frozen=True)
class Whole:
    """A whole number between `least` and `most`; a text of digits will do."""

    least: int = 0
    most: int = 2**53
    avro = "long"

    def parse(self, value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value.strip(), re.ASCII):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Violation("type", "应为整数")
        if not self.least <= value <= self.most:
            raise Violation("range", f"应在{self.least}与{self.most}之间")
        return value


@dataclass(frozen=True)
class Real:
    """A finite number between `least` and `most`; a database's decimal or a decimal text of a file will do."""

    least: float = -1e12
    most: float = 1e12
    avro = "double"

    def parse(self, value: Any) -> float:
        if isinstance(value, Decimal) or (isinstance(value, str) and DECIMAL.fullmatch(value.strip())):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Violation("type", "应为数值")
        if not self.least <= value <= self.most:  # false for NaN
            raise Violation("range", f"应在{self.least:g}与{self.most:g}之间")
        return float(value)


@dataclass(frozen=True)
class LocalTime:
    """An instant as local text without a zone, or a database's own moment: Beijing time. Milliseconds inside."""

    avro = "long"

    def parse(self, value: Any) -> int:
        try:
            return times.from_local(value) if isinstance(value, datetime) else times.from_local_text(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Violation("time", "应为北京时间 YYYY-MM-DD HH:MM:SS") from error


@dataclass(frozen=True)
class ZonedTime:
    """An instant with its offset, RFC 3339. Milliseconds inside."""

    avro = "long"

    def parse(self, value: Any) -> int:
        try:
            return times.from_rfc3339(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Violation("time", "应为带时区的时间 YYYY-MM-DDTHH:MM:SS+08:00") from error


@dataclass(frozen=True)
class EpochTime:
    """An instant as a device counts it: milliseconds since the epoch."""

    avro = "long"

    def parse(self, value: Any) -> int:
        try:
            return times.from_epoch(Whole().parse(value))
        except (ValueError, Violation) as error:
            raise Violation("time", "应为毫秒时间戳") from error


@dataclass(frozen=True)
class Day:
    """A day of the calendar; `YYYY-MM-DD` inside."""

    avro = "string"

    def parse(self, value: Any) -> str:
        try:
            return date.isoformat(value if isinstance(value, date) else times.day_of(str(value).strip()))
        except ValueError as error:
            raise Violation("date", "应为日期 YYYY-MM-DD") from error


@dataclass(frozen=True)
class Position:
    """`longitude,latitude` in degrees, in the datum that the contract names; the text goes on as it was said."""

    datum: Datum
    avro = "string"

    def parse(self, value: Any) -> str:
        text = Text(64).said(value)
        self.point(text)
        return text

    def point(self, text: str) -> Point:
        """The degrees of a text, still in `datum`; Violation where it is no position in China."""
        try:
            longitude, latitude = (float(part) for part in text.split(","))
        except ValueError as error:
            raise Violation("position", "应为“经度,纬度”") from error
        if not (73 < longitude < 136 and 3 < latitude < 54) or math.isnan(longitude + latitude):
            raise Violation("position", "坐标不在国内")
        return Point(longitude, latitude)

    def to_cgcs2000(self, text: str) -> Point:
        """The place of a text in the hub's datum."""
        return to_cgcs2000(self.point(text), self.datum)

    def uncertainty_metres(self, text: str) -> float:
        """How far off its decimals leave a position that was parsed; the longer number counts, zeros get lost."""
        return uncertainty_metres(max(len(part.strip().partition(".")[2]) for part in text.split(",")))


@dataclass(frozen=True)
class Masked:
    """A free text that the department has masked; what it has missed is masked here, as far as it can be told."""

    longest: int = 2000
    avro = "string"

    def parse(self, value: Any) -> str:
        return masked(Text(self.longest).said(value))


Identifier = Literal["phone", "certificate", "household"]
"""By what a department names a person: a phone number, an identity number, the number of a household register."""


@dataclass(frozen=True)
class PersonToken:
    """A person or household: the department delivers the number, the hub keeps a token for one purpose."""

    purpose: Purpose
    by: Identifier = "phone"
    avro = "string"

    def parse(self, value: Any) -> str:
        """The number in its one form; it must be tokenised at once."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Violation("type", "应为文本")
        match self.by:
            case "phone":
                return phone_number(str(value))
            case "certificate":
                return identity_number(str(value))
            case "household":
                return HOUSEHOLD.parse(squeezed(str(value)).upper())


def phone_number(text: str) -> str:
    """Eleven digits, or the digits of a landline; Violation."""
    if MOBILE_PHONE.fullmatch(text):  # nearly all are written so
        return text
    digits = COUNTRY.sub("", BRACKETS.sub("", squeezed(text)))
    if not PHONE.fullmatch(digits):
        raise Violation("phone", "应为电话号码")
    return digits


def identity_number(text: str) -> str:
    """The 18 characters of an identity number (GB 11643); one of 15 digits becomes the 18 that were issued for it."""
    number = squeezed(text).upper()
    if OLD_IDENTITY.fullmatch(number):
        body = f"{number[:6]}19{number[6:]}"
        number = body + identity_check_character(body)
    if not IDENTITY.fullmatch(number) or number[-1] != identity_check_character(number[:17]):
        raise Violation("identity_number", "不是有效的公民身份号码")
    try:
        date.fromisoformat(number[6:14])
    except ValueError as error:
        raise Violation("identity_number", "不是有效的公民身份号码") from error
    return number
