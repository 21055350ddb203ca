"""Delivered files on their way to where they go once they are done: noted before they move, forgotten afterwards."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from odoo_etl.state.store import Store
from odoo_etl.state.tables import deliveries, jobs


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file of which each row has its outcome.

    Attributes:
        run_id: the run that gave the last row its outcome.
        path: where the file is.
        mark: SHA-256 of its bytes, as they were read.
        folder: where it is to go; "" where it stays.
        later: where it is to go once no row of it is rejected any more; "" where none is.
        target: the name that it gets there, once that is known; "" before.
    """

    id: int
    run_id: str
    job: str
    path: str
    mark: str
    folder: str
    target: str
    later: str


class Deliveries:
    """The deliveries of this machine. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store, self._host = store, socket.gethostname()

    def deliver(self, run_id: str, job: str, files: Iterable[tuple[str, str, str, str]]) -> None:
        """A job has read files, all rows of which have their outcome: path, mark, folder and later folder of each.

        They move only once the job is done. What was noted of the same files before no longer counts.
        """
        rows = [{"path": path, "mark": mark, "folder": folder, "later": later} for path, mark, folder, later in files]
        mine = (deliveries.c.host == self._host, deliveries.c.job == job)
        with self._store.write(durable=True) as connection:
            for row in rows:
                connection.execute(deliveries.delete().where(*mine, deliveries.c.path == row["path"]))
                more = {"run_id": run_id, "job": job, "host": self._host, "target": ""}
                connection.execute(deliveries.insert().values(**row, **more))

    def all(self) -> list[Delivery]:
        """All that are known, oldest first."""
        query = sa.select(deliveries).where(deliveries.c.host == self._host).order_by(deliveries.c.id)
        with self._store.read() as connection:
            return [
                Delivery(row.id, row.run_id, row.job, row.path, row.mark, row.folder, row.target, row.later)
                for row in connection.execute(query)
            ]

    def done_jobs(self, run_ids: Collection[str]) -> set[tuple[str, str]]:
        """Run and name of the jobs that were done in some of these runs, over whichever rows."""
        query = sa.select(jobs.c.run_id, jobs.c.job).where(
            jobs.c.run_id.in_(run_ids), jobs.c.status == "done", jobs.c.part == ""
        )
        with self._store.read() as connection:
            return {(row.run_id, row.job) for row in connection.execute(query)}

    def begun_jobs(self, run_ids: Collection[str]) -> set[tuple[str, str]]:
        """Run and name of the jobs that belonged to these runs, however they ended."""
        query = sa.select(jobs.c.run_id, jobs.c.job).where(jobs.c.run_id.in_(run_ids))
        with self._store.read() as connection:
            return {(row.run_id, row.job) for row in connection.execute(query)}

    def claim(self, delivery: Delivery, target: str) -> bool:
        """Note the new name before anything moves; False where another run was faster."""
        mine = (deliveries.c.id == delivery.id, deliveries.c.target == delivery.target)
        with self._store.write(durable=True) as connection:
            return connection.execute(deliveries.update().where(*mine).values(target=target)).rowcount == 1

    def moved(self, delivery: Delivery, path: str) -> None:
        """The file is where it was to go; one with rejected rows is known on, for a retry."""
        this = deliveries.c.id == delivery.id
        with self._store.write(durable=True) as connection:
            if delivery.later:
                connection.execute(deliveries.update().where(this).values(path=path, folder="", target=""))
            else:
                connection.execute(deliveries.delete().where(this))

    def retried(self, delivery: Delivery, run_id: str) -> None:
        """A retry gave the last of its rejected rows their outcome: it goes where it was to go later."""
        new = {"run_id": run_id, "folder": delivery.later, "target": "", "later": ""}
        with self._store.write(durable=True) as connection:
            connection.execute(deliveries.update().where(deliveries.c.id == delivery.id).values(**new))

    def forget(self, delivery: Delivery) -> None:
        """The file is no longer the one that was read."""
        with self._store.write(durable=True) as connection:
            connection.execute(deliveries.delete().where(deliveries.c.id == delivery.id))
