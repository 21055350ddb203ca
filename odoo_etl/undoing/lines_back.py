"""Lines that an undo made again are the job's own, as those that they stand for: with `rest`, they go again."""

from __future__ import annotations

from odoo_etl.planning import Existing
from odoo_etl.state import JobEntry, KnownRecords, Ledger
from odoo_etl.sync.existing import Schema, remember_lines
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import scope_of


class LinesBack:
    """Takes note of lines that came back under other ids."""

    def __init__(self, target: Target, schema: Schema) -> None:
        self._target, self._schema = target, schema
        self._found: dict[str, set[int]] = {}

    def note(self, path: str, row: Existing) -> None:
        """Take note of a line: `path` is that of its field, `order_line[]`."""
        self._found.setdefault(path, set()).add(row["id"])

    def remember(self, known: KnownRecords) -> None:
        """Keep what was noted in the ledger."""
        for path, ids in self._found.items():
            model = self._target.model
            for name in path.removesuffix("[]").split("[]."):
                model = self._schema.find(model, name).relation
            remember_lines(self._target, self._schema, known, (model, path), sorted(ids))


def entry_lines(ledger: Ledger, entry: JobEntry) -> KnownRecords:
    """The lines of a job's own, as the ledger has them."""
    return ledger.known(scope_of("lines", entry.job, entry.database))
