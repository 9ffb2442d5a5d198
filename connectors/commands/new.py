"""`hub new`: the files of a connector that is yet to be written, and the schema of a contract that is."""

import importlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors import skeleton
from connectors.catalogue import load_catalogue
from connectors.contract import Contract
from connectors.publisher import wall_clock
from connectors.row_schema import definition, schema_name
from connectors.surroundings import CHECKOUT
from connectors.times import end_of_day
from streams.checks.released import FOLDER
from streams.commands.cluster import FINDING, WRONG_USE, check_known, end, topology_or_end
from streams.schema_files import LOCK, read_lock

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
LONGEST_NAME = 40
SECTION = re.compile(r"^\S", re.MULTILINE)

new = typer.Typer(no_args_is_help=True, help="What is yet to be written.")


@new.command()
def connector(
    name: Annotated[str, typer.Argument(help="The system's code: <department>_<system>, as in ga_alarm110.")],
    *,
    reader: Annotated[str, typer.Option(help=f"The medium: {', '.join(skeleton.MEDIA)}.")],
    form_until: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="A form: the last day on which its rows are taken.")
    ] = "",
) -> None:
    """Write the files of a new connector; `hub check` and the conformance tests say what is to be filled in."""
    check_known("reader", reader, list(skeleton.MEDIA))
    _check_new(name)
    if form_until:
        _check_last_day(form_until)
    written = {**_created(name, reader, form_until), **_appended(name, reader, form_until)}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    written[_write_schema(_contract(name))] = ""
    for path in written:
        typer.echo(path.relative_to(CHECKOUT))
    typer.echo(
        f"Fill in what `hub check` names; `hub new schema {name}` writes the schema when the contract is whole; "
        "`pytest tests/connectors/test_conformance.py` and `hub graph --write README.md` end it."
    )


@new.command()
def schema(name: Annotated[str, typer.Argument(help="The system's code.")]) -> None:
    """Write the schema of a system's source topic anew from its contract, unless it is released."""
    if (CHECKOUT / "schemas" / FOLDER / _schema(name).relative_to(CHECKOUT / "schemas")).exists():
        end(f"{schema_name(name)} is released and never changes again", FINDING)
    if not _module(name).is_file():
        end(f"there is no connectors/systems/{name}.py", WRONG_USE)
    typer.echo(_write_schema(_contract(name)).relative_to(CHECKOUT))


def _check_new(name: str) -> None:
    """End the command where the name cannot be one, or something has it."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        end(f"{name!r} is no code of a system: lower-case <department>_<system>, as in ga_alarm110", WRONG_USE)
    topology = topology_or_end()
    if name in {*topology.connectors, *topology.processors, *topology.agents, *topology.workers, *load_catalogue()}:
        end(f"{name} is there already, in topology.yaml or catalogue.yaml", WRONG_USE)
    if there := [path for path in (_module(name), _sample(name), _schema(name)) if path.exists()]:
        end(f"{there[0].relative_to(CHECKOUT)} is there already", WRONG_USE)


def _check_last_day(form_until: str) -> None:
    """End the command where a form could take no row any more."""
    try:
        is_over = end_of_day(form_until) <= wall_clock()
    except ValueError as error:
        end(f"{form_until!r} cannot be the last day of a form: {error}", WRONG_USE)
    if is_over:
        end(f"{form_until} is over: nothing of such a form would be taken", WRONG_USE)


def _created(name: str, reader: str, form_until: str) -> Mapping[Path, str]:
    return {
        _module(name): skeleton.module(name, reader, form_until),
        _sample(name): skeleton.sample(reader, form_until),
    }


def _appended(name: str, reader: str, form_until: str) -> Mapping[Path, str]:
    """The shared files with the new lines; what stands in them stays as it is written."""
    topology, lock = CHECKOUT / "topology.yaml", CHECKOUT / "schemas" / LOCK
    catalogue, additions = (CHECKOUT / "connectors" / file for file in ("catalogue.yaml", "additions.yaml"))
    wiring = _after_last(_text(topology), "  hub.source.", skeleton.topic(name))
    identity = max(locked.identity for locked in read_lock(lock, []).values()) + 1
    return {
        topology: at_end_of_section(wiring, "connectors", skeleton.stanza(name, reader, form_until)),
        catalogue: at_end_of_section(
            _text(catalogue), "systems", skeleton.listed(name, reader, len(load_catalogue()) + 1)
        ),
        additions: at_end_of_section(_text(additions), "items", skeleton.additions(name, reader)),
        lock: _text(lock) + f"{identity} {schema_name(name)}\n",
    }


def at_end_of_section(text: str, section: str, added: str) -> str:
    """A YAML text with something added to the end of a top-level section; blank lines after it stay after it."""
    start = text.index(f"\n{section}:") + 1
    following = SECTION.search(text, start + len(section))
    while following and text[following.start()] == "#" and _is_inside(text, following.start()):
        following = SECTION.search(text, following.end())
    end_of_section = following.start() if following else len(text)
    inside = text[:end_of_section].rstrip("\n") + "\n"
    return inside + added + text[len(inside) :]


def _is_inside(text: str, place: int) -> bool:
    """Whether an indented line follows the comments at a place: then they stand within a section."""
    rest = (line for line in text[place:].splitlines() if line and not line.startswith("#"))
    return next(rest, "").startswith(" ")


def _after_last(text: str, beginning: str, added: str) -> str:
    end_of_line = text.index("\n", text.rindex(f"\n{beginning}") + 1) + 1
    return text[:end_of_line] + added + text[end_of_line:]


def _contract(name: str) -> Contract:
    try:
        found: Any = importlib.import_module(f"connectors.systems.{name}").CONNECTOR.contract
    except Exception as error:  # noqa: BLE001 - whatever stands in the module is its writer's to repair
        end(f"connectors/systems/{name}.py cannot be read: {type(error).__name__}: {error}", FINDING)
    if not isinstance(found, Contract):
        end(f"connectors/systems/{name}.py holds no contract", FINDING)
    return found


def _write_schema(contract: Contract) -> Path:
    path = _schema(contract.system)
    path.write_text(json.dumps(definition(contract), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _module(name: str) -> Path:
    return CHECKOUT / "connectors" / "systems" / f"{name}.py"


def _sample(name: str) -> Path:
    return CHECKOUT / "tests" / "connectors" / "samples" / f"{name}.yaml"


def _schema(name: str) -> Path:
    return CHECKOUT / "schemas" / "source" / f"{name}.v1.avsc"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
