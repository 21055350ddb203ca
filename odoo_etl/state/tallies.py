"""Reads of the ledger for measures: the last run of each job, runs by how they ended, the size of the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from odoo_etl.state import history
from odoo_etl.state.entries import JobEntry, RunEntry
from odoo_etl.state.store import Store
from odoo_etl.state.tables import jobs, metadata, runs, slots

LAST_ENTRIES = 2000  # among which most jobs have their last run: all of them are read where one has not
BRINGS_ROWS = ("run", "apply", "resume", "retry")  # an undo, say, is no run of a job


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a job on one database.

    Attributes:
        entries: of the job in that run: the whole, its parts, second looks.
        succeeded_at: when a run last ended in which the job was done as a whole; None for never.
    """

    job: str
    run: RunEntry
    entries: Sequence[JobEntry]
    succeeded_at: datetime | None


class Tallies:
    """Sums over all runs. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last_runs(self, names: Collection[str]) -> list[LastRun]:
        """The last runs of some jobs, one for each database that they ran on, the newest last."""
        newest = self._newest(names)
        with self._store.read() as connection:
            known = connection.execute(sa.select(jobs).where(jobs.c.id.in_([row.newest for row in newest]))).all()
            ids = {row.run_id for row in known}
            ran = connection.execute(sa.select(runs).where(runs.c.id.in_(ids))).all()
            query = sa.select(jobs).where(jobs.c.run_id.in_(ids), jobs.c.job.in_(names)).order_by(jobs.c.id)
            entries = list(map(history.job_entry, connection.execute(query)))
        run_of, place = {row.id: history.run_entry(row) for row in ran}, {row.id: row for row in known}
        found = list[LastRun]()
        for row in newest:
            last = place[row.newest]
            own = [
                one for one in entries if (one.run_id, one.job, one.database) == (last.run_id, row.job, row.database)
            ]
            succeeded = None if row.succeeded is None else datetime.fromtimestamp(row.succeeded, UTC)
            found.append(LastRun(row.job, run_of[last.run_id], own, succeeded))
        return found

    def _newest(self, names: Collection[str]) -> list[Any]:
        """The newest entry of each job on each database, and its last success; mostly both are among the last ones."""
        pairs = sa.select(jobs.c.job, jobs.c.database).where(jobs.c.job.in_(names)).distinct()  # the index has them
        with self._store.read() as connection:
            known = {tuple(row) for row in connection.execute(pairs)}
            since = (connection.execute(sa.select(sa.func.max(jobs.c.id))).scalar_one() or 0) - LAST_ENTRIES
            found = list(connection.execute(_newest_of(names).where(jobs.c.id > since)))
            whole = {(row.job, row.database) for row in found if row.succeeded is not None}
            rest = {job for job, database in known - whole}
            if rest and since > 0:
                found = [row for row in found if row.job not in rest]
                found += connection.execute(_newest_of(rest))
        return sorted(found, key=attrgetter("newest"))

    def runs(self) -> dict[tuple[str, int], int]:
        """How many runs there were, by command and exit code; of those that have ended."""
        query = sa.select(runs.c.command, runs.c.exit_code, sa.func.count()).where(runs.c.exit_code.is_not(None))
        with self._store.read() as connection:
            found = connection.execute(query.group_by(runs.c.command, runs.c.exit_code)).all()
        return {(command, code): number for command, code, number in found}

    def slots(self, environment: str) -> dict[tuple[str, str], int]:
        """How many slots there are, by schedule and outcome: done, failed, missed; of those that have ended."""
        well = slots.c.exit_code.in_((0, 3))
        outcome = sa.case((slots.c.state == "missed", "missed"), (well, "done"), else_="failed")
        number = sa.func.sum(sa.case((slots.c.state == "missed", slots.c.times), else_=1))
        query = (
            sa.select(slots.c.schedule, outcome, number)
            .where(slots.c.environment == environment, slots.c.state.in_(("ended", "missed")))
            .group_by(slots.c.schedule, outcome)
        )
        with self._store.read() as connection:
            return {(schedule, kind): int(count) for schedule, kind, count in connection.execute(query)}

    def size_bytes(self) -> int:
        """The room that the store takes."""
        path = self._store.path
        if path is not None:
            kept = (path, path.with_name(f"{path.name}-wal"))
            return sum(each.stat().st_size for each in kept if each.exists())
        tables = [sa.func.to_regclass(table.name) for table in metadata.sorted_tables]
        query = sa.select(sum((sa.func.pg_total_relation_size(each) for each in tables), sa.literal(0)))
        with self._store.read() as connection:
            return int(connection.execute(query).scalar_one() or 0)


def _newest_of(names: Collection[str]) -> sa.Select[Any]:
    whole = (jobs.c.status == "done") & jobs.c.partial.is_(False)
    return (
        sa.select(
            *(jobs.c.job, jobs.c.database, sa.func.max(jobs.c.id).label("newest")),
            sa.func.max(sa.case((whole, runs.c.finished_at))).label("succeeded"),
        )
        .select_from(jobs.join(runs, runs.c.id == jobs.c.run_id))
        .where(jobs.c.job.in_(names), runs.c.command.in_(BRINGS_ROWS))
        .group_by(jobs.c.job, jobs.c.database)
    )
