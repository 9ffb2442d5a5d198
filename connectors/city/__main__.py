"""`python -m connectors.city`: play the simulated city against a running hub."""

import argparse
import asyncio
import json
import os
import signal
import time
from pathlib import Path

from connectors.city.residents import FILE, Residents
from connectors.city.rows import Play
from connectors.city.stage import Stage, Surroundings
from streams.topology import load_topology

CITIES = Path(__file__).resolve().parents[2] / "ops" / "cities"
DEFAULT_SPEED = 60.0


def main() -> None:
    """Play until stopped or for some seconds; prints how much the ledger holds as JSON.

    After SIGUSR1 departments are silent, and units go on answering.
    """
    given = _arguments()
    home, topology = Path(os.environ["HUB_HOME"]), load_topology()
    surroundings = Surroundings(
        bootstrap=os.environ["HUB_KAFKA"],
        gateway=given.gateway,
        home=home,
        secrets=Path(os.environ.get("HUB_SECRETS") or home / "secrets"),
        city=CITIES / topology.city,
        topology=topology,
        residents=Residents.read(Path(os.environ[FILE])) if os.environ.get(FILE) else None,
    )
    play = Play(given.seed, time.time_ns() // 1_000_000, given.speed)
    print(json.dumps(asyncio.run(_run(surroundings, play, given.for_seconds))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.city",
        description="Play the simulated city. HUB_KAFKA, HUB_HOME and HUB_SECRETS "
        "say what it plays against; `python -m connectors.city.provision` prepares them.",
    )
    parser.add_argument(
        "--for", dest="for_seconds", type=float, metavar="SECONDS", help="how long; default: until stopped"
    )
    parser.add_argument("--speed", type=float, default=DEFAULT_SPEED, help="how many times a real city's rates")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same city")
    parser.add_argument(
        "--gateway",
        default=os.environ.get("HUB_GATEWAY"),
        required="HUB_GATEWAY" not in os.environ,
        help="address of the hub's gateway, like http://127.0.0.1:8600",
    )
    return parser.parse_args()


async def _run(surroundings: Surroundings, play: Play, for_seconds: float | None) -> dict[str, int]:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    stage = Stage(surroundings, play)
    loop.add_signal_handler(signal.SIGUSR1, stage.silent.set)
    running = asyncio.create_task(stage.run(for_seconds, stop))
    # The units' server takes these signals over while it starts; from then on they are the stage's.
    await asyncio.wait([asyncio.create_task(stage.ready.wait()), running], return_when=asyncio.FIRST_COMPLETED)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return await running


if __name__ == "__main__":
    main()
