"""What an embedded hub needs is made once: keys stay, addresses follow the ports of each start."""

from pathlib import Path

from connectors.actors import PRIVATE_KEY, PUBLIC_KEY
from connectors.city.provision import OVER_SFTP, WEBHOOK, WEBHOOK_KEY, Media, account_at, provision
from connectors.readers.sftp import account_of
from streams.topology import load_topology

PUSHED_KEY, BROKER, DATABASE = "zz_community_e", "cg_municipal_iot_broker", "xf_petition_database"


def secrets_of(home: Path, units_port: int) -> dict[str, bytes]:
    broker = f"mqtt://127.0.0.1:{units_port + 1}"
    provision(home, home / "secrets", load_topology(), units_port=units_port, broker=broker)
    return {path.name: path.read_bytes() for path in (home / "secrets").iterdir()}


def test_keys_stay_and_addresses_follow(tmp_path: Path) -> None:
    first, second = secrets_of(tmp_path, 2000), secrets_of(tmp_path, 3000)
    for key in (PRIVATE_KEY, PUBLIC_KEY, PUSHED_KEY, WEBHOOK_KEY):
        assert first[key] == second[key]
    assert second[WEBHOOK] == b"http://127.0.0.1:3000/orders"
    assert second[BROKER] == b"mqtt://127.0.0.1:3001"
    assert second[DATABASE].decode() == f"sqlite:///{Media(tmp_path).database('xf_petition')}"


def test_every_secret_that_the_connectors_name_is_made(tmp_path: Path) -> None:
    settings = [value for wiring in load_topology().connectors.values() for value in wiring.settings.values()]
    named = {value.removeprefix("secret:") for value in settings if str(value).startswith("secret:")}
    assert len(named) == 58
    assert named <= secrets_of(tmp_path, 2000).keys()


def test_nobody_else_can_read_a_secret(tmp_path: Path) -> None:
    secrets_of(tmp_path, 2000)
    folder = tmp_path / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_city_with_an_identity_service_of_its_own_keeps_its_public_key(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / PUBLIC_KEY).write_bytes(b"the city's")
    assert PRIVATE_KEY not in secrets_of(tmp_path, 2000)


def test_a_folder_with_any_name_is_found_on_the_server_under_it() -> None:
    sftp = (
        "sftp://hub@127.0.0.1:20022/\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    )
    folder = Path("/srv/合川 #1?/100%/yb")
    account = account_of(account_at(sftp.replace("hub@", "hub:password@"), folder))
    assert (account.host, account.port, account.path) == ("127.0.0.1", 20022, str(folder))


def test_those_that_are_read_over_sftp_drop_files() -> None:
    readers = {load_topology().connectors[system].reader for system in OVER_SFTP}
    assert readers == {"file_drop"}
