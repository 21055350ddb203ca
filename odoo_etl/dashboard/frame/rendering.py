"""Templates filled in: what others wrote is escaped, and what a browser would obey in it is spelled out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.dashboard.frame.assets import asset
from odoo_etl.dashboard.frame.words import at, seen
from odoo_etl.reporting.pages import environment_of

if TYPE_CHECKING:
    from jinja2 import Environment

COMPILED: Final = Path(__file__).parents[1] / "__pycache__"
_CODE: Final = re.compile("`([^`]+)`")
_PACKAGE: Final = "odoo_etl.dashboard"


def rendered(template: str, **values: Any) -> str:
    """A page, or a part of one.

    Args:
        template: the name of its file in `dashboard/templates/` or `reporting/pages/templates/`.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = environment_of(_PACKAGE, folder=COMPILED, finalize=_shown)
    environment.globals["asset"] = asset
    environment.filters.update(at=at, exact=Exact, coded=Coded)
    return environment


def _shown(value: Any) -> Any:
    """Each text with what hides in it, unless it is markup of ours."""
    return seen(value) if type(value) is str else value


@dataclass(frozen=True, slots=True)
class Coded:
    """A text of ours in which names stand between backticks: `{{ page.means | coded }}`."""

    text: str

    def __html__(self) -> str:
        """The text as a template takes it, the names as code."""
        return _CODE.sub(r"<code>\1</code>", escape(seen(self.text)))


@dataclass(frozen=True, slots=True)
class Exact:
    """A text as it is, for fields in which it is edited: `value="{{ cell | exact }}"`."""

    text: str

    def __html__(self) -> str:
        """The text as a template takes it: escaped, and nothing else."""
        return escape(self.text)
