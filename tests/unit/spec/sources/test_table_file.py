"""Keys of files that hold a table: which go together."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import CsvSource


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"header_row": 3, "skip": 2}, "`header_row` does not go with `skip`"),
        ({"header_row": 1, "header": ["a"]}, "`header_row` does not go with `header`"),
        ({"header_row": 0}, "greater than or equal to 1"),
        ({"skip": -1}, "greater than or equal to 0"),
        ({"header": ["a", " a", "", ""]}, "`header` names more than one column 'a'"),
        ({"header": ["", " "]}, "`header` names no column"),
        ({"header": ["a"], "fill_down": "b"}, "`fill_down` names 'b', which is not in `header`"),
        ({"comment": " "}, "`comment` must be visible"),
        ({"comment": "#\n"}, "`comment` must be visible"),
        ({"comment": ";;", "delimiter": ";"}, "`comment` begins with a mark"),
        ({"comment": '"'}, None),
        ({"comment": '"', "quote": '"'}, "`comment` begins with a mark"),
        ({"ragged": "fill"}, "pad"),
        ({"delimiter": ""}, "`delimiter` is empty"),
        ({"delimiter": 'a"'}, None),
        ({"delimiter": "|\n"}, "already means a quote or the end of a line"),
        ({"delimiter": "\\|", "escape": "\\"}, "`escape` already means something else"),
    ],
)
def test_keys_that_do_not_go_together(keys, words):
    """Are told with the key at fault; marks that are not said have their defaults."""
    with pytest.raises(ValidationError) as found:
        CsvSource(type="csv", path="x.csv", **keys)
    assert words is None or words in str(found.value)


def test_names_are_written_as_they_like():
    """One or several, with blanks around them."""
    spec = CsvSource(type="csv", path="x.csv", header=[" a ", ""], fill_down="a ", delimiter="||", skip="2")
    assert (spec.header, spec.fill_down, spec.skip) == (("a", ""), ("a",), 2)
    assert CsvSource.model_validate(CsvSource(type="csv", path="x.csv").model_dump()) == CsvSource(
        type="csv", path="x.csv"
    )
