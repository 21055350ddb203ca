"""The one place that writes records to Odoo: sends a plan, and isolates what Odoo refuses.

Every call is one transaction in Odoo: all of it lands or nothing. Errors that are not about the rows (server away, no
rights) go up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from odoo_etl.errors import Refused
from odoo_etl.loading.creates import Creates
from odoo_etl.loading.isolate import RefusalRate, isolate
from odoo_etl.loading.outcome import Outcome, Refuse
from odoo_etl.loading.ports import Target
from odoo_etl.loading.recorder import Recorder
from odoo_etl.planning import EqualWrites, Plan, Update, batches

WEB_SAVE_MULTI_SINCE = 19


class Writer:
    """Sends the plans of one job; may be used from several lanes."""

    def __init__(self, target: Target, recorder: Recorder, creates: Creates) -> None:
        self._target, self._recorder, self._creates = target, recorder, creates
        self._many = target.client.version().major >= WEB_SAVE_MULTI_SINCE
        self._rate = RefusalRate()

    def apply(self, plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
        """Send the writes of a plan; what each became goes into `outcome`, what Odoo refuses to `refuse`."""

        def landed(items: Sequence[Update], _: object) -> None:
            outcome.updated.extend(item.record for item in items)

        def refused(item: Update, error: Refused) -> None:
            refuse(item.record, error)

        self._creates.apply(plan.creates, chunk, self._rate, outcome, refuse)
        for batch in batches(plan.updates, many=self._many):
            send = self._write_equal if isinstance(batch, EqualWrites) else self._write_many
            isolate(batch.updates, partial(send, chunk), self._rate, landed, refused)

    def _write_equal(self, chunk: int, items: Sequence[Update]) -> None:
        target, ids = self._target, [item.id for item in items]
        send = partial(target.client.write, target.model, ids, items[0].values, context=target.context)
        self._update(chunk, items, send)

    def _write_many(self, chunk: int, items: Sequence[Update]) -> None:
        target, ids = self._target, [item.id for item in items]
        values = [item.values for item in items]
        send = partial(target.client.web_save_multi, target.model, ids, values, context=target.context)
        self._update(chunk, items, send)

    def _update(self, chunk: int, items: Sequence[Update], send: Callable[[], object]) -> None:
        ids = [item.id for item in items]
        before = [{name: old for name, (old, _) in item.changes.items()} for item in items]
        after = [item.values for item in items]
        call = self._recorder.begin(chunk, "update", ids=ids, before=before, after=after)
        self._recorder.send(call, send)
        self._recorder.done(call, ids)
