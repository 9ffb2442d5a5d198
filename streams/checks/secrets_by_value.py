"""No secret stands in the wiring: a setting names it as `secret:<name>`, a file of that name holds it (design 4)."""

import re
from collections.abc import Iterator

from streams.marked.yaml_file import Fault, Marked
from streams.topology import Reading

WORDS = {
    "key", "apikey", "password", "passwd", "pwd", "passphrase", "passcode",
    "secret", "token", "credential", "credentials",
}  # fmt: skip
REFERENCE = re.compile(r"secret:[a-z0-9_]+")
URL_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.:-]*://[^/\s@]*:[^/\s@]*@", re.IGNORECASE)
PRIVATE_KEY = "PRIVATE KEY-----"


def secret_faults(reading: Reading) -> Iterator[Fault]:
    """Settings of connectors and processors whose name or value says that they hold a secret themselves."""
    for group in ("connectors", "processors"):
        for component in reading.marked.items(group):
            for name, settings in reading.marked.items(group, component, "settings").items():
                for setting, value in _leaves(name, settings):
                    if reason := _reason(setting, str(value.plain() or "")):
                        yield value.fault(
                            f"{group[:-1]} {component}: setting '{setting}' {reason}; write secret:<name>, the value "
                            "stands in a file of that name under HUB_SECRETS"
                        )


def _leaves(name: str, marked: Marked) -> Iterator[tuple[str, Marked]]:
    """Each single value with the nearest name above it."""
    if isinstance(marked.value, dict):
        for key, item in marked.value.items():
            yield from _leaves(str(key), item)
    elif isinstance(marked.value, list):
        for item in marked.value:
            yield from _leaves(name, item)
    else:
        yield name, marked


def _reason(setting: str, value: str) -> str | None:
    if not value or REFERENCE.fullmatch(value):
        return None
    if value.startswith("secret:"):
        return "names a secret with other characters than a-z, 0-9 and _"
    if setting.rpartition("_")[2].lower() in WORDS:
        return "holds a secret by value"
    if PRIVATE_KEY in value:
        return "holds a private key"
    return "holds a URL with a password" if URL_WITH_PASSWORD.match(value) else None
