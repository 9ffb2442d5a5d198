"""The contracts that count as approved because they were released: `contracts.lock`, `<system> <digest>` a line.

So a city starts without an approval of each system. Whoever changes a contract either releases it (`hub contract
release`, a change of the repository) or has it approved where it runs (`hub contract approve`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors.contract_digest import digest, shortened
from connectors.systems import fleet
from streams.marked.yaml_file import Fault
from streams.topology import Reading

LOCK = "contracts.lock"
LOCK_PATH = Path(__file__).with_name(LOCK)


class LockBroken(Exception):
    """`contracts.lock` is no list of systems and digests; the text names file and line."""


def released_contracts(path: Path = LOCK_PATH) -> dict[str, str]:
    """The digest of each system's released contract. Raises LockBroken, and FileNotFoundError."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        system, _, released = line.partition(" ")
        if len(released) != 64 or system in found:
            raise LockBroken(f"{path}:{number}: not one line `<system> <digest>` a system")
        found[system] = released
    return found


def release(path: Path = LOCK_PATH) -> list[str]:
    """Release every contract as it stands; the systems whose line has changed, those that are gone included."""
    before = released_contracts(path) if path.exists() else {}
    after = _digests()
    path.write_text("".join(f"{system} {one}\n" for system, one in after.items()), encoding="utf-8")
    return sorted(system for system in before.keys() | after.keys() if before.get(system) != after.get(system))


def lock_faults(reading: Reading, checkout: Path) -> Iterator[Fault]:
    """Contracts of the wiring that were changed without being released, for `hub check`."""
    path = checkout / "connectors" / LOCK
    wired = {system: one for system, one in _digests().items() if system in reading.topology.connectors}
    try:
        released = released_contracts(path)
    except FileNotFoundError:
        if wired and path.parent.is_dir():
            yield Fault(str(path), 1, "it is not there: `hub contract release` writes it")
        return
    except LockBroken as error:
        yield Fault(str(path), 1, str(error))
        return
    lines = {system: number for number, system in enumerate(released, 1)}
    for system, one in wired.items():
        if released.get(system) != one:
            yield Fault(
                str(path),
                lines.get(system, 1),
                f"the contract of {system} ({shortened(one)}) is not released: `hub contract release`, or "
                "`hub contract approve` where it runs",
            )


def _digests() -> Mapping[str, str]:
    return {system: digest(connector.contract) for system, connector in fleet().items()}
