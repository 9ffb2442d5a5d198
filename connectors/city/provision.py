"""What an embedded hub needs before it can be used: keys; and, where its departments are simulated, their media.

Keys and the addresses of media stand in the hub's secrets, one file each, as a real city's would; what is there is left
as it is, but for addresses, which follow the ports of this start. Some departments let their files be read over SFTP
alone; where no server lets the hub in, those folders too are read on this machine.
"""

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from connectors.actors import make_keys
from connectors.city.kafka import OwnTopic
from connectors.city.media import Table
from connectors.contract import SourceAway
from connectors.new_secrets import make_key, write_secret
from connectors.readers.sftp import sftp_folder
from connectors.systems import fleet
from streams.cities.city import City, read_city
from streams.facts.rules import Unit
from streams.topology import ConnectorWiring, Topology, load_topology

WEBHOOK, WEBHOOK_KEY = "webhook", "webhook_key"
SMS, SMS_KEY = "sms_provider", "sms_provider_key"
CALLBACK, CALLBACK_KEY = "callback", "callback_key"
VOICE, VOICE_KEY = "voice_provider", "voice_provider_key"
CITIES = Path(__file__).resolve().parents[2] / "ops" / "cities"
REFERENCE = "secret:"
OVER_SFTP = ("ga_dangerous_goods", "yb_fund_clue", "wj_public_health")
"""Police, health insurance and health: in a real city these stand on networks of their own."""


@dataclass(frozen=True)
class Media:
    """Where the simulated departments keep what they hand over, in the hub's data folder."""

    home: Path

    @property
    def ledger(self) -> Path:
        return self.home / "city" / "ledger.sqlite3"

    def database(self, system: str) -> Path:
        return self.home / "city" / f"{system}.sqlite3"

    def folder(self, system: str) -> Path:
        return self.home / "city" / system


def provision_keys(secrets: Path, topology: Topology) -> None:
    """Make every key that is not there yet."""
    secrets.mkdir(parents=True, exist_ok=True)
    secrets.chmod(0o700)
    make_keys(secrets)
    pushed = [secret_of(wiring, "key") for wiring in topology.connectors.values() if wiring.reader == "http_push"]
    for name in (*pushed, WEBHOOK_KEY, CALLBACK_KEY, SMS_KEY, VOICE_KEY):
        make_key(secrets / name)


def provision(
    home: Path, secrets: Path, topology: Topology, *, units_port: int, broker: str, sftp: str | None = None
) -> None:
    """Make keys unless they are there, and name the media.

    `broker` is `mqtt://host:port`; `sftp` is an account as a connector's secret tells of it (`connectors.readers.sftp`)
    with the address of `/`.
    """
    provision_keys(secrets, topology)
    units = f"http://127.0.0.1:{units_port}"
    addresses = {WEBHOOK: f"{units}/orders", CALLBACK: f"{units}/replies", SMS: f"{units}/sms", VOICE: f"{units}/voice"}
    city, media = read_city(CITIES / topology.city), Media(home)
    addresses |= numbers_of(city) | folders_of(city, media)
    for system, wiring in topology.connectors.items():
        match wiring.reader:
            case "db_poll":
                media.database(system).parent.mkdir(parents=True, exist_ok=True)
                addresses[secret_of(wiring, "database")] = f"sqlite:///{media.database(system)}"
            case "file_drop":
                folder = media.folder(system)
                folder.mkdir(parents=True, exist_ok=True)
                addresses[secret_of(wiring, "folder")] = (
                    account_at(sftp, folder) if sftp and system in OVER_SFTP else str(folder)
                )
            case "mqtt":
                addresses[secret_of(wiring, "broker")] = broker
    for name, address in addresses.items():
        write_secret(secrets / name, address.encode())


def units_of(city: City) -> list[Unit]:
    """The city's units."""
    return [rule for rule in city.rules if isinstance(rule, Unit)]


def folders_of(city: City, media: Media) -> dict[str, str]:
    """Folders of the units whose program empties one, by their secrets."""
    folders = {}
    for unit in units_of(city):
        for way in unit.channels:
            if way.channel == "file":
                media.folder(unit.unit).mkdir(parents=True, exist_ok=True)
                folders[way.address.removeprefix(REFERENCE)] = str(media.folder(unit.unit))
    return folders


def numbers_of(city: City) -> dict[str, str]:
    """Numbers of the simulated units' phones by their secrets; nobody has a number that begins with 000."""
    ways = {
        way.address
        for unit in units_of(city)
        for way in unit.channels
        if way.channel in ("sms", "voice", "leader", "phone")
    }
    return {way.removeprefix(REFERENCE): f"000{number:08}" for number, way in enumerate(sorted(ways), 1)}


def account_at(sftp: str, folder: Path) -> str:
    """The account at a folder of its server."""
    address, _, keys = sftp.partition("\n")
    return f"{address.rstrip('/')}{quote(str(folder))}\n{keys}"


def why_not_over_sftp(home: Path, sftp: str) -> str:
    """Why the account cannot look into the folders of these departments, '' where it can."""
    for system in OVER_SFTP:
        path = Media(home).folder(system)
        path.mkdir(parents=True, exist_ok=True)
        folder = sftp_folder(account_at(sftp, path))
        try:
            folder.files()
        except SourceAway as away:
            return f"{system}: {away}"
        finally:
            folder.close()
    return ""


def open_media(home: Path, topology: Topology, bootstrap: str) -> None:
    """Make the tables and topics that departments write to, so that connectors find them from the start."""
    media = Media(home)
    for system, wiring in topology.connectors.items():
        if wiring.reader == "db_poll":
            Table(media.database(system), str(wiring.settings["table"]), fleet()[system].contract).close_now()
        elif wiring.reader == "kafka":
            topic = OwnTopic(bootstrap, str(wiring.settings["topic"]))
            topic.create()
            topic.close()


def secret_of(wiring: ConnectorWiring, setting: str) -> str:
    """The name of the secret that a connector's setting stands for."""
    return str(wiring.settings[setting]).removeprefix(REFERENCE)


def main() -> None:
    """Make keys in HUB_SECRETS; with a broker also the media of the simulated departments, in HUB_HOME.

    Then says in one JSON object which systems are read over SFTP, and why not those that should be.
    """
    given = _arguments()
    home = Path(os.environ["HUB_HOME"])
    secrets = Path(os.environ.get("HUB_SECRETS") or home / "secrets")
    topology = load_topology()
    if given.units_port is None or given.broker is None:
        provision_keys(secrets, topology)
        return
    sftp = given.sftp.read_text() if given.sftp else None
    why_not = why_not_over_sftp(home, sftp) if sftp else ""
    provision(home, secrets, topology, units_port=given.units_port, broker=given.broker, sftp=None if why_not else sftp)
    open_media(home, topology, os.environ["HUB_KAFKA"])
    print(json.dumps({"over_sftp": OVER_SFTP if sftp and not why_not else (), "why_not": why_not}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m connectors.city.provision", description=main.__doc__)
    parser.add_argument("--units-port", type=int, help="where the units take orders")
    parser.add_argument("--broker", help="the devices' broker, mqtt://host:port")
    parser.add_argument("--sftp", type=Path, help="a file with the account at / of the departments' SFTP server")
    return parser.parse_args()


if __name__ == "__main__":
    main()
