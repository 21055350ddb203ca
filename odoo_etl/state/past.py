"""The runs of the store as lists of them show them: some at a time, of some jobs, outcomes or times, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import sqlalchemy as sa

from odoo_etl.state.entries import JobEntry, RunEntry
from odoo_etl.state.history import job_entry, run_entry
from odoo_etl.state.store import Store
from odoo_etl.state.tables import jobs, runs

Outcome = Literal["done", "rejects", "failed", "interrupted", "open"]

_AT_ONCE: Final = 500  # values of one statement
_INTERRUPTED: Final = (130, 143)
_OUTCOMES: Final[dict[Outcome, sa.ColumnElement[bool]]] = {
    "done": runs.c.exit_code == 0,
    "rejects": runs.c.exit_code == 3,
    "failed": runs.c.exit_code.not_in((0, 3, *_INTERRUPTED)),
    "interrupted": runs.c.exit_code.in_(_INTERRUPTED),
    "open": runs.c.exit_code.is_(None),
}


@dataclass(frozen=True, slots=True)
class WantedRuns:
    """Which runs are wanted; all of them without any of these.

    Attributes:
        job: they had it.
        outcome: by exit code; `open` of those that have none: they go on, or were killed.
        since, until: they began at this time or later, and before that one.
    """

    job: str = ""
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """The same as SQL."""
        parts: list[sa.ColumnElement[bool]] = []
        if self.job:
            parts.append(runs.c.id.in_(sa.select(jobs.c.run_id).where(jobs.c.job == self.job)))
        if self.outcome:
            parts.append(_OUTCOMES[self.outcome])
        parts += [runs.c.started_at >= self.since.timestamp()] if self.since else []
        parts += [runs.c.started_at < self.until.timestamp()] if self.until else []
        return sa.and_(sa.true(), *parts)


class PastRuns:
    """Lists of runs. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, wanted: WantedRuns) -> int:
        """How many there are."""
        with self._store.read() as connection:
            query = sa.select(sa.func.count()).select_from(runs).where(wanted.condition)
            return int(connection.execute(query).scalar_one())

    def page(self, wanted: WantedRuns, limit: int, offset: int = 0) -> list[RunEntry]:
        """Some of them, newest first."""
        query = sa.select(runs).where(wanted.condition).order_by(runs.c.number.desc()).limit(limit).offset(offset)
        with self._store.read() as connection:
            return [run_entry(row) for row in connection.execute(query)]

    def endings(self, wanted: WantedRuns) -> list[tuple[datetime, int | None]]:
        """When each of them began, and its exit code; oldest first."""
        query = sa.select(runs.c.started_at, runs.c.exit_code).where(wanted.condition).order_by(runs.c.number)
        with self._store.read() as connection:
            return [(datetime.fromtimestamp(at, UTC), code) for at, code in connection.execute(query)]

    def jobs_of(self, run_ids: Collection[str]) -> dict[str, list[JobEntry]]:
        """Run to its jobs in the order they started; runs without any are left out."""
        found = defaultdict[str, list[JobEntry]](list)
        with self._store.read() as connection:
            for some in _some(run_ids):
                query = sa.select(jobs).where(jobs.c.run_id.in_(some)).order_by(jobs.c.id)
                for row in connection.execute(query):
                    found[row.run_id].append(job_entry(row))
        return dict(found)

    def last_of_jobs(self) -> dict[str, str]:
        """Job to the last run that it was in."""
        newest = sa.select(sa.func.max(jobs.c.id)).group_by(jobs.c.job)
        with self._store.read() as connection:
            found = connection.execute(sa.select(jobs.c.job, jobs.c.run_id).where(jobs.c.id.in_(newest)))
            return {row.job: row.run_id for row in found}

    def entries(self, run_ids: Collection[str]) -> list[RunEntry]:
        """These runs, newest first; those that are not known are left out."""
        found = list[RunEntry]()
        with self._store.read() as connection:
            for some in _some(run_ids):
                query = sa.select(runs).where(runs.c.id.in_(some)).order_by(runs.c.number.desc())
                found += [run_entry(row) for row in connection.execute(query)]
        return sorted(found, key=lambda one: one.started_at, reverse=True)

    def known(self, run_ids: Collection[str]) -> set[str]:
        """Those of these ids that are runs."""
        with self._store.read() as connection:
            return {
                known
                for some in _some(run_ids)
                for known in connection.execute(sa.select(runs.c.id).where(runs.c.id.in_(some))).scalars()
            }


def _some(values: Collection[str]) -> Iterable[Sequence[str]]:
    listed = list(values)
    return (listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE))
