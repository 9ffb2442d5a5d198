"""The header `Idempotency-Key` (IETF draft): a sender's own name of a request, so that it can be sent again."""

import re

from connectors.problems import Problem

HEADER = "Idempotency-Key"
NAME = HEADER.lower()
PATTERN = r"[\x21-\x7e]{1,128}"

_KEY = re.compile(PATTERN)


def check_key(key: str) -> str:
    """The key itself; Problem where it can be none."""
    if not _KEY.fullmatch(key):
        raise Problem(400, "idempotency_key", f"{HEADER} must be 1 to 128 printable ASCII characters")
    return key


def other_content() -> Problem:
    return Problem(409, "idempotency_conflict", f"this {HEADER} stands for other content")
