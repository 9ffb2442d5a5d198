"""Which code and configuration produce the outputs, as short content hashes."""

import json
from functools import lru_cache
from hashlib import blake2b
from inspect import getsourcefile
from pathlib import Path

from streams.contract import Processor
from streams.engine.engine import Versions
from streams.topology import ProcessorWiring

STREAMS = Path(__file__).resolve().parent.parent
PURE = ("contract.py", "facts", "rules")
"""What every processor's results rest on beside its own file."""


def versions_of(processor: Processor, wiring: ProcessorWiring) -> Versions:
    """The hash of the processor's file with the rules and facts, and of its wiring."""
    own = getsourcefile(type(processor))
    wired = json.dumps([wiring.reads, dict(wiring.ports), dict(wiring.settings)], sort_keys=True, default=list)
    return Versions(code=_code_hash(own or ""), configuration=_short(wired.encode()))


@lru_cache
def _code_hash(own: str) -> str:
    files = [path for name in PURE for path in _python_files(STREAMS / name)]
    return _short(b"\0".join(path.read_bytes() for path in [*files, *([Path(own)] if own else [])]))


def _python_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _short(data: bytes) -> str:
    return blake2b(data, digest_size=6).hexdigest()
