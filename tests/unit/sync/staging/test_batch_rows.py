"""How many rows go into a batch, so that lanes end together without many more calls."""

import math

import pytest

from odoo_etl.sync.staging.gather import batch_rows


@pytest.mark.parametrize(
    ("rows", "lanes", "batches"),
    [
        (10_000, 1, 10),
        (10_000, 3, 11),  # 4 + 4 + 3 equal batches, where ten would leave two of three lanes idle for a whole one
        (9_000, 3, 9),
        (10_000, 4, 11),
        (1_000, 3, 3),
        (150, 3, 2),
        (10, 3, 1),
    ],
)
def test_the_last_round_keeps_all_lanes_but_one_busy(rows, lanes, batches):
    """Batches are equal, and at most one lane has none in the last round, unless batches would become tiny."""
    assert math.ceil(rows / batch_rows(rows, 1000, lanes)) == batches


@pytest.mark.parametrize("rows", [0, 1, 99, 1000, 1001, 123_457])
@pytest.mark.parametrize("lanes", [1, 2, 3, 7])
@pytest.mark.parametrize("chunk_size", [1, 50, 1000])
def test_no_batch_exceeds_the_chunk_size(rows, lanes, chunk_size):
    """A user's chunk_size is never passed, and a batch is never empty."""
    assert 1 <= batch_rows(rows, chunk_size, lanes) <= chunk_size
