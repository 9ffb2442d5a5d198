"""What the environment asks of `hub up`: servers of somebody else's, the wall's port."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import HOST, is_free

ADDRESS = re.compile(r"[^\s,:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class WrongVariable(EmbeddedError):
    """A variable of the environment cannot be meant so; the text names it and says what it takes."""


@dataclass(frozen=True)
class Asked:
    """`wall_port` is where the wall is to listen, None for any free port."""

    wall_port: int | None

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Asked":
        """From HUB_KAFKA, HUB_REDIS, HUB_PORT; WrongVariable."""
        kafka, redis = variables.get("HUB_KAFKA", ""), variables.get("HUB_REDIS", "")
        if kafka and not all(ADDRESS.fullmatch(address.strip()) for address in kafka.split(",")):
            raise WrongVariable(f"HUB_KAFKA is {kafka!r}: it takes the addresses of Kafka, host:port, parted by commas")
        if redis and not redis.startswith(REDIS_SCHEMES):
            raise WrongVariable(f"HUB_REDIS is {redis!r}: it takes an address like redis://host:6379/0")
        return cls(_wall_port(variables.get("HUB_PORT", "")))


def _wall_port(text: str) -> int | None:
    if text in ("", "0"):
        return None
    if not (text.isdecimal() and int(text) < 65_536):
        raise WrongVariable(f"HUB_PORT is {text!r}: it takes a number from 0 to 65535, 0 for any free port")
    if not is_free(int(text)):
        raise WrongVariable(f"HUB_PORT is {text}: another server on {HOST} holds that port")
    return int(text)
