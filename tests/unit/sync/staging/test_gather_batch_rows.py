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


@pytest.mark.parametrize(
    ("rows", "chunk_rows", "lanes", "size"),
    [
        (99, 1000, 3, 100),  # a hundred rows are the least that a batch is worth
        (299, 1000, 3, 100),
        (303, 1000, 3, 101),
        (1000, 1000, 1, 1000),
        (1001, 1000, 1, 501),
        (2000, 1000, 2, 1000),
        (2001, 1000, 2, 667),  # one of two lanes may idle in the last round
        (3000, 1000, 4, 750),  # fewer batches than lanes
        (4001, 1000, 4, 572),  # five batches would leave three lanes idle, seven leave one
        (7000, 1000, 4, 1000),
    ],
)
def test_the_size_of_a_batch(rows, chunk_rows, lanes, size):
    """At the numbers where it changes."""
    assert batch_rows(rows, chunk_rows, lanes) == size
