"""Receipts as JSON lines, for auditors: what their digests are taken of, and the digests; nothing else."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from streams.facts.audit import Receipt
from streams.rules.receipt_chain import FIELDS


def exported_line(receipt: Receipt) -> str:
    """One receipt as a line, without its end."""
    said = receipt.__dict__
    return json.dumps({name: said[name] for name in (*FIELDS, "digest")}, ensure_ascii=False)


def write_export(path: Path, receipts: Iterable[Receipt]) -> int:
    """Write all receipts into a new file that only its owner may read; how many. FileExistsError, OSError.

    A file that could not be written whole does not stay.
    """
    written = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        try:
            for receipt in receipts:
                file.write(exported_line(receipt) + "\n")
                written += 1
        except BaseException:
            path.unlink()
            raise
    return written
