"""The scanner finds a marked value in every form, wherever it lies, and nothing where there is none."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy.marks import STEMS, Marks, certificates, households, phones, sentences
from tests.privacy.scanner import CHUNK_BYTES, Scanner

PERSON = Marks.drawn(seed=7, count=1).persons[0]
VALUES = {
    "certificate": PERSON.certificate,
    "old certificate": PERSON.old_certificate,
    "phone": PERSON.phone,
    "household": PERSON.household,
    "name": PERSON.name,
    "licence plate": PERSON.plate,
}
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

Planted = Callable[[str], bytes]
FORMS: dict[str, Planted] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-16 with its mark": lambda text: text.encode("utf-16"),
    "gb18030": lambda text: text.encode("gb18030"),
    "small letters": lambda text: text.lower().encode(),
    "great letters": lambda text: text.upper().encode(),
    "full-width": lambda text: text.translate(WIDE).encode(),
    "full-width gb18030": lambda text: text.translate(WIDE).encode("gb18030"),
    "full-width utf-16": lambda text: text.translate(WIDE).encode("utf-16-le"),
    "blanks": lambda text: " ".join(text).encode(),
    "hyphens": lambda text: "-".join(text).encode(),
    "blanks of Chinese width": lambda text: "\u3000".join(text).encode(),
    "full-width with hyphens": lambda text: "-".join(text.translate(WIDE)).encode(),
    "backwards": lambda text: text[::-1].encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal great": lambda text: text.encode().hex().upper().encode(),
    "hexadecimal gb18030": lambda text: text.encode("gb18030").hex().encode(),
    "hexadecimal with blanks": lambda text: text.encode().hex(" ").encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 one in": lambda text: base64.b64encode(b"a" + text.encode() + b"z"),
    "base64 two in": lambda text: base64.b64encode(b"ab" + text.encode() + b"z"),
    "base64 url": lambda text: base64.urlsafe_b64encode(text.encode()),
    "base64 gb18030": lambda text: base64.b64encode(text.encode("gb18030")),
    "base64 utf-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
    "percent": lambda text: quote(text).encode(),
    "percent of everything": lambda text: "".join(f"%{octet:02X}" for octet in text.encode()).encode(),
    "percent reversed": lambda text: quote(text[::-1]).encode(),
    "escaped": lambda text: json.dumps(text).encode(),
    "octets of Python": lambda text: repr(text.encode("gb18030")).encode(),
    "packed": lambda text: base64.b64encode(zlib.compress(json.dumps([text] * 9, ensure_ascii=False).encode())),
    "gzip": lambda text: gzip.compress(text.encode()),
    "packed twice": lambda text: base64.b64encode(zlib.compress(base64.b64encode(zlib.compress(text.encode() * 9)))),
}


def found(data: bytes) -> set[str]:
    return {finding.kind for finding in Scanner(STEMS).scan("here", data)}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("form", FORMS)
def test_a_value_is_found_in_every_form(form: str, kind: str) -> None:
    assert kind in found(FORMS[form](VALUES[kind]))


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("certificate", text) for text in certificates(PERSON)[:5]),
        *(("old certificate", text) for text in certificates(PERSON)[5:]),
        *(("phone", text) for text in phones(PERSON)),
        *(("household", text) for text in households(PERSON)),
    ],
)
def test_what_clerks_write_is_found_as_they_write_it(kind: str, written: str) -> None:
    assert found(f'{{"value": "{written}"}}'.encode()) == {kind}


@pytest.mark.parametrize("said", sentences(PERSON))
def test_every_sentence_about_a_person_is_found(said: str) -> None:
    assert found(f"请尽快处理,{said}".encode("gb18030"))


@given(
    st.binary(max_size=300), st.sampled_from(sorted(VALUES)), st.sampled_from(sorted(FORMS)), st.binary(max_size=300)
)
def test_whatever_stands_around_it_hides_no_value(before: bytes, kind: str, form: str, after: bytes) -> None:
    whole = form in ("gzip", "packed", "packed twice")
    fence = b"\xff\n"
    planted = FORMS[form](VALUES[kind])
    assert kind in found(planted if whole else before + fence + planted + fence + after)


def test_a_value_across_two_chunks_is_found() -> None:
    for before in (CHUNK_BYTES - 5, CHUNK_BYTES - 30):
        assert found(b"." * before + PERSON.certificate.encode() + b"." * 9) == {"certificate"}


def test_noise_holds_no_value() -> None:
    random = Random(11)
    noise = random.randbytes(4_000_000)
    digits = "".join(map(str, (random.randrange(10**12) for _ in range(100_000)))).encode()
    assert not found(noise)
    assert not found(base64.b64encode(noise))
    assert not found(digits)


def test_a_finding_says_where_and_what_stands_around_it() -> None:
    (finding,) = Scanner(STEMS).scan("hub.log", f"caller {PERSON.phone} said".encode())
    assert str(finding).startswith("hub.log: phone, plain utf-8: ")
    assert PERSON.phone in str(finding)
