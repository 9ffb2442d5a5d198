"""Programs that are installed on the machine."""

import shutil
from pathlib import Path

SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where packages put servers; an ordinary user's PATH has none of these."""


def installed(program: str) -> Path | None:
    """Where a program stands, None where there is none."""
    for folder in (None, *SYSTEM_FOLDERS):
        if found := shutil.which(program, path=folder):
            return Path(found)
    return None
