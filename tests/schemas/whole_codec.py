"""The codec of every record: facts, views, and what the processors keep."""

from streams.checks.code import state_schemas
from streams.codec import Codec
from streams.topology import read_topology

STATE = dict(state_schemas(read_topology()))
"""Schemas of the processors' entries, with one processor each; asking has imported the processors."""

CODEC = Codec.load()
