"""Where the runs that the ledger knows of a database wrote: copies of a database have its mark, but not its address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import jobs

APART = "@"  # between the mark of a database and the environment that tells it from its copies


def last_destinations(store: Store, mark: str) -> dict[str, Mapping[str, Any]]:
    """The marks of a database and of its copies, the latest last, to where their last run wrote; {} where none says."""
    copies = sa.func.substr(jobs.c.database, 1, len(mark) + 1) == mark + APART
    told = jobs.c.details.contains('"destination"', autoescape=True)
    last = sa.func.max(sa.case((told, jobs.c.id), else_=0)).label("last")
    ours = (jobs.c.database == mark) | copies
    marks = sa.select(jobs.c.database, last).where(ours).group_by(jobs.c.database).subquery()
    query = sa.select(marks.c.database, jobs.c.details).outerjoin(jobs, jobs.c.id == marks.c.last)
    with store.read() as connection:
        found = connection.execute(query.order_by(marks.c.last)).all()
    return {database: json.loads(details or "{}").get("destination", {}) for database, details in found}
