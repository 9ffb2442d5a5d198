"""Messages of devices over MQTT 5, at least once: the broker keeps each until Kafka has it.

The session is the cursor: it outlives a disconnection, holds what came meanwhile, and a message is acknowledged
(PUBACK) only after Kafka has acknowledged its row. Message numbers belong to one connection, so what was received on an
earlier one is never acknowledged on a later one; the broker sends it again, and its row is known by its id.
"""

import logging
import queue
import ssl
import sys
import threading
from collections.abc import Generator
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from connectors.contract import Batch, RawRow, SourceAway
from connectors.personal import without_persons
from connectors.readers.json_rows import json_row
from streams.codec import Origin

MOST_ROWS = 500
UNACKNOWLEDGED_MESSAGES = 1000
SESSION_SECONDS = 7 * 86_400
KEEP_ALIVE_SECONDS = 30
WAIT_SECONDS = 1.0
MOST_PAUSE_SECONDS = 30
DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}

logger = logging.getLogger(__name__)


class _Received(NamedTuple):
    """A message and the connection it came on."""

    message: MQTTMessage
    connection: int


class MqttReader:
    """Subscribes to one topic filter. `broker` is `mqtt[s]://[user:password@]host[:port]`; `client` names the session.

    With `mqtts` the broker's certificate must be for that host and stem from an authority that this machine trusts, or
    from `authorities`, certificates in PEM, where they are given. Raises ValueError where one of these is not that.
    """

    def __init__(self, broker: str, topic: str, client: str, authorities: str | None = None) -> None:
        self._address = urlsplit(broker)
        if self._address.scheme not in DEFAULT_PORTS:
            raise ValueError("the broker is named mqtt://host or mqtts://host")
        self._tls = _tls(authorities) if self._address.scheme == "mqtts" else None
        self._topic = topic
        self._client_name = client
        self._received: queue.SimpleQueue[_Received] = queue.SimpleQueue()
        self._connection = 0
        self._lock = threading.Lock()

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        client = self._client()
        loop = threading.Thread(
            target=client.loop_forever,
            kwargs={"retry_first_connection": True},
            name=f"mqtt-{self._client_name}",
            daemon=True,
        )
        loop.start()
        try:
            while not stop.is_set():
                if not loop.is_alive():
                    raise SourceAway("the MQTT client has ended")
                if received := self._take():
                    yield Batch([_row(one.message) for one in received])
                    self._acknowledge(client, received)
        finally:
            client.disconnect()
            loop.join()

    def _client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._client_name, protocol=MQTTv5, manual_ack=True)
        if self._address.username:
            client.username_pw_set(unquote(self._address.username), unquote(self._address.password or ""))
        if self._tls is not None:
            client.tls_set_context(self._tls)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.reconnect_delay_set(1, MOST_PAUSE_SECONDS)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_SECONDS
        properties.ReceiveMaximum = UNACKNOWLEDGED_MESSAGES
        host, port = self._address.hostname or "127.0.0.1", self._address.port or DEFAULT_PORTS[self._address.scheme]
        client.connect_async(host, port, KEEP_ALIVE_SECONDS, clean_start=False, properties=properties)
        return client

    def _take(self) -> list[_Received]:
        """What has come, in order; bounded by what the broker may send without acknowledgement."""
        try:
            received = [self._received.get(timeout=WAIT_SECONDS)]
        except queue.Empty:
            return []
        with suppress(queue.Empty):
            while len(received) < MOST_ROWS:
                received.append(self._received.get_nowait())
        return received

    def _acknowledge(self, client: Client, received: list[_Received]) -> None:
        with self._lock:
            for message, connection in received:
                if connection == self._connection:
                    client.ack(message.mid, message.qos)

    def _on_connect(
        self, client: Client, _data: object, flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            logger.warning("%s: the broker refuses the connection: %s", self._client_name, reason)
            return
        logger.info("%s: connected, session %s", self._client_name, "goes on" if flags.session_present else "is new")
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        client.subscribe(self._topic, options=options)

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        reason = sys.exception() or "no answer"
        where = self._address.hostname
        logger.warning(
            "%s: no connection to the broker at %s (%s); it is tried again", self._client_name, where, reason
        )

    def _on_subscribe(
        self, _client: Client, _data: object, _number: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        for reason in reasons:
            if reason.is_failure:
                logger.error("%s: the broker refuses to subscribe %s: %s", self._client_name, self._topic, reason)

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._lock:
            self._connection += 1
        with suppress(queue.Empty):  # the broker sends it all again, so that what waits here stays bounded
            while True:
                self._received.get_nowait()
        if reason.is_failure:
            logger.warning("%s: the connection is lost (%s); it is tried again", self._client_name, reason)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._received.put(_Received(message, self._connection))


def _tls(authorities: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=authorities)
    except ssl.SSLError as error:
        raise ValueError("the authorities are no certificates in PEM") from error


def _row(message: MQTTMessage) -> RawRow:
    """The topic may name who wears the device."""
    return json_row(bytes(message.payload), Origin(without_persons(message.topic), 0, -1))
