"""A job that runs again and again in the tests' own process, by a clock of its own, with its reads watched."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, cast

from odoo_etl import OdooClient
from odoo_etl.results import UndoneRecords
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.state import Ledger
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from odoo_etl.sync.writing.settler import Settler
from odoo_etl.undoing import UndoRequest, undo_job
from tests.builders import Heard, ListSource
from tests.servers import Server


class Watched(OdooClient):
    """A client that notes which fields of partners are read before the first write, links to others with the rest."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.url, server.db, user=server.user, api_key=server.api_key)
        self.read_fields: list[set[str]] = []
        self.writes: list[str] = []  # of all views of the client

    def search_read(self, model: str, domain: Any = (), fields: Any = None, **rest: Any) -> list[dict[str, Any]]:
        """Noted, then sent."""
        if model == "res.partner" and not self.writes and set(fields) - {"id", "ref", "write_date"}:
            self.read_fields.append(set(fields) - {"ref", "write_date", "parent_id"})
        return super().search_read(model, domain, fields, **rest)

    def read(self, model: str, ids: Any, fields: Any = None, **rest: Any) -> list[dict[str, Any]]:
        """The links of what was just read."""
        if model == "res.partner" and self.read_fields and not self.writes:
            self.read_fields[-1] |= set(fields)
        return super().read(model, ids, fields, **rest)

    def create(self, *what: Any, **rest: Any) -> list[int]:
        """What is read from here on is what was written."""
        self.writes.append("create")
        return super().create(*what, **rest)

    def write(self, *what: Any, **rest: Any) -> bool:
        """The same."""
        self.writes.append("write")
        return super().write(*what, **rest)

    def begin(self) -> None:
        """Nothing is read yet."""
        self.read_fields.clear()
        self.writes.clear()


@dataclass
class World:
    """A job that runs again and again, each time hours later by our clock."""

    client: Watched
    ledger: Ledger
    rows: list[tuple[str, ...]]
    spec: JobSpec
    columns: tuple[str, ...]
    later_s: float = 7200.0
    runs: int = 0
    database: str = "db"
    writes: int = 0
    heard: Heard = field(default_factory=Heard)

    def run(self, *, plan: bool = False) -> dict[str, int]:
        """What became of the rows; `client.read_fields` then holds what was read for that."""
        self.runs += 1
        self.client.begin()
        settler = Settler()
        so_far = JobSoFar.begun(self.spec.job, self.spec.target.model)
        booking = Booking(self.ledger, f"r{self.runs}", self.database, settler, lambda _: None)
        request = JobRequest(
            Planned([self.spec], 10) if plan else None,
            booking,
            AllRows(ListSource(self.columns, self.rows)),
            settler,
            now=lambda: time.time() + self.later_s,
            rejects=self.heard,
        )
        result = run_job(self.spec, self.client, self.heard, so_far, request)
        assert result.error == ""
        counts = result.counts
        return {name: n for name in ("created", "updated", "unchanged") if (n := getattr(counts, name))}

    def undo(self, run: str) -> UndoneRecords:
        """Take a run back; what became of it."""
        self.runs += 1
        self.ledger.start_run(f"r{self.runs}", "undo", run)
        (entry,) = self.ledger.jobs(run)
        so_far = JobSoFar.begun(entry.job, entry.model)
        request = UndoRequest(self.ledger, f"r{self.runs}", self.database, Settler())
        result = undo_job(entry, self.client, self.heard, so_far, request)
        assert (result.error, result.undone is not None) == ("", True)
        return cast("UndoneRecords", result.undone)

    def id_of(self, row: int) -> int:
        """The record of a row, by its first cell."""
        (found,) = self.client.search("res.partner", [["ref", "=", self.rows[row][0]]])
        return found
