"""The templates of pages, filled in: what others wrote is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from odoo_etl.text import printable


def page_parts(template: str, **values: Any) -> Iterator[str]:
    """A page in parts, so that a large one is never whole in memory.

    Args:
        template: the name of its file in this folder.
        values: what it shows; iterators are read when the page comes to them.
    """
    return _environment().get_template(template).generate(**values)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("odoo_etl.reporting", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {"shown": printable, "count": "{:,}".format}
    environment.filters.update(filters)
    return environment
