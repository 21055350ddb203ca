"""Which columns can be read by their names, and where their cells stand."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.files.header import header_of


@pytest.mark.parametrize(
    ("names", "found", "places", "named"),
    [
        (["a", "b"], ("a", "b"), (0, 1), 2),
        ([" a\xa0", "\u202fb\t", "\u200b\ufeff c \u2060"], ("a", "b", "c"), (0, 1, 2), 3),
        (["", "a", " ", "b", "\xa0", "\u200b"], ("a", "b"), (1, 3), 4),
        (["a", "b", "a ", "b"], ("a", "a "), (0, 2), 4),
        (["a", "a", "a "], ("a ",), (2,), 3),
        (["a", "A", "a b"], ("a", "A", "a b"), (0, 1, 2), 3),
    ],
)
def test_names_of_columns(names, found, places, named):
    """Outer blanks are not theirs, unless only these tell two apart; what has no name of its own is not read."""
    header = header_of(names, "x.csv")
    assert (header.names, header.places, header.width, header.named) == (found, places, len(names), named)


def test_names_of_several_columns():
    """Are known with their places."""
    header = header_of(["a", "b", "c", "", "b", "b", "a"], "x.csv")
    assert header.ambiguous == {"a": "columns 1 and 7", "b": "columns 2 and 5 and 6"}
    assert header.names == ("c",)


@pytest.mark.parametrize(
    ("names", "why"), [(["", " "], "x.csv has no name"), (["a", "a"], "x.csv names more than one column 'a'")]
)
def test_a_header_that_names_nothing(names, why):
    """Is an error that says what helps."""
    with pytest.raises(SourceError, match=f"{why}; no column has a name of its own .*header: "):
        header_of(names, "x.csv")
