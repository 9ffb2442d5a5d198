"""What an embedded hub needs before its departments can be simulated: keys, and the addresses of their media.

Everything stands in the hub's secrets, one file each, as a real city's would; what is there is left as it is, but for
addresses, which follow the ports of this start.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from connectors.actors import make_keys
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


def provision(home: Path, secrets: Path, *, units_port: int, broker: str) -> None:
    """Make keys unless they are there, and name the media; `broker` is `mqtt://host:port`."""
    media = Media(home)
    for folder in (secrets, media.database.parent, media.dumps):
        folder.mkdir(parents=True, exist_ok=True)
    secrets.chmod(0o700)
    make_keys(secrets)
    for name in (COMMUNITY_KEY, WEBHOOK_KEY):
        make_key(secrets / name)
    addresses = {
        WEBHOOK: f"http://127.0.0.1:{units_port}/orders",
        DATABASE: f"sqlite:///{media.database}",
        FOLDER: str(media.dumps),
        BROKER: broker,
    }
    for name, address in addresses.items():
        write_secret(secrets / name, address.encode())


def main() -> None:
    """`python -m connectors.city.provision --units-port N --broker mqtt://127.0.0.1:N`, in HUB_HOME and HUB_SECRETS."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--units-port", type=int, required=True)
    parser.add_argument("--broker", required=True)
    given = parser.parse_args()
    home = Path(os.environ["HUB_HOME"])
    secrets = Path(os.environ.get("HUB_SECRETS") or home / "secrets")
    provision(home, secrets, units_port=given.units_port, broker=given.broker)


if __name__ == "__main__":
    main()
