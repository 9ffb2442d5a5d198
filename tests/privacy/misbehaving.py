"""Departments that break their contracts over all five media, each time with a person's number where none belongs.

In values that quote themselves, in record numbers, names of files, topics and clients, in paths, queries and headers,
in what is no JSON, in times, and in fields that no contract names.
"""

import csv
import io
import json
import socket
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import paho.mqtt.client as mqtt
from confluent_kafka import Producer
from paho.mqtt.enums import CallbackAPIVersion

from connectors.city.provision import Media, secret_of
from connectors.signatures import keys_of
from connectors.systems import fleet
from connectors.times import SHANGHAI
from streams.embedded.running import Running
from streams.secrecy.secret_store import SecretStore
from streams.secrecy.signing import signature_headers
from streams.topology import load_topology
from tests.connectors.fleet_samples import samples
from tests.privacy.marks import Person

PUSHED, TOPIC, TABLE, DROPPED, DEVICES = (
    "zz_community_e",
    "zw_hotline12345",
    "ga_population",
    "cl_disability_service",
    "cg_municipal_iot",
)
"""A system of each medium, all but the last with persons."""
BROKEN = "rs_wage_clue"
"""Whose database fails."""
SYSTEMS = (PUSHED, TOPIC, TABLE, DROPPED, DEVICES)

Row = dict[str, Any]


@dataclass(frozen=True)
class Departments:
    """The departments of one running hub, and the persons whose numbers they give away."""

    home: Path
    running: Running
    persons: Sequence[Person]

    def misbehave(self) -> None:
        """Each once, on its own medium."""
        self.push()
        self.knock()
        self.write_topic()
        self.change_table()
        self.drop_files()
        self.measure()

    def push(self) -> None:
        """Over HTTP, signed: bodies that are wrong, attributes and headers that name somebody."""
        person, other = self.persons[0], self.persons[1]
        for number, row in enumerate(self._wrong_rows(PUSHED, "request_no", "requester_phone", "submit_time")):
            self._push(row, f"e-{number}")
        good = _row(PUSHED, request_no="SQ90001", requester_phone=person.phone)
        self._push(good, person.certificate, {"Idempotency-Key": person.phone, "X-Caller": other.phone})
        self._push({**good, "request_no": "SQ90002", "经办人": person.name, "证件": person.certificate}, "extra")
        self._push({**good, "request_no": "SQ90003"}, "typed", event_type=f"request.{person.phone}")
        self._send(f"/v1/sources/{PUSHED}/events", f'{{"id": "{person.certificate}", "data": {{"'.encode())
        self._send(f"/v1/sources/{PUSHED}/events?phone={person.phone}&name={quote(person.name)}", _json(good))

    def knock(self) -> None:
        """At doors that are not there or are not for everybody, unsigned, and in words that are no HTTP."""
        person = self.persons[2]
        name = quote(person.name)
        for path in (
            f"/v1/sources/{person.certificate}/events",
            f"/v1/orders/{person.certificate}/accept",
            f"/v1/approvals/{person.phone}/approve",
            f"/v1/incidents/{person.phone}/merge",
            f"/{name}",
        ):
            _request(self.running.gateway, "POST", path, person.phone.encode(), {"X-Name": name})
        for path in (f"/schemas/ids/{person.phone}", f"/openapi/{person.phone}.json", f"/docs/{name}?q={person.phone}"):
            _request(self.running.gateway, "GET", path)
        for path in (f"/v1/wall/{person.phone}", f"/v1/orders/{person.certificate}/content", f"/duty/{name}"):
            bearer = {"Authorization": f"Bearer {person.certificate}", "Last-Event-ID": person.phone}
            _request(self.running.wall, "GET", f"{path}?who={person.certificate}", headers=bearer)
        for url in (self.running.gateway, self.running.wall):
            _say(url, f"GET /{person.phone} NOTHING/9 {person.certificate}\r\n\r\n".encode())
            _say(url, f"POST /v1/sources/{PUSHED}/events HTTP/1.1\r\n{person.phone}\r\n\r\n".encode())

    def write_topic(self) -> None:
        """To its own topic on Kafka: wrong values, no JSON, keys and headers that name somebody."""
        person = self.persons[3]
        producer = Producer({"bootstrap.servers": self.running.kafka, "client.id": f"terminal-{person.phone}"})
        rows = self._wrong_rows(TOPIC, "order_no", "caller_phone", "call_time")
        values = [*map(_json, rows), f"来电人{person.name},{person.certificate}".encode("gb18030")]
        for value in values:
            producer.produce(f"dept.{TOPIC}", value, person.phone, headers={"caller": person.phone.encode()})
        producer.flush(30)

    def change_table(self) -> None:
        """In its database: wrong values, times that are none, record numbers that are a person's."""
        rows = self._wrong_rows(TABLE, "record_no", "id_no", "register_date")
        now = datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)
        rows = [{**row, "update_time": str(now - timedelta(seconds=number))} for number, row in enumerate(rows)]
        rows.append(_row(TABLE, record_no="RK90009", update_time=self.persons[4].certificate))
        with closing(sqlite3.connect(Media(self.home).database(TABLE), timeout=30)) as database, database:
            for row in rows:
                fields = ", ".join(row)
                places = ", ".join("?" * len(row))
                database.execute(f"INSERT INTO resident ({fields}) VALUES ({places})", tuple(row.values()))  # noqa: S608

    def break_table(self) -> str:
        """Make a table one whose stamps the database cannot work out, and quotes; what the connector will say of it."""
        name = str(load_topology().connectors[BROKEN].settings["table"])
        contract = fleet()[BROKEN].contract
        stamp = contract.item(contract.version[0]).source_field
        with closing(sqlite3.connect(Media(self.home).database(BROKEN), timeout=30)) as database, database:
            fields = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            quoting = f"json_extract('{{}}', '{self.persons[4].phone}') AS {stamp}"
            shown = ", ".join(quoting if field == stamp else field for field in fields)
            database.execute(f"ALTER TABLE {name} RENAME TO {name}_before")
            database.execute(f"CREATE VIEW {name} AS SELECT {shown} FROM {name}_before")  # noqa: S608
        return f"{BROKEN}: table {name} cannot be read"

    def drop_files(self) -> None:
        """Into its folder: files named after persons, with wrong values, a wrong header, a torn line."""
        person, other = self.persons[5], self.persons[6]
        rows = self._wrong_rows(DROPPED, "记录号", "身份证号", "服务日期")
        header = list(samples()[DROPPED].good)
        day = datetime.now(SHANGHAI)
        files = {
            f"{day:%Y%m%d}_{person.certificate}": [header, *([row[name] for name in header] for row in rows)],
            f"{day:%Y%m%d}_{other.phone}": [[*header, person.certificate], [person.name]],
            f"{day:%Y%m%d}_{other.old_certificate}": [header, [other.certificate, other.phone]],
        }
        parts: dict[Path, Path] = {}
        for name, lines in files.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows(lines)
            path = Media(self.home).folder(DROPPED) / f"{fleet()[DROPPED].contract.name}_{name}.csv"
            parts[path] = path.with_suffix(".csv.part")
            parts[path].write_bytes(text.getvalue().encode("gb18030"))
        for path, part in parts.items():  # together, since a folder is read in the order of its names
            part.rename(path)

    def measure(self) -> None:
        """Over MQTT: devices that are named after who wears them, by topic, client and code."""
        person, other = self.persons[7], self.persons[8]
        address = urlsplit(self._secret(DEVICES, "broker").decode())
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"watch-{person.phone}")
        client.connect(address.hostname or "", address.port or 1883)
        client.loop_start()
        now = time.time_ns() // 1_000_000
        good = _row(DEVICES, observed_at=now, sequence=now)
        said = {
            person.phone: [_json({**good, "facility_code": person.phone}), person.certificate.encode()],
            f"watch/{other.certificate}": [_json({**good, "alarm_level": other.phone}), _json(good)],
            quote(other.name): [other.name.encode()],
        }
        for topic, payloads in said.items():
            for payload in payloads:
                client.publish(f"iot/municipal/{topic}", payload, qos=1).wait_for_publish(30)
        client.disconnect()
        client.loop_stop()

    def _wrong_rows(self, system: str, record: str, number: str, moment: str) -> list[Row]:
        """Of one system: numbers that are nearly right, in wrong fields, twice under one record number."""
        rows = []
        for place, person in enumerate(self.persons[10:13]):
            certificate = person.certificate[:-1] + ("0" if person.certificate[-1] != "0" else "1")
            rows += [
                _row(system, **{record: f"R{place}0", number: f"{certificate}("}),
                _row(system, **{record: f"R{place}1", number: f"{person.phone}转{person.name}"}),
                _row(system, **{record: f"R{place}2", moment: person.certificate}),
                _row(system, **{record: person.certificate}),
                _row(system, **{record: f"R-{person.phone}"}),
                _row(system, **{record: f"R{place}3", number: [person.phone, person.name]}),
            ]
        return [_textual(row) for row in rows] if system in (TABLE, DROPPED) else rows

    def _secret(self, system: str, setting: str) -> bytes:
        return SecretStore(self.home / "secrets").read(secret_of(load_topology().connectors[system], setting))

    def _push(
        self, row: Row, event_id: str, headers: Mapping[str, str] | None = None, event_type: str = "request.submitted"
    ) -> None:
        """As a binary CloudEvent."""
        person = self.persons[9]
        attributes = {"id": event_id, "type": event_type, "source": f"urn:{person.phone}", "specversion": "1.0"}
        attributes["subject"] = person.certificate
        named = {f"ce-{name}": quote(value) for name, value in attributes.items()}
        self._send(f"/v1/sources/{PUSHED}/events", _json(row), {**named, **(headers or {})}, "application/json")

    def _send(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/cloudevents+json",
    ) -> None:
        key = keys_of(self._secret(PUSHED, "key"), time.time())[0]
        signed = signature_headers(key, int(time.time()), body)
        _request(self.running.gateway, "POST", path, body, {"Content-Type": content_type, **signed, **(headers or {})})


def _row(system: str, **changes: Any) -> Row:
    return {**samples()[system].good, **changes}


def _textual(row: Row) -> Row:
    """As a table or a file holds it."""
    return {name: str(value) if isinstance(value, list) else value for name, value in row.items()}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _request(
    url: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> None:
    """Whatever the answer is."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=15)
    try:
        connection.request(method, path, body, dict(headers or {}))
        connection.getresponse().read()
    except HTTPException:
        pass  # what is answered to nonsense may be no HTTP either
    finally:
        connection.close()


def _say(url: str, words: bytes) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=15) as connection:
        connection.sendall(words)
        connection.recv(65_536)
