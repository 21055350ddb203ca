"""A ledger with many past runs, made at once: for lists of runs that must stay quick."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from odoo_etl.state.tables import jobs, runs

NEWEST = datetime(2026, 11, 29, 6, tzinfo=UTC)
CODES = (0, 0, 0, 3, 0, 1, 0, 0, 130, 0)


def fill(url: str, many: int, jobs_of_each: int = 3) -> None:
    """Put so many runs into a store that is there, one an hour, the last one just before seven.

    Args:
        url: of the SQLite file.
        jobs_of_each: `job-0`, `job-1` and so on.
    """
    entries, parts = [], []
    for number in range(many):
        began = NEWEST - timedelta(hours=many - number)
        run, code = f"{began:%Y%m%dT%H%M%S}-{number:05x}abcd", CODES[number % len(CODES)]
        at = began.timestamp()
        known = {"id": run, "command": "run", "parent": "", "arguments": "{}", "started_at": at}
        entries.append({**known, "finished_at": at + 90, "exit_code": code})
        counts = json.dumps({"read": 1000, "created": 10, "unchanged": 985, "rejected": 5 if code == 3 else 0})
        for place in range(jobs_of_each):
            known = {"run_id": run, "job": f"job-{place}", "model": "res.partner", "database": "db", "spec_hash": ""}
            parts.append({**known, "status": "done", "partial": False, "counts": counts})
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(runs.insert(), entries)
        connection.execute(jobs.insert(), parts)
    engine.dispose()
