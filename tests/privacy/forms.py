"""The forms in which a text may lie in bytes: encodings, letters of either case, full-width ones, digits with
separators, hexadecimal, Base64 wherever it begins, percent-encoding, escapes, backwards, and packed.

A form is looked for in a view of the bytes: as they are, in lower case, or in lower case without separators and zero
bytes, so that what is parted, or of two bytes a letter, is one run there.
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

View = Literal["exact", "lower", "run"]
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
SEPARATORS = b"\0\t\r\n -._/()"
LONG_SEPARATORS = ("\u3000", "\xa0", "·", "–", "—", "\uff0d", "−")
BETWEEN = re.compile(b"|".join(re.escape(one.encode(code)) for one in LONG_SEPARATORS for code in ("utf-8", "gb18030")))
PACKED_TEXT = re.compile(rb"(?:eJ|eN|eA|H4sI)[A-Za-z0-9+/_-]{22,}={0,2}")
"""Base64 of what zlib or gzip has packed."""
PACKED = (b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")
DEEPEST = 3


@dataclass(frozen=True)
class Form:
    """One way of writing a stem: the bytes to look for, in which view."""

    name: str
    view: View
    sought: bytes


def views(data: bytes) -> Mapping[View, bytes]:
    """The bytes as forms are looked for in them."""
    lower = data.lower()
    return {"exact": data, "lower": lower, "run": BETWEEN.sub(b"", lower).translate(None, SEPARATORS)}


def forms_of(stem: str) -> list[Form]:
    """Every form of a text, each sought bytes once."""
    found: dict[bytes, Form] = {}
    for form in (*_plain(stem), *_escaped(stem), *_base64(stem)):
        found.setdefault(form.sought, form)
    return list(found.values())


def _plain(stem: str) -> Iterator[Form]:
    """Also full-width and backwards; UTF-16 of ASCII is a run of the same bytes without the zeros."""
    low, wide = stem.lower(), stem.upper().translate(WIDE)
    for encoding in ENCODINGS:
        for name, text in (("plain", low), ("backwards", low[::-1])):
            yield Form(f"{name} {encoding}", "run", low_bytes(text, encoding).translate(None, SEPARATORS))
        if wide != stem:
            for text in (wide, wide.lower(), wide[::-1]):
                yield Form(f"full-width {encoding}", "run", low_bytes(text, encoding).translate(None, SEPARATORS))


def low_bytes(text: str, encoding: str) -> bytes:
    """A text as it lies in bytes of which every ASCII letter was made small."""
    return text.encode(encoding).lower()


def _escaped(stem: str) -> Iterator[Form]:
    for text in {stem, stem.lower(), stem.upper()}:
        for encoding in ENCODINGS:
            octets = text.encode(encoding)
            yield Form(f"hexadecimal {encoding}", "run", octets.hex().encode())
            yield Form(f"percent {encoding}", "lower", "".join(f"%{octet:02x}" for octet in octets).encode())
            yield Form(f"escaped octets {encoding}", "lower", "".join(f"\\x{octet:02x}" for octet in octets).encode())
            yield Form(f"octets of Python {encoding}", "lower", repr(octets)[2:-1].lower().encode())
            yield Form(f"hexadecimal backwards {encoding}", "run", octets.hex()[::-1].encode())
        yield Form("percent", "lower", quote(text).lower().encode())
        yield Form("percent backwards", "lower", quote(text).lower()[::-1].encode())
        yield Form("percent of the reversed", "lower", quote(text[::-1]).lower().encode())
        yield Form("escaped", "lower", json.dumps(text).strip('"').lower().encode())
        yield Form("escaped letters", "lower", "".join(f"\\u{ord(letter):04x}" for letter in text).encode())


def _base64(stem: str) -> Iterator[Form]:
    """The letters that depend on nothing but the stem, for each of the three places where it may begin."""
    for text in {stem, stem.lower(), stem.upper().translate(WIDE), stem[::-1]}:
        for encoding in ENCODINGS:
            octets = text.encode(encoding)
            for before in range(3):
                first, last = (0, 2, 3)[before], (before + len(octets)) * 8 // 6
                for name, encode in (("", base64.b64encode), ("url ", base64.urlsafe_b64encode)):
                    letters = encode(bytes(before) + octets)[first:last]
                    yield Form(f"base64 {name}{encoding}", "exact", letters)


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """What is packed in some bytes, whole or as runs of Base64, and what is packed in that again."""
    if depth == DEEPEST:
        return
    candidates = [base64.urlsafe_b64decode(_padded(run[0])) for run in PACKED_TEXT.finditer(data)]
    for candidate in (data, *candidates):
        if candidate.startswith(PACKED) and (inner := _inflated(candidate)):
            yield inner
            yield from unpacked(inner, depth + 1)


def _padded(run: bytes) -> bytes:
    letters = run.rstrip(b"=").translate(bytes.maketrans(b"+/", b"-_"))
    return letters[: len(letters) // 4 * 4 or None] if len(letters) % 4 == 1 else letters + b"=" * (-len(letters) % 4)


def _inflated(data: bytes) -> bytes:
    try:
        return gzip.decompress(data) if data[:1] == b"\x1f" else zlib.decompressobj().decompress(data)
    except (OSError, EOFError, zlib.error):
        return b""
