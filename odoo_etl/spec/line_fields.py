"""The fields of a job and those of its lines: by the path that leads to them, `order_line.product_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from odoo_etl.spec.tree import Path


def place_of(path: str) -> Path:
    """The place in a job of the field that a path leads to."""
    *above, name = path.split(".")
    return (*(part for one in above for part in ("lines", one)), "fields", name)


def lines_below(lines: Any, at: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The lines of a job as they are written, at any depth, each with its place."""
    for name, one in lines.items() if isinstance(lines, Mapping) else ():
        if isinstance(one, Mapping):
            here = (*at, "lines", str(name))
            yield here, one
            yield from lines_below(one.get("lines"), here)


def fields_below(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a job as they are written, and those of its lines, by their path."""
    for at, one in (((), data), *lines_below(data.get("lines"))):
        above = "".join(f"{name}." for name in at[1::2])
        fields = one.get("fields")
        yield from ((f"{above}{name}", field) for name, field in fields.items()) if isinstance(fields, Mapping) else ()
