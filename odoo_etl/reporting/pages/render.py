"""Templates filled in: everything that is put into one is escaped, whoever wrote it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.reporting.pages import words

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment

COMPILED = Path(__file__).with_name("__pycache__")

FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "number": words.number,
    "duration": words.duration,
    "size": words.size,
    "moment": words.moment,
    "shown": words.shown,
}


def render(template: str, **values: Any) -> str:
    """The text of a page.

    Args:
        template: its name in `templates/`.
        values: what it is filled with.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=compiled(COMPILED),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


def compiled(folder: Path) -> BytecodeCache | None:
    """Where templates are kept once they are compiled, which takes a tenth of a second: beside our compiled modules.

    None where Python keeps none there: the folder is missing or belongs to another user, or nothing is to be written.
    """
    from jinja2 import FileSystemBytecodeCache

    is_ours = folder.is_dir() and os.access(folder, os.W_OK) and not sys.dont_write_bytecode
    return FileSystemBytecodeCache(str(folder), "%s.template") if is_ours else None
