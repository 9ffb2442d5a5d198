"""The gateway that simulated departments and units of these tests speak to."""

from tests.running_gateway import codec, hub, own_hub

__all__ = ["codec", "hub", "own_hub"]
