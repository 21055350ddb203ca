"""What all files for schedulers have in common."""

from __future__ import annotations

from odoo_etl.schedule_files.model import NOT_AGAIN
from odoo_etl.serving.attempts import BUSY, helps


def test_another_attempt_follows_where_the_server_makes_one():
    """`retries` means the same whoever runs the schedule; 8 and more are no exit codes of a run."""
    by_the_server = {code for code in range(1, 8) if helps(code) or code == BUSY}
    assert by_the_server == set(range(1, 8)) - set(NOT_AGAIN)
