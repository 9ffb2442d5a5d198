"""Devices behind a broker with TLS and passwords: a real Mosquitto, certificates made here."""

import ipaddress
import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import paho.mqtt.client as paho
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from connectors.readers.means import Means, WrongSetting
from connectors.readers.mqtt import MqttReader
from connectors.readers.opening import open_reader
from connectors.systems import fleet
from streams.embedded.child import Child
from streams.embedded.mosquitto import MosquittoServer
from streams.secrecy.sealing import Keys
from streams.secrecy.secret_store import SecretStore
from tests.eventually import eventually

USER, PASSWORD = "hub", "p@ss/word"
CONTRACT = fleet()["cg_municipal_iot"].contract


@dataclass(frozen=True)
class Authority:
    """Signs certificates; `certificate` is its own."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


def signed(name: str, issuer: Authority | None, *names: x509.GeneralName) -> Authority:
    """A certificate with its key, by an issuer or by itself."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Authority(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


class GuardedMosquitto(MosquittoServer):
    """With TLS, and for one user only."""

    certificate: Authority

    def _prepare(self, ports: Sequence[int]) -> Child:
        child = super()._prepare(ports)
        key = self.certificate.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "key.pem").write_bytes(key)
        (self.folder / "certificate.pem").write_text(self.certificate.pem)
        passwords = self.folder / "passwords"
        subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), USER, PASSWORD], check=True)
        settings = self.folder / "mosquitto.conf"
        plain = settings.read_text().replace("allow_anonymous true", "allow_anonymous false")
        guarded = f"keyfile {self.folder}/key.pem\ncertfile {self.folder}/certificate.pem\npassword_file {passwords}\n"
        settings.write_text(plain + guarded)
        return child


@pytest.fixture(scope="module")
def authority() -> Authority:
    return signed("the city's authority", None)


@pytest.fixture(scope="module")
def broker(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedMosquitto]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "authority.pem").write_text(authority.pem)
    server = GuardedMosquitto(folder / "mosquitto")
    server.certificate = signed("broker", authority, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    server.start()
    yield server
    server.stop()


def reader(broker: GuardedMosquitto, tmp_path: Path, authorities: str, *, password: str = PASSWORD) -> MqttReader:
    """The reader of a connector whose secrets say so."""
    (tmp_path / "broker").write_text(f"mqtts://{USER}:{quote(password, safe='')}@127.0.0.1:{broker.port}\n")
    (tmp_path / "authorities").write_text(authorities)
    settings = {
        "broker": "secret:broker",
        "authorities": "secret:authorities",
        "topic": "iot/municipal/#",
        "client": f"hub-{tmp_path.name}",
    }
    opened = open_reader("mqtt", CONTRACT, settings, Means("", SecretStore(tmp_path), Keys(tmp_path, create=True)))
    assert isinstance(opened, MqttReader)
    return opened


def complaints(reader: MqttReader, caplog: pytest.LogCaptureFixture) -> str:
    """What a reader that cannot come to its broker says first."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: list(reader.batches(None, stop)))
    with caplog.at_level(logging.WARNING):
        thread.start()
        said = eventually(lambda: caplog.text)
    stop.set()
    thread.join()
    return said


def test_messages_come_over_tls_with_user_and_password(
    broker: GuardedMosquitto, authority: Authority, tmp_path: Path
) -> None:
    device = paho.Client(CallbackAPIVersion.VERSION2, "device")
    (tmp_path / "authority.pem").write_text(authority.pem)
    device.tls_set(str(tmp_path / "authority.pem"))
    device.username_pw_set(USER, PASSWORD)
    device.connect("127.0.0.1", broker.port)
    device.loop_start()
    stop = threading.Event()
    with closing(reader(broker, tmp_path, authority.pem).batches(None, stop)) as batches:
        device.publish("iot/municipal/WM1", b'{"sequence": 7}', qos=1, retain=True).wait_for_publish(30)
        (row,) = next(batches).rows
    assert row.values == {"sequence": 7}
    device.disconnect()
    device.loop_stop()


def test_a_broker_of_another_authority_is_not_spoken_to(
    broker: GuardedMosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = signed("somebody else's authority", None)
    assert "certificate verify failed" in complaints(reader(broker, tmp_path, stranger.pem), caplog)


def test_a_certificate_for_another_host_is_refused(
    authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = GuardedMosquitto(tmp_path / "mosquitto")
    server.certificate = signed("broker", authority, x509.DNSName("elsewhere.example"))
    server.start()
    try:
        assert "certificate is not valid for '127.0.0.1'" in complaints(reader(server, tmp_path, authority.pem), caplog)
    finally:
        server.stop()


def test_a_wrong_password_is_said_and_not_shown(
    broker: GuardedMosquitto, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = complaints(reader(broker, tmp_path, authority.pem, password="guessed"), caplog)
    assert "the broker refuses the connection: Not authorized" in said
    assert "guessed" not in said


@pytest.mark.parametrize(
    ("broker_url", "authorities", "fault"),
    [
        ("tcp://127.0.0.1", None, "the broker is named mqtt://host or mqtts://host"),
        ("mqtts://127.0.0.1", "no certificate", "the authorities are no certificates in PEM"),
    ],
)
def test_a_wrong_setting_is_named(broker_url: str, authorities: str | None, fault: str, tmp_path: Path) -> None:
    settings = {"broker": broker_url, "topic": "#", "client": "hub"}
    if authorities:
        settings["authorities"] = authorities
    with pytest.raises(WrongSetting, match=f"cg_municipal_iot: {fault}"):
        open_reader("mqtt", CONTRACT, settings, Means("", SecretStore(tmp_path), Keys(tmp_path, create=True)))
