"""What `hub up` says to the operator: calm lines on standard error, standard output is kept for the summary."""

import json
import logging
import signal
import sys
import time
from pathlib import Path

from streams.embedded.processes import Ended
from streams.hosting.logs import JsonLines

GRAVE = ("error", "critical")
SAYS_NOTHING = "We experienced a crash"
"""How Faust's worker says goodbye; the reason stands before it."""


def say(text: str) -> None:
    """One line as it is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def report(text: str) -> None:
    """One line about something that has just happened."""
    say(f"{time.strftime('%H:%M:%S')} {text}")


def report_end(end: Ended) -> None:
    """A part ended by itself: how, the last grave thing it said, and what is done about it."""
    if end.exit_code is None:
        how = "cannot be started"
    elif end.exit_code < 0:
        how = f"was killed by {signal.Signals(-end.exit_code).name}"
    else:
        how = f"ended with status {end.exit_code}"
    again = "" if end.restart_in_seconds is None else f"; started again in {end.restart_in_seconds:.1f} s"
    reason = telling_line(end)
    report(f"{end.name} {how}{again}{f': {reason}' if reason else ''}")


def telling_line(end: Ended) -> str:
    """The line of an end's reason that tells most, '' where none does.

    That is its own sentence; or, where that only names an exit status, the last grave line of the log after it, else
    the last line. What is killed has said nothing about it.
    """
    sentence, *log = [line.strip() for line in end.why.splitlines() if line.strip()] or [""]
    if "ended with status" not in sentence:
        return sentence
    if end.exit_code is not None and end.exit_code < 0:
        return ""
    entries = [entry for line in log if (entry := _log_entry(line))]
    grave = [entry for entry in entries if entry.get("level") in GRAVE]
    telling = [entry for entry in grave if not str(entry["message"]).startswith(SAYS_NOTHING)]
    told = [str(entry["message"]) for entry in telling or grave or entries[-1:]]
    return told[-1] if told else "".join(log[-1:])


def _log_entry(line: str) -> dict[str, object] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "message" in entry else None


def log_to(path: Path) -> None:
    """Where libraries of this process write what they have to say: JSON lines in a file, not among the lines above."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
