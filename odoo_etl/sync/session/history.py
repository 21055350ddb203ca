"""The past of one job in the database that it writes to, as the ledger has it; and which database a server gave us."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from odoo_etl.errors import SourceError, unless_refused
from odoo_etl.results import Destination
from odoo_etl.sources import reach_odoo
from odoo_etl.spec import DOWNLOADS, JobSpec, OdooSource
from odoo_etl.state import (
    CreatedRecords,
    IdMap,
    KeptValues,
    KnownRecords,
    LaterWrites,
    Ledger,
    Marks,
    StepRecords,
    WrittenRecords,
)
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.session.copies import mark_of_copy

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY = {"active_test": False}


@dataclass(frozen=True)
class Past:
    """The ledger's pages on one job. Every method may raise StateError.

    Attributes:
        db: the `db` of the connection.
        note: told what a person should know of the ledger.
        full_refresh: the run reads everything, whatever earlier ones have read.
        retried: the run whose rejected rows this one feeds again, or "".
        made_for: the job whose lookups lack what this one creates, or "".
        destination: where the database is.
    """

    spec: JobSpec
    client: Odoo
    ledger: Ledger
    run_id: str
    db: str
    note: Callable[[str], object] = lambda _: None
    full_refresh: bool = False
    retried: str = ""
    made_for: str = ""
    destination: Callable[[], Destination] | None = None

    @cached_property
    def database(self) -> str:
        """Which database this is; asked once, when it is first needed."""
        return known_database(self.client, self.db, self.ledger, self.note, self.destination)

    @property
    def downloads(self) -> Path:
        """The folder for what was downloaded."""
        return self.ledger.folder / DOWNLOADS

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

    def databases(self) -> tuple[str, str]:
        """The database that the job writes to, and the one that its rows come from. Raises what `reach_odoo` does."""
        return self.database, self._source_database

    @cached_property
    def _source_database(self) -> str:
        """The mark of the database that rows come from: copies have the mark of theirs, but not its address."""
        source = self.spec.source
        if not isinstance(source, OdooSource) or source.server is None or (known := source.server.connection) is None:
            raise SourceError(f"job {self.spec.job}: its rows come from no Odoo, so that their ids stand for nothing")
        with reach_odoo(source) as client:
            return f"{database_mark(client, known.db)} {known.url}"

    def id_map(self) -> IdMap:
        """The records that came from other databases."""
        return self.ledger.source_ids(self.spec.job)

    def steps(self) -> StepRecords:
        """For which records the steps of the job were done, and which wait for them."""
        return self.ledger.steps(self.spec.job, self.spec.target.model, self.database)

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

    def may_have_begun(self) -> bool:
        """Whether there are any, or calls without an answer that may turn out to have created some."""
        return self.ledger.may_have_begun(self.spec.job, self.spec.target.model, self.database)

    def created(self) -> set[int]:
        """Records that the job created in this run, and in those that it goes on with."""
        return self.ledger.created_by(self.run_id, self.spec.job, self.spec.target.model, self.database)

    def written(self, group: str = "") -> WrittenRecords:
        """Records that the job wrote in this run, in those that it goes on with, and in other parts of the group."""
        return self.ledger.written_by(self.run_id, group, self.spec.job, self.spec.target.model, self.database)

    def archived(self) -> set[int]:
        """Records that the job archived and has not brought back; of what lookups lacked, those of any job."""
        if self.made_for:
            return self.archived_made(self.spec.target.model)
        return self.ledger.archived(self.spec.job, self.spec.target.model, self.database)

    def archived_made(self, model: str) -> set[int]:
        """Records that lookups of any job created, and that an undo archived since."""
        return self.ledger.archived_made(model, self.database)


def scope_of(what: str, job: str, database: str) -> int:
    """The number under which the ledger keeps what is known of a job's records.

    Args:
        what: `equal` to their rows when they were last read, `made` of contents by Odoo, `created` by the job, `kept`
            by Odoo otherwise than they were sent, `lines` that rows of it stood for.
    """
    digest = hashlib.blake2b(f"{what} {job} {database}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def known_database(
    client: Odoo,
    db: str,
    ledger: Ledger,
    note: Callable[[str], object],
    destination: Callable[[], Destination] | None = None,
) -> str:
    """The mark that the ledger knows a database by, which its copies elsewhere do not have.

    Args:
        db: the `db` of the connection.
        note: told when something was taken over, or could not be.
        destination: where it is.
    """
    return mark_of_copy(_known_mark(client, db, ledger, note), ledger, destination, note)


def _known_mark(client: Odoo, db: str, ledger: Ledger, note: Callable[[str], object]) -> str:
    """The mark of a database and all of its copies; books under one of earlier releases are taken over."""
    mark = database_mark(client, db)
    of_this_name = {one for one in ledger.databases() if one == _named(one, db)}
    by_uuid = {one for one in of_this_name if _UUID.fullmatch(one.partition("/")[0])}
    if not by_uuid and (mark in of_this_name or not of_this_name):
        return mark
    if same := sorted(of_this_name & _earlier_marks(client, db) - {mark}):
        ledger.take_over(same, mark)
        note(f"the ledger knew this database as {' and '.join(same)}; it goes on with all that under {mark}")
    elif mark not in of_this_name and by_uuid:
        note(
            "the ledger knows nothing of this database, but one of the same name by the mark of an earlier release"
            f" ({', '.join(sorted(by_uuid))}), which only administrators may read: if it is the same, run once as an"
            " administrator, who takes over what runs have written, watermarks and locks"
        )
    return mark


def database_mark(client: Odoo, db: str) -> str:
    """When the database was made, and its name: the same for every user that may log in.

    Odoo makes English with a database, lets every user read it, and refuses to delete it. `database.uuid` only
    administrators may read, and companies only their own employees.
    """
    rows = client.search_read("res.lang", [["code", "=", "en_US"]], ["create_date"], context=_ANY)
    made = rows[0]["create_date"] if rows else ""
    return _named(str(made or "unknown"), db)


def _named(mark: str, db: str) -> str:
    return f"{mark.partition('/')[0]}/{db}" if db else mark.partition("/")[0]


def _earlier_marks(client: Odoo, db: str) -> set[str]:
    """The marks that earlier releases knew this database by: as administrators, and as others."""
    companies = client.search_read("res.company", [["id", "=", 1]], ["create_date"])
    marks = [*_uuid(client), *(str(row["create_date"]) for row in companies)]
    return {_named(mark, db) for mark in marks}


def _uuid(client: Odoo) -> list[str]:
    rows: list[dict[str, Any]] = []
    with unless_refused():
        rows = client.search_read("ir.config_parameter", [["key", "=", "database.uuid"]], ["value"])
    return [row["value"] for row in rows]


def spec_identity(text: str) -> str:
    """A short hash of what a job says."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
