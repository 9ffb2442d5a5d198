"""Looks for marked values in bytes, in every form that `forms.py` knows, and says where each was found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from tests.privacy.forms import forms_of, unpacked, views

CHUNK_BYTES = 8 * 1024 * 1024
OVERLAP_BYTES = 512
"""No form of a stem, separators and all, is longer."""
SHOWN_BYTES = 60


@dataclass(frozen=True)
class Finding:
    """A value in clear: of which kind, in which form, where, and what stands around it."""

    kind: str
    form: str
    where: str
    around: bytes = field(compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}, {self.form}: {self.around.decode(errors='replace')!r}"


class Scanner:
    """Knows the stems of one run by kind; counts the bytes that it has seen."""

    def __init__(self, stems: Mapping[str, str]) -> None:
        self._forms = [(kind, form) for kind, stem in stems.items() for form in forms_of(stem)]
        self.scanned_bytes = 0

    def scan(self, where: str, data: bytes) -> Iterator[Finding]:
        """What is found, each form of each kind once a chunk."""
        self.scanned_bytes += len(data)
        for inner in chain(_chunks(data), unpacked(data)):
            seen = views(inner)
            for kind, form in self._forms:
                if (place := seen[form.view].find(form.sought)) >= 0:
                    view = seen[form.view]
                    yield Finding(kind, form.name, where, view[max(0, place - SHOWN_BYTES) : place + SHOWN_BYTES])

    def scan_all(self, parts: Iterable[tuple[str, bytes]]) -> Iterator[Finding]:
        """The same of many, each with where it lies."""
        for where, data in parts:
            yield from self.scan(where, data)


def _chunks(data: bytes) -> Iterator[bytes]:
    """Pieces that overlap by what a form may take."""
    for start in range(0, max(len(data), 1), CHUNK_BYTES):
        yield data[max(0, start - OVERLAP_BYTES) : start + CHUNK_BYTES]
