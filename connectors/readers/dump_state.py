"""What a file reader remembers: the last file it has read, and of a full dump a fingerprint of every line."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from connectors.readers.packing import packed, unpacked

Fingerprint = Callable[[bytes], bytes]
"""A keyed digest: equal for equal bytes, and nothing can be learnt from it by guessing a line."""


@dataclass(frozen=True)
class DumpState:
    """The last file by name, size, time (milliseconds) and content, and its lines by record number.

    `begun` names the file after it, and its content, once rows of it are on their way.
    """

    file: str = ""
    size: int = -1
    modified_at: int = -1
    content: str = ""
    lines: Mapping[str, bytes] = field(default_factory=dict)
    begun: str = ""

    def version_of(self, file: str, content: str) -> str:
        """The version of a file's rows: its name, unless other rows went by that already."""
        said_before = file == self.file or (self.begun.startswith(f"{file}/") and self.begun != f"{file}/{content}")
        return f"{file}~{content[:8]}" if said_before else file

    def beginning(self, file: str, content: str) -> "DumpState":
        """The state while rows of a file are on their way; the first content of it stays remembered."""
        return self if self.begun.startswith(f"{file}/") else replace(self, begun=f"{file}/{content}")

    @classmethod
    def load(cls, cursor: str | None) -> "DumpState":
        if cursor is None:
            return cls()
        fields = json.loads(cursor)
        lines = unpacked(fields.pop("lines"))
        return cls(**fields, lines={record_no: bytes.fromhex(digest) for record_no, digest in lines.items()})

    def cursor(self) -> str:
        """The state as a cursor's text, some 20 letters a line."""
        return json.dumps(
            {
                "file": self.file,
                "size": self.size,
                "modified_at": self.modified_at,
                "content": self.content,
                "begun": self.begun,
                "lines": packed({record_no: digest.hex() for record_no, digest in self.lines.items()}),
            },
            ensure_ascii=False,
        )
