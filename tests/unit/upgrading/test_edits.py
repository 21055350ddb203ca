"""Edits of a text at its places."""

from __future__ import annotations

import pytest

from odoo_etl.spec.tree import Mark
from odoo_etl.upgrading import Edit, Text, edited
from odoo_etl.upgrading.edits import NotThere


def test_edits_do_not_move_each_other():
    """Whatever their order; one that is given twice is made once."""
    edits = [Edit(1, 1, "a", "long"), Edit(2, 1, "c", ""), Edit(1, 3, "b", "x"), Edit(1, 3, "b", "x")]
    assert edited("a b\nc d\n", edits) == "long x\n d\n"


@pytest.mark.parametrize("edits", [[Edit(1, 1, "x", "y")], [Edit(1, 1, "ab", "x"), Edit(1, 2, "b", "y")]])
def test_what_is_not_there_is_not_edited(edits):
    """Nor are edits made that meet."""
    with pytest.raises(NotThere, match="line 1, column"):
        edited("abc", edits)


def test_places_are_those_of_yaml():
    """Its lines end by more characters than one."""
    text = Text("a\r\nb\u2028c\x85d")
    assert [text.text[text.offset(Mark(line, 1))] for line in (1, 2, 3, 4)] == ["a", "b", "c", "d"]
    assert text.newline == "\r\n"
