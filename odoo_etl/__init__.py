"""odoo_etl keeps Odoo in step with tabular data, declaratively.

Public from here: `OdooClient` and `RetryPolicy`, loaded when they are asked for.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as typing has it, which takes longer to load than the whole of this: Ctrl-C may come meanwhile
if TYPE_CHECKING:
    from odoo_etl.odoo import OdooClient, RetryPolicy

__all__ = ["OdooClient", "RetryPolicy"]

_HOMES = {"OdooClient": "odoo_etl.odoo", "RetryPolicy": "odoo_etl.odoo"}


def __getattr__(name: str) -> object:
    """Load a public name at its first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
