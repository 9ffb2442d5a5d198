"""A worker's slot: the name it joins its group under, and whose that is: the worker's that claimed it last.

Who joins under a name fences whoever had it. That is another worker, or a request to join of the worker's own, still on
its way when it joined anew after an outage. The group cannot tell them apart: a member that was replaced is described
with the client id of whoever came first. So a worker claims its slot once, when it starts and before it joins, and one
that is fenced looks whose claim stands.
"""

import os
import socket
import uuid

from streams.kafka import Notes

PARTING = ", "


class Fenced(Exception):
    """The group has given our name to another request to join: another worker's, or one of our own."""


class Slot:
    """One worker's claim to a slot. Its methods raise KafkaException where Kafka does not answer."""

    def __init__(self, bootstrap: str, group: str, name: str, topic: str) -> None:
        self.name = name
        self.member = f"{group}.{name}"
        """The group knows the worker by it (`group.instance.id`), also after a restart."""
        self._notes = Notes(bootstrap, topic)
        self._claim = f"process {os.getpid()} on {socket.gethostname()}{PARTING}{uuid.uuid4().hex}"

    def claim(self) -> None:
        """Take the slot from whoever had it."""
        self._notes.write(self._note, self._claim)

    def taken_by(self) -> str:
        """The worker that has claimed the slot since, '' where there is none."""
        standing = self._notes.read(self._note)
        if not standing:
            # Kafka forgets what was written long ago: of two that find nothing, the one that claims last has it.
            self.claim()
        return "" if standing in ("", self._claim) else standing.rpartition(PARTING)[0]

    @property
    def _note(self) -> str:
        return f"{self.member}.claim"
