"""The argument `country` of transforms: a code of two capitals, or the column that names the country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from odoo_etl.spec.transforms.base import Unreadable
from odoo_etl.spec.transforms.country_code import country_code

_CODE: Final = re.compile(r"[A-Z]{2}")


def column_of(country: str | None) -> tuple[str, ...]:
    """The column that the argument names; none where it is a code."""
    return () if country is None or _CODE.fullmatch(country) else (country,)


def code_of(country: str | None, cells: Mapping[str, str]) -> str | None:
    """The code of the country of a row; None where nothing says it.

    Args:
        cells: the texts of the row's cells by column.

    Raises:
        Unreadable: the cell names no country.
    """
    if country is None or not column_of(country):
        return country
    cell: str = cells[country]
    try:
        return country_code(cell) or None
    except Unreadable as error:
        raise Unreadable(error.code, f"is of the country {cell!r} (column {country}), which {error.reason}") from error
