"""Every record the hub knows, as frozen dataclasses; `schemas/` is their source of truth, a test holds the two together."""
