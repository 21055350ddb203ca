"""The past of one job in the database that it writes to, as the ledger has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from odoo_etl.spec import JobSpec, creating_job
from odoo_etl.state import CreatedRecords, KeptValues, KnownRecords, LaterWrites, Ledger, Marks
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.session.identity import known_database


@dataclass(frozen=True)
class Past:
    """The ledger's pages on one job. Every method may raise StateError.

    Attributes:
        db: the `db` of the connection.
        note: told what a person should know of the ledger.
        full_refresh: the run reads everything, whatever earlier ones have read.
        retried: the run whose rejected rows this one feeds again, or "".
    """

    spec: JobSpec
    client: Odoo
    ledger: Ledger
    run_id: str
    db: str
    note: Callable[[str], object] = lambda _: None
    full_refresh: bool = False
    retried: str = ""

    @cached_property
    def database(self) -> str:
        """Which database this is; asked once, when it is first needed."""
        return known_database(self.client, self.db, self.ledger, self.note)

    @property
    def downloads(self) -> Path:
        """The folder for what was downloaded."""
        return self.ledger.folder / "downloads"

    @cached_property
    def marks(self) -> Marks:
        """Where the run goes on, and where the next one will."""
        return self.ledger.marks(self.spec.job, self.database)

    def set_watermark(self, value: Any, definition: Mapping[str, str], *, anew: bool = False) -> None:
        """The next run begins behind this; see `Marks.set_watermark`."""
        self.marks.set_watermark(value, self.run_id, definition, anew=anew)

    def set_files(self, fingerprints: Mapping[str, str], definition: Mapping[str, str] | None = None) -> None:
        """The next run leaves these out as they are; see `Marks.set_files`."""
        self.marks.set_files(fingerprints, self.run_id, definition)

    def later_writes(self) -> LaterWrites:
        """The writes of runs of the job after the one that is retried."""
        entries = [one for one in self.ledger.jobs(self.retried) if one.job == self.spec.job and one.database]
        return self.ledger.lineage.written_after(entries[-1]) if entries else LaterWrites()

    def last_rows(self) -> int | None:
        """Rows of the last whole run that was done."""
        return self.ledger.last_rows(self.spec.job, self.database)

    def known(self, what: str) -> KnownRecords:
        """The known facts about records; `what` as for `scope_of`."""
        return self.ledger.known(scope_of(what, self.spec.job, self.database))

    def kept(self) -> KeptValues:
        """Values that Odoo keeps otherwise than the job sent them."""
        return self.ledger.kept(scope_of("kept", self.spec.job, self.database))

    def created_since(self, call_id: int) -> Iterator[CreatedRecords]:
        """The records that calls of the job after that one created."""
        return self.ledger.created_since(self.spec.job, self.spec.target.model, self.database, call_id)

    def keys_of(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Id to what the job last knew the record by; absent where no call says."""
        return self.ledger.keys_of(self.spec.job, self.spec.target.model, self.database, ids)

    def touched(self) -> set[int]:
        """Records that the job created or wrote, without those it deleted."""
        return self.ledger.touched(self.spec.job, self.spec.target.model, self.database)

    def begun(self) -> set[int]:
        """Records that the job created since the last whole run of which every row landed."""
        return self.ledger.begun(self.spec.job, self.spec.target.model, self.database)

    def created(self) -> set[int]:
        """Records that the job created in this run, and in those that it goes on with."""
        return self.ledger.created_by(self.run_id, self.spec.job, self.spec.target.model, self.database)

    def archived(self) -> set[int]:
        """Records that the job archived and has not brought back."""
        return self.ledger.archived(self.spec.job, self.spec.target.model, self.database)

    def archived_of(self, field: str) -> set[int]:
        """Records that the lookup of a field created, and that an undo archived since."""
        model = self.spec.fields[field].lookup[-1].model
        return self.ledger.archived(creating_job(self.spec.job, field), model, self.database)


def scope_of(what: str, job: str, database: str) -> int:
    """The number under which the ledger keeps what is known of a job's records.

    Args:
        what: `equal` to their rows when they were last read, `made` of contents by Odoo, `created` by the job, `kept`
            by Odoo otherwise than they were sent.
    """
    digest = hashlib.blake2b(f"{what} {job} {database}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
