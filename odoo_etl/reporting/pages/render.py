"""The templates of pages, filled in: what others wrote is escaped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.reporting.pages import words
from odoo_etl.text import printable

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment

STYLE: Final = Path(__file__).with_name("templates") / "style.css"
COMPILED: Final = Path(__file__).with_name("__pycache__")
FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "brief": words.shown,
    "count": "{:,}".format,
    "duration": words.duration,
    "moment": words.moment,
    "number": words.number,
    "shares": words.shares,
    "shown": printable,
    "size": words.size,
}


def page_parts(template: str, **values: Any) -> Iterator[str]:
    """A page in parts, so that a large one is never whole in memory.

    Args:
        template: the name of its file in `templates/`.
        values: what it shows; iterators are read when the page comes to them.
    """
    return _environment().get_template(template).generate(**values)


@cache
def _environment() -> Environment:
    return environment_of()


def environment_of(
    *packages: str, folder: Path = COMPILED, finalize: Callable[[Any], Any] | None = None
) -> Environment:
    """Templates of ours, and those of other packages, which come first.

    Args:
        folder: where they are kept once they are compiled: those with another `finalize` have another one.
        finalize: makes what is shown of each value.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "odoo_etl.reporting.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=compiled(folder),
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def compiled(folder: Path) -> BytecodeCache | None:
    """Where templates are kept once they are compiled, which takes a tenth of a second: beside our compiled modules.

    None where Python keeps none there: the folder is missing or belongs to another user, or nothing is to be written.
    """
    from jinja2 import FileSystemBytecodeCache

    is_ours = folder.is_dir() and os.access(folder, os.W_OK) and not sys.dont_write_bytecode
    return FileSystemBytecodeCache(str(folder), "%s.template") if is_ours else None
