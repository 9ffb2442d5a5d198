"""The fleet: one module per department system, named by its code, each with a `CONNECTOR`."""

import importlib
import pkgutil
from functools import cache

from connectors.contract import Connector


@cache
def fleet() -> dict[str, Connector]:
    """Every connector by its system's code, in order of code."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").CONNECTOR for name in names}
