"""An embedded, Odoo-compatible server for demos and pipeline tests; imports nothing from the rest of the package.

`Sandbox` is loaded on first use: importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odoo_etl.sandbox.server import Sandbox
    from odoo_etl.sandbox.tables import BadRow, World

__all__ = ["BadRow", "Sandbox", "World"]

_HOMES: Final = {"BadRow": "tables", "Sandbox": "server", "World": "tables"}


def __getattr__(name: str) -> Any:
    """Load a name (and SQLAlchemy with it) when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
