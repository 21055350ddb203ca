"""The memory of values that Odoo keeps otherwise than they were sent: they are as the run left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_etl.fieldtypes import TargetField
from odoo_etl.state import JobEntry, Ledger
from odoo_etl.sync.existing import content_fields, made_of_contents
from odoo_etl.sync.read_back import Known
from odoo_etl.sync.session import scope_of


class KeptForms:
    """The values of one job that Odoo keeps in forms of its own, files among them.

    Args:
        fields: those that were written.
    """

    def __init__(self, ledger: Ledger, entry: JobEntry, fields: Mapping[str, TargetField]) -> None:
        self._values = ledger.kept(scope_of("kept", entry.job, entry.database))
        self._files = ledger.known(scope_of("made", entry.job, entry.database))
        self._names = content_fields(entry.model, fields)

    def recall(self, ids: Sequence[int]) -> Known:
        """Kept values of these records. Raises StateError."""
        return {**self._values.recall(ids), **made_of_contents(self._files, ids, self._names)}
