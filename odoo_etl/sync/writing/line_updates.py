"""Writing to records with lines so that none is added twice, whatever happens to the call.

A write that adds lines, or takes some away, does more each time, so that the client never sends it twice. Without an
answer it is waited for as a `create` is. What has not landed by then never will: its records are planned anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from odoo_etl.errors import UnknownOutcome
from odoo_etl.planning import Image, Update
from odoo_etl.sync.existing import read_written
from odoo_etl.sync.writing.own_records import holds
from odoo_etl.sync.writing.settler import Settler
from odoo_etl.sync.writing.updates import Updates


class LineUpdates(Updates):
    """`write` and `web_save_multi` of records with lines.

    Args:
        settled: told when the outcome of a call without an answer is known.
        parts: as `Updates` takes them.
    """

    def __init__(self, settler: Settler, settled: Callable[[], object], *parts: Any) -> None:
        super().__init__(*parts)
        self._settler, self._settled = settler, settled

    def _settle(self, items: Sequence[Update], wrote: Sequence[Image], error: UnknownOutcome, /) -> bool:
        ids = [item.id for item in items]
        landed = self._settler.wait(lambda: self._hold(ids, wrote), error.sent_s_ago)
        self._settled()
        return landed

    def _hold(self, ids: Sequence[int], wrote: Sequence[Image]) -> bool:
        """Whether all records have what was to be written, their lines included: a call does all of it or nothing."""
        target = self._target
        existing = read_written(target.client, target.model, ids, wrote, target.context)
        return all(each in existing and holds(image, existing[each]) for each, image in zip(ids, wrote, strict=True))
