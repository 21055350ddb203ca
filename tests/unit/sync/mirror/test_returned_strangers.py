"""Records that are others by now, at the limit of how many are named."""

from __future__ import annotations

import pytest

from odoo_etl.sync.mirror.returned import SHOWN, tell_strangers


class Finder:
    """Finds that some records are strangers."""

    def __init__(self, strange):
        self.strange = strange

    def strangers(self, known):
        """Those of them that are known."""
        return self.strange & set(known)


@pytest.mark.parametrize("many", [1, SHOWN, SHOWN + 1])
def test_so_many_strangers_are_named(many):
    """In order; of more it says that there are."""
    notes: list[str] = []
    keys = {number: {"ref": f"R{number}"} for number in range(1, 20)}
    assert tell_strangers(Finder(set(range(1, many + 1))), keys, notes.append) == set(range(1, many + 1))
    [note] = notes
    named = ", ".join(f"{number} was R{number}" for number in range(1, min(many, SHOWN) + 1))
    assert note.startswith(f"{many} records are left alone")
    assert f"(id {named}{', …' if many > SHOWN else ''}): Odoo was restored" in note


def test_no_strangers_are_not_told():
    """Nothing is noted."""
    notes: list[str] = []
    assert tell_strangers(Finder(set()), {1: {"ref": "R1"}}, notes.append) == set()
    assert notes == []
