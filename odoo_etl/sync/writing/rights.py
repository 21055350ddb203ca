"""Whether an access error is about the model or about a record: only Odoo can say, and it is asked once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from odoo_etl.errors import AccessRefused, OdooError
from odoo_etl.odoo import ACCESS_ERROR
from odoo_etl.sync.outcome import RuleRefused
from odoo_etl.sync.ports import Target

# What each kind of call in the journal does to the model.
OPERATIONS = {"create": "create", "load": "create", "unlink": "unlink"}
BESIDE = frozenset({"adopt", "disown"})  # write external ids, which are records of another model


class Rights:
    """The user's rights on the model of one job; may be asked from several lanes."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: dict[str, bool] = {}
        self._lock = threading.Lock()

    def judged(self, error: AccessRefused, kind: str, ids: Sequence[int]) -> OdooError:
        """The error that a write met, as what it is: a record rule refuses records, a lack of rights the whole job.

        Args:
            kind: of the call, as the journal has it.
            ids: the records that were to be changed.

        Raises:
            OdooError: Odoo cannot be asked.
        """
        operation = OPERATIONS.get(kind, "write")
        if kind in BESIDE or error.name != ACCESS_ERROR or not self.has(operation):
            return error
        model = self._target.model
        rule = f"the user may {operation} {model}, so it is a record rule of Odoo that keeps the record from this user"
        record = f"{model} {ids[0]}" if len(ids) == 1 else ""
        return RuleRefused(f"{error}; {rule}", name=error.name, debug=error.debug, record=record)

    def has(self, operation: str) -> bool:
        """Whether the user's groups allow the operation on the model. Raises OdooError."""
        with self._lock:
            if operation not in self._known:
                self._known[operation] = self._target.client.may(self._target.model, operation)
            return self._known[operation]
