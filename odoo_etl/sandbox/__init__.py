"""An embedded, Odoo-compatible server for demos and pipeline tests; imports nothing from the rest of the package.

`Sandbox` is loaded on first use: importing this package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_etl.sandbox.server import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    """Load `Sandbox` (and SQLAlchemy with it) when it is first asked for."""
    if name == "Sandbox":
        from odoo_etl.sandbox.server import Sandbox  # noqa: PLC0415 - importing the package stays cheap

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
