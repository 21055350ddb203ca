"""Templates filled in: what others wrote is escaped, and what a browser would obey in it is spelled out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from odoo_etl.dashboard.frame.assets import asset
from odoo_etl.reporting.pages import environment_of

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = "odoo_etl.dashboard"


def rendered(template: str, **values: Any) -> str:
    """A page, or a part of one.

    Args:
        template: the name of its file in `dashboard/templates/` or `reporting/pages/templates/`.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = environment_of(_PACKAGE)
    environment.globals["asset"] = asset
    return environment
