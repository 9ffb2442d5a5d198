"""`hub up`: the whole hub on this machine, with its simulated departments, until it is stopped."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from streams.checks.every import every_fault
from streams.cities.city import CityFaults
from streams.commands.cluster import FINDING, WRONG_USE, end, topology_or_end
from streams.commands.words import print_table
from streams.embedded.errors import EmbeddedError
from streams.embedded.home import Home
from streams.embedded.processes import Supervisor
from streams.up.city import Options
from streams.up.run import Hub, Summary, Wishes
from streams.up.surroundings import Asked, WrongVariable
from streams.up.voice import log_to, report, report_end

DEFAULT_SPEED = 60.0


def up(
    *,
    for_seconds: Annotated[
        float | None,
        typer.Option("--for", min=1, metavar="SECONDS", help="End by itself after so long, with a summary."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    speed: Annotated[float, typer.Option(min=0.1, help="How many times a real city's rates.")] = DEFAULT_SPEED,
    seed: Annotated[int, typer.Option(help="The same seed plays the same city.")] = 1,
    city: Annotated[bool, typer.Option("--city/--no-city", help="Play the simulated city.")] = True,
) -> None:
    """Run the hub with everything it needs: Kafka, Redis, workers, connectors, gateway, wall, and a simulated city.

    What runs elsewhere is used where HUB_KAFKA or HUB_REDIS names it. Data and logs lie in HUB_HOME. Ctrl-C stops
    everything; the next start goes on with the same data.
    """
    wishes = Wishes(for_seconds, Options(speed, seed) if city else None)
    try:
        asked = Asked.read()
    except WrongVariable as error:
        end(str(error), WRONG_USE)
    if faults := every_fault():
        end("\n".join(map(str, faults)), FINDING)
    summary = _run(wishes, asked)
    if summary is None:
        raise typer.Exit(0 if for_seconds is None else FINDING)
    content = as_json_object(summary)
    if as_json:
        typer.echo(json.dumps(content))
    else:
        _print(content)
    if content["lost"] or content["doubled"]:
        raise typer.Exit(FINDING)


def _run(wishes: Wishes, asked: Asked) -> Summary | None:
    """The summary; None where the run was stopped."""
    topology = topology_or_end()
    summary = None
    try:
        with Home() as home, Supervisor(on_exit=report_end) as supervisor:
            log_to(home.logs / "hub.log")
            report(f"starting; data and logs lie in {home.root}")
            summary = Hub(topology, home, supervisor, wishes, asked).run()
            report("stopping")
    except KeyboardInterrupt:
        report("stopped")
    except CityFaults as error:
        end(str(error), FINDING)
    except EmbeddedError as error:
        end(str(error), WRONG_USE)
    return summary


def as_json_object(summary: Summary) -> dict[str, Any]:
    """The summary in the form that scripts rely on; null for what only a simulated city's ledger can say."""
    comparison = summary.comparison
    return {
        **asdict(summary.figures),
        "lost": comparison.lost if comparison else None,
        "doubled": comparison.doubled if comparison else None,
        "latency_ms": comparison.latency_ms if comparison else {"p50": None, "p99": None},
    }


def _print(content: dict[str, Any]) -> None:
    clocks, latency = content["clocks"], content["latency_ms"]
    lines = {
        "department systems seen": content["systems"],
        "data items seen": content["items"],
        "rows": content["events"],
        "facts": content["facts"],
        "incidents": content["incidents"],
        "matters": content["matters"],
        "clocks met / breached / open": f"{clocks['met']} / {clocks['breached']} / {clocks['open']}",
        "tiles": content["tiles"],
        "held in the quarantine": content["quarantined"],
        "lost / doubled, by the city's own ledger": f"{content['lost']} / {content['doubled']}",
        "row to tile, p50 / p99": f"{latency['p50']} / {latency['p99']} ms",
    }
    print_table(("all that lies in the data folder", ""), ((title, str(figure)) for title, figure in lines.items()))
