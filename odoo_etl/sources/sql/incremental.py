"""The part of a query that changed: the query wrapped so that it begins where a run does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from odoo_etl.errors import SourceError
from odoo_etl.sources.sql.sessions import quoted
from odoo_etl.sources.watermarks import check_values
from odoo_etl.spec import SqlIncremental

SINCE = "odoo_etl_since"  # the parameter of the wrapping
_NOW = {"mssql": "sysutcdatetime()"}  # its sessions have no time zone of their own


def wrapped(query: str, spec: SqlIncremental, since: Any, dialect: sa.Dialect) -> str:
    """`query` without what is below `since` (None: everything), sorted by the cursor; `since` is :SINCE in it.

    `>=`, because rows that share the watermark may have come after it; NULL can never be compared, so
    such rows come every time.
    """
    cursor = quoted(spec.cursor, dialect)
    bounds = []
    if since is not None:
        bounds.append(f"{cursor} >= :{SINCE}")
        if dialect.name == "sqlite":  # to which every number is below every text: what cannot be compared comes too
            bounds[0] = f"({bounds[0]} OR (typeof({cursor}) = 'text') <> (typeof(:{SINCE}) = 'text'))"
    if spec.upper:
        bounds.append(f"{cursor} < {_NOW.get(dialect.name, 'current_timestamp')}")
    where = f"WHERE {cursor} IS NULL OR ({' AND '.join(bounds)}) " if bounds else ""
    return f"SELECT * FROM (\n{query}\n) q {where}ORDER BY {cursor}"  # noqa: S608 (the job's own query; the cursor is quoted, the value bound)


def check_cursors(spec: SqlIncremental, values: Sequence[Any], first_row: int) -> None:
    """Refuse values that have no order, would end up above every later one, or are not what `upper` compares."""
    check_values(spec, values, first_row)
    if spec.upper and any(isinstance(value, int | float | Decimal) for value in values):
        raise SourceError(
            f"the cursor {spec.cursor!r} holds numbers, which upper: {spec.upper} cannot compare with a time "
            "(leave upper out)"
        )
