"""`load`: rows of texts, as from a spreadsheet, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model


def load(env: Env, model: Model, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """placeholder"""
    raise NotImplementedError
