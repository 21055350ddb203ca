"""Writing back what updates replaced, with a second try: records that swapped a unique value swap it again.

What is remembered of values that Odoo keeps otherwise is put back with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from odoo_etl.errors import Refused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record
from odoo_etl.planning import Existing, RecordRules, Update
from odoo_etl.state import JobEntry, Ledger
from odoo_etl.sync.counts import BatchProgress
from odoo_etl.sync.existing import LineContents, content_fields, hold_contents, made_of_contents
from odoo_etl.sync.outcome import Outcome, Refusal
from odoo_etl.sync.ports import Target
from odoo_etl.sync.read_back import Known
from odoo_etl.sync.refused import Swaps
from odoo_etl.sync.session import scope_of
from odoo_etl.sync.writing import RefusalRate, Updates

NO_CHUNK = 0


class PutBack:
    """The updates of one undo, page by page; for use by one thread.

    Attributes:
        lost: ids of the records whose write got no answer and has not landed: they are to be planned anew.
    """

    def __init__(self, updates: Updates) -> None:
        self._updates, self._rate, self._share = updates, RefusalRate(), BatchProgress()
        self._landed: list[int] = []
        self.lost: set[int] = set()

    def apply(self, updates: Sequence[Update]) -> list[int]:
        """Write a page; the ids of those that landed. What Odoo refuses is kept."""
        known = {update.id: update for update in updates}
        outcome = Outcome()

        def keep(record: Record, error: Refused) -> None:
            self._share.refused.append(Refusal(record, error, 0, known[record.key[0]]))

        self._updates.apply(updates, NO_CHUNK, self._rate, outcome, keep)
        return self._told(outcome)

    def _told(self, outcome: Outcome) -> list[int]:
        """The ids of what landed; what was lost on the way is kept."""
        landed = [record.key[0] for record in outcome.updated]
        self.lost.difference_update(landed)
        self.lost.update(record.key[0] for record in outcome.again)
        return landed

    def conclude(self, fields: Mapping[str, TargetField]) -> tuple[list[int], list[Refusal]]:
        """Try once more what was refused, now that all pages are done: the ids of what landed, and what did not.

        Args:
            fields: those that the run wrote, by name.
        """
        Swaps(self, fields).land([(NO_CHUNK, self._share)])
        landed, refused = self._landed, self._share.refused
        self._share.refused = []
        return landed + self.apply([one.update for one in refused if one.update is not None]), self._share.refused

    def retry(self, refused: Refusal, progress: BatchProgress, chunk: int) -> Refusal | None:  # noqa: ARG002 - there is one batch
        """Write one record again; its refusal, or None when it landed."""
        error = self.put(refused.update, chunk) if refused.update is not None else refused.error
        if error is None and refused.record.key[0] not in self.lost:
            self._landed.append(refused.record.key[0])
        return replace(refused, error=error) if error is not None else None

    def put(self, update: Update, chunk: int) -> Refused | None:
        """Write an update; the error where Odoo refuses it."""
        errors, outcome = list[Refused](), Outcome()
        self._updates.apply([update], chunk, self._rate, outcome, lambda _, error: errors.append(error))
        self._told(outcome)
        return errors[0] if errors else None


class KeptForms:
    """The values of one job that Odoo keeps in forms of its own, files among them.

    Args:
        fields: those that were written.
    """

    def __init__(self, ledger: Ledger, entry: JobEntry, fields: Mapping[str, TargetField]) -> None:
        self._values = ledger.kept(scope_of("kept", entry.job, entry.database))
        self._files = ledger.known(scope_of("made", entry.job, entry.database))
        self._names = content_fields(entry.model, fields)

    def recognise(self, target: Target, rules: RecordRules, rows: Iterable[Existing]) -> None:
        """Mark files of lines that Odoo made of others, which the run had sent. Raises StateError."""
        if hold_contents(rules.children):
            LineContents(target, rules.children, self._files, learns=False).recognise(rows)

    def recall(self, ids: Sequence[int]) -> Known:
        """Kept values of these records. Raises StateError."""
        return {**self._values.recall(ids), **made_of_contents(self._files, ids, self._names)}
