"""The gateway that the tests of this folder speak to."""

from tests.running_gateway import codec, hub, own_hub

__all__ = ["codec", "hub", "own_hub"]
