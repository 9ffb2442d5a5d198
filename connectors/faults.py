"""Unexpected errors, for the log: their kind and place, never their text, which may show what a row holds."""

import traceback
from pathlib import Path


def place_of(error: BaseException) -> str:
    """`KeyError in ga_alarm110.py:81`."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
