"""The one place that writes to Odoo: sends a plan, and isolates what Odoo refuses.

Every call is one transaction in Odoo: all of it lands or nothing. A refused call is halved until the culprit is alone;
its neighbours land. Errors that are not about the rows (server away, no rights) go up and end the job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.loading.ports import Odoo
from odoo_etl.mapping import Flaw, Record, Reject
from odoo_etl.planning import Create, EqualWrites, Kept, Plan, Update, batches, reject_all

Item = TypeVar("Item", Create, Update)

WEB_SAVE_MULTI_SINCE = 19


@dataclass(slots=True)
class Outcome:
    """What is confirmed of one chunk. Filled as answers come, so it is true also when a later call fails."""

    created: list[Record] = field(default_factory=list)
    updated: list[Record] = field(default_factory=list)
    unchanged: list[Kept] = field(default_factory=list)
    skipped: list[Kept] = field(default_factory=list)
    refused: list[tuple[Record, Refused]] = field(default_factory=list)  # alone in their call, and refused all the same


class Writer:
    """Sends the plans of one job.

    Args:
        context: goes with every write.
    """

    def __init__(self, client: Odoo, model: str, context: Mapping[str, Any]) -> None:
        self._client, self._model, self._context = client, model, context
        self._many = client.version().major >= WEB_SAVE_MULTI_SINCE

    def apply(self, plan: Plan, outcome: Outcome) -> None:
        """Send the writes of a plan; what each became goes into `outcome`."""
        self._isolating(plan.creates, self._create, outcome.created, outcome)
        for batch in batches(plan.updates, many=self._many):
            send = self._write_equal if isinstance(batch, EqualWrites) else self._write_many
            self._isolating(batch.updates, send, outcome.updated, outcome)

    def _isolating(
        self,
        items: Sequence[Item],
        send: Callable[[Sequence[Item]], object],
        landed: list[Record],
        outcome: Outcome,
    ) -> None:
        """Send items in one call; halve what is refused until single items remain."""
        if not items:
            return
        try:
            send(items)
        except Refused as error:
            if len(items) == 1:
                outcome.refused.append((items[0].record, error))
                return
            middle = len(items) // 2
            self._isolating(items[:middle], send, landed, outcome)
            self._isolating(items[middle:], send, landed, outcome)
        else:
            landed.extend(item.record for item in items)

    def _create(self, items: Sequence[Create]) -> None:
        try:
            self._client.create(self._model, [item.values for item in items], context=self._context)
        except UnknownOutcome as error:
            raise UnknownOutcome(
                f"creating {len(items)} records of {self._model} got no answer ({error}): it is unknown whether Odoo"
                f" created them (source lines {_lines([item.record for item in items])}). They were not sent again."
                " Once the server is calm, run the job again: it looks every key up before it creates anything"
            ) from error

    def _write_equal(self, items: Sequence[Update]) -> None:
        self._client.write(self._model, [item.id for item in items], items[0].values, context=self._context)

    def _write_many(self, items: Sequence[Update]) -> None:
        values = [item.values for item in items]
        self._client.web_save_multi(self._model, [item.id for item in items], values, context=self._context)


def refusal(record: Record, error: Refused) -> list[Reject]:
    """The rejects of a record that Odoo refused, with Odoo's own words."""
    return reject_all(record, Flaw("write", error.name or "refused", str(error)))


def _lines(records: Sequence[Record]) -> str:
    lines = sorted(row.line for record in records for row in record.rows)
    return str(lines[0]) if len(lines) == 1 else f"{lines[0]} to {lines[-1]}"
