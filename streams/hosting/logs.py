"""Logs are JSON lines on standard error: when, how grave, who, what; never a payload."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

LIBRARIES = ("aiokafka", "uvicorn.access")
"""They tell of every request or fetch at INFO."""
REPEATERS = ("aiokafka",)
REPEATED_SECONDS = 30.0


class JsonLines(logging.Formatter):
    """One JSON object a line. `extra={"trace": …}` names the row that the work goes back to."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := getattr(record, "trace", None):
            line["trace"] = trace
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class OncePerWhile(logging.Filter):
    """Lets a sentence of a library that repeats itself through once in 30 s: aiokafka says ten times a second that
    Kafka is away.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(REPEATERS):
            return True
        sentence = record.name, str(record.msg)
        if record.created - self._said_at.get(sentence, 0.0) < REPEATED_SECONDS:
            return False
        self._said_at[sentence] = record.created
        return True


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLines}},
    "filters": {"once": {"()": OncePerWhile}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["once"]}},
    "loggers": {name: {"level": "WARNING"} for name in LIBRARIES},
    "root": {"level": "INFO", "handlers": ["standard_error"]},
}
"""For `logging.config.dictConfig`."""
