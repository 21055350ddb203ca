"""Rows whose record was refused a step are no rejects while the step is tried again."""

from __future__ import annotations

from odoo_etl.state import ChunkEntry
from odoo_etl.sync.session.steps_to_come import waits_for_steps, with_steps_to_come

WRITE = {"stage": "write", "code": "refused"}
STEP = {"stage": "after", "code": "odoo.exceptions.UserError"}
UNKNOWN = {"stage": "after", "code": "step_unknown"}


def test_only_rows_whose_step_is_tried_again_are_rejects_no_more():
    """The sum of the counts stays, and counts that come to nothing are left out."""
    chunk = ChunkEntry(3, {"created": 2, "rejected": 3, "lines_created": 4}, [WRITE, STEP, UNKNOWN])
    counts = {"created": 2, "rejected": 2, "lines_created": 4, "unchanged": 1}
    assert waits_for_steps(chunk)
    assert with_steps_to_come(chunk) == ChunkEntry(3, counts, [WRITE, UNKNOWN])
    assert with_steps_to_come(ChunkEntry(0, {"rejected": 1}, [STEP])) == ChunkEntry(0, {"unchanged": 1}, [])
    assert not waits_for_steps(ChunkEntry(1, {"rejected": 2}, [WRITE, UNKNOWN]))
