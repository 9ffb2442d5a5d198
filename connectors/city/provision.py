"""What an embedded hub needs before it can be used: keys; and, where its departments are simulated, their media.

Keys and the addresses of media stand in the hub's secrets, one file each, as a real city's would; what is there is left
as it is, but for addresses, which follow the ports of this start.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from connectors.actors import make_keys
from connectors.city.alarm110 import TOPIC
from connectors.city.kafka import OwnTopic
from connectors.city.media import CaseTable
from connectors.new_secrets import make_key, write_secret

COMMUNITY_KEY, WEBHOOK, WEBHOOK_KEY = "zz_community_e", "webhook", "webhook_key"
DATABASE, FOLDER, BROKER = "ga_public_order_database", "ga_dangerous_goods_folder", "cg_municipal_iot_broker"


@dataclass(frozen=True)
class Media:
    """Where the simulated departments keep what they hand over, in the hub's data folder."""

    home: Path

    @property
    def ledger(self) -> Path:
        return self.home / "city" / "ledger.sqlite3"

    @property
    def database(self) -> Path:
        return self.home / "city" / "public_order.sqlite3"

    @property
    def dumps(self) -> Path:
        return self.home / "city" / "dangerous_goods"


def provision_keys(secrets: Path) -> None:
    """Make every key that is not there yet."""
    secrets.mkdir(parents=True, exist_ok=True)
    secrets.chmod(0o700)
    make_keys(secrets)
    for name in (COMMUNITY_KEY, WEBHOOK_KEY):
        make_key(secrets / name)


def provision(home: Path, secrets: Path, *, units_port: int, broker: str) -> None:
    """Make keys unless they are there, and name the media; `broker` is `mqtt://host:port`."""
    media = Media(home)
    for folder in (media.database.parent, media.dumps):
        folder.mkdir(parents=True, exist_ok=True)
    provision_keys(secrets)
    addresses = {
        WEBHOOK: f"http://127.0.0.1:{units_port}/orders",
        DATABASE: f"sqlite:///{media.database}",
        FOLDER: str(media.dumps),
        BROKER: broker,
    }
    for name, address in addresses.items():
        write_secret(secrets / name, address.encode())


def open_media(home: Path, bootstrap: str) -> None:
    """Make the table and the topic that departments write to, so that connectors find them from the start."""
    CaseTable(Media(home).database).close_now()
    topic = OwnTopic(bootstrap, TOPIC)
    topic.create()
    topic.close()


def main() -> None:
    """Make keys in HUB_SECRETS; with both options also the media of the simulated departments, in HUB_HOME."""
    parser = argparse.ArgumentParser(prog="python -m connectors.city.provision", description=main.__doc__)
    parser.add_argument("--units-port", type=int, help="where the units take orders")
    parser.add_argument("--broker", help="the devices' broker, mqtt://host:port")
    given = parser.parse_args()
    home = Path(os.environ["HUB_HOME"])
    secrets = Path(os.environ.get("HUB_SECRETS") or home / "secrets")
    if given.units_port is None or given.broker is None:
        provision_keys(secrets)
    else:
        provision(home, secrets, units_port=given.units_port, broker=given.broker)
        open_media(home, os.environ["HUB_KAFKA"])


if __name__ == "__main__":
    main()
