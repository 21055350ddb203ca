"""So many failed chunks in a row end a job, and one fewer does not."""

from __future__ import annotations

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.sync.rounds import Breaker, ChunksFailed


@pytest.mark.parametrize("most", [1, 2, 5])
def test_the_last_of_so_many_in_a_row_ends_the_job(most):
    """The first error is named; the chain leads to the last."""
    breaker, last = Breaker(most), TransientError("last")
    for number in range(most - 1):
        breaker.failed(TransientError(f"error {number}"))
    with pytest.raises(ChunksFailed, match=f"^{most} chunks failed in a row") as caught:
        breaker.failed(last)
    assert caught.value.__cause__ is last
    assert ("error 0" if most > 1 else "last") in str(caught.value)


def test_a_chunk_that_works_begins_the_row_anew():
    """What failed before is still told at the end."""
    breaker = Breaker(2)
    for _ in range(3):
        breaker.failed(TransientError("away"))
        breaker.worked()
    with pytest.raises(ChunksFailed, match=r"^3 chunks could not be written: away"):
        breaker.check()


def test_a_single_failed_chunk_is_told():
    """And none is no error."""
    breaker = Breaker(2)
    breaker.check()
    breaker.failed(TransientError("away"))
    with pytest.raises(ChunksFailed, match=r"^1 chunk could not be written: away"):
        breaker.check()
