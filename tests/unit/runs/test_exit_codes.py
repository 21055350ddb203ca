"""The exit code of a run: the gravest of its jobs."""

from __future__ import annotations

import pytest

from odoo_etl.results import Counts, JobResult
from odoo_etl.runs.exit_codes import exit_code


def result(code, rejected=0):
    """A job's result."""
    return JobResult("job", "res.partner", exit_code=code, counts=Counts(rejected=rejected))


@pytest.mark.parametrize(
    ("codes", "rejected", "wanted"),
    [
        ([], 0, 0),
        ([0, 0], 0, 0),
        ([0, 0], 1, 3),
        ([0, 4], 1, 4),
        ([4, 5], 0, 5),
        ([2, 4], 0, 4),
        ([5, 1, 4, 2], 1, 1),
        ([2], 0, 2),
    ],
)
def test_the_gravest_decides(codes, rejected, wanted):
    """A failed job, no start, a limit, bad usage, then rejected rows."""
    assert exit_code([result(code, rejected) for code in codes], writes=True) == wanted


@pytest.mark.parametrize("code", [2, 5])
def test_nothing_was_written_is_not_said_once_something_was(code):
    """Codes that promise an untouched Odoo become 1 when an earlier job has written."""
    wrote = JobResult("job", "res.partner", counts=Counts(updated=1))
    assert exit_code([wrote, result(code)], writes=True) == 1
    assert exit_code([wrote, result(code)], writes=False) == code
