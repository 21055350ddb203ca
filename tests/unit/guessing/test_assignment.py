"""The assignment has the greatest sum that there is."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.guessing.assignment import best_assignment

scores = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=width, max_size=width), max_size=4
    )
)


def greatest(matrix):
    """The best sum, by trying all."""
    choices = itertools.product(*([None, *range(len(row))] for row in matrix))
    some = ([at for at in one if at is not None] for one in choices)
    return max(
        (
            sum(matrix[row][at] for row, at in enumerate(one) if at is not None)
            for one in itertools.product(*([None, *range(len(row))] for row in matrix))
            if len({at for at in one if at is not None}) == sum(at is not None for at in one)
        ),
        default=next(some, 0) and 0,
    )


@given(scores)
def test_it_is_the_best(matrix):
    """Each place once, and none for nothing."""
    found = best_assignment(matrix)
    taken = [at for at in found if at is not None]
    assert len(taken) == len(set(taken))
    assert all(matrix[row][at] > 0 for row, at in enumerate(found) if at is not None)
    total = sum(matrix[row][at] for row, at in enumerate(found) if at is not None)
    assert abs(total - greatest(matrix)) < 1e-9


def test_it_is_not_greedy():
    """The first could have its best, and leave the second with nothing."""
    assert best_assignment([[0.9, 0.8], [0.8, 0.0]]) == [1, 0]
