"""From the stanza of a connector in `topology.yaml` to its reader; the gateway's intakes need no opening."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from connectors.contract import Contract, Reader
from connectors.readers.db_poll import DatabaseReader
from connectors.readers.dump_state import Fingerprint
from connectors.readers.file_drop import FileReader
from connectors.readers.folders import Folder, folder_at
from connectors.readers.formats import lines_of
from connectors.readers.kafka import KafkaReader
from connectors.readers.means import Means, WrongSetting
from connectors.readers.mqtt import MqttReader
from connectors.readers.sftp import is_sftp, sftp_folder
from streams.secrecy.sealing import Keys

FINGERPRINT_BYTES = 8


def open_reader(transport: str, contract: Contract, settings: Mapping[str, Any], means: Means) -> Reader:
    """The reader of one system. Raises WrongSetting, SecretMissing, KeyMissing."""
    opener = OPENERS.get(transport)
    if opener is None:
        raise WrongSetting(f"{contract.system}: no reader '{transport}'; there are {', '.join(sorted(OPENERS))}")
    plain = {
        name: means.secrets.resolve(value) if isinstance(value, str) else value for name, value in settings.items()
    }
    try:
        return opener(contract, plain, means)
    except KeyError as missing:
        raise WrongSetting(f"{contract.system}: the setting {missing} is missing") from missing


def _kafka(_contract: Contract, settings: Mapping[str, Any], means: Means) -> Reader:
    return KafkaReader(settings["bootstrap"] or means.bootstrap, settings["topic"], settings["group"])


def _database(contract: Contract, settings: Mapping[str, Any], _means: Means) -> Reader:
    if "deletes_every_seconds" in settings and not contract.full_dump:
        raise WrongSetting(f"{contract.system}: deletes_every_seconds needs a contract whose rows may go (full_dump)")
    return DatabaseReader(
        contract,
        settings["database"],
        settings["table"],
        float(settings["every_seconds"]),
        float(settings["overlap_seconds"]),
        deletes_every_seconds=settings.get("deletes_every_seconds"),
        full_scan=bool(settings.get("full_scan", False)),
    )


def _files(contract: Contract, settings: Mapping[str, Any], means: Means) -> Reader:
    return FileReader(
        contract,
        _folder(contract, settings),
        settings["pattern"],
        lines_of(settings, [item.source_field for item in contract.all_items if item.name != "change"]),
        float(settings["every_seconds"]),
        _fingerprint(means.keys, contract.system),
        settings.get("marker", ""),
    )


def _folder(contract: Contract, settings: Mapping[str, Any]) -> Folder:
    """`folder` is a path of this machine, or the text of an account on an SFTP server (`sftp`)."""
    folder = settings["folder"]
    try:
        return sftp_folder(folder) if is_sftp(folder) else folder_at(folder)
    except ValueError as error:
        raise WrongSetting(f"{contract.system}: folder: {error}") from error


def _mqtt(contract: Contract, settings: Mapping[str, Any], _means: Means) -> Reader:
    try:
        return MqttReader(settings["broker"], settings["topic"], settings["client"], settings.get("authorities"))
    except ValueError as error:
        raise WrongSetting(f"{contract.system}: {error}") from error


def _fingerprint(keys: Keys, system: str) -> Fingerprint:
    secret = keys.current(f"fingerprint.{system}").secret
    return lambda line: hmac.digest(secret, line, "sm3")[:FINGERPRINT_BYTES]


OPENERS: Mapping[str, Callable[[Contract, Mapping[str, Any], Means], Reader]] = {
    "kafka": _kafka,
    "db_poll": _database,
    "file_drop": _files,
    "mqtt": _mqtt,
}
