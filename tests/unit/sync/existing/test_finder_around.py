"""A finder around another one does only what it says."""

from __future__ import annotations

import inspect

import pytest

from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import Finder


class Inner:
    """A finder that keeps what it is asked."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        return lambda *values: self.asked.append((name, *values))


class Around(FinderAround):
    """A finder that changes nothing."""

    def __init__(self, inner):
        self._inner = inner


QUESTIONS = {name: one for name, one in vars(Finder).items() if inspect.isfunction(one) and not name.startswith("_")}


@pytest.mark.parametrize("name", sorted(QUESTIONS.keys() - {"of"}))
def test_a_finder_around_another_one_leaves_to_that_what_it_does_not_do(name):
    """All but how the records of a batch are read."""
    values = list(inspect.signature(QUESTIONS[name]).parameters)[1:]
    inner = Inner()
    getattr(Around(inner), name)(*values)
    assert inner.asked == [(name, *values)]
