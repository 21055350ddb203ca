"""The error of a cell that cannot become a value, and how its text repeats the cell."""

from __future__ import annotations

from typing import Any

from odoo_etl.text import NoText, text_of

SHOWN = 80  # characters of a bad value that an error repeats


class BadValue(ValueError):
    """A cell that cannot become a value of its field."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def as_text(cell: Any) -> str:
    """The text of a typed cell; `BadValue` where it has none."""
    try:
        return text_of(cell)
    except NoText as error:
        raise BadValue(error.code, error.reason) from None


def shown(value: Any) -> str:
    """The value as an error text repeats it: quoted, and cut when it is long."""
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN:
        return f"a number of {value.bit_length()} bits"  # Python refuses to write the longest ones out
    if isinstance(value, bool):
        value = text_of(value)
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def not_loadable(what: str) -> BadValue:
    """The error for a value that `load` cannot be given."""
    reason = f"Odoo cannot be given {what} together with an external id; leave the field out, or identify by key"
    return BadValue("not_loadable", reason)
