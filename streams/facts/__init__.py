"""Every record the hub knows, as frozen dataclasses; `schemas/` is their source of truth, tests hold them together."""
