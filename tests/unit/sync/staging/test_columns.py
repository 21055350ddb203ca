"""Names of columns that are nearly right."""

from __future__ import annotations

import pytest

from odoo_etl.sync.staging.columns import meant, shown


@pytest.mark.parametrize(
    ("name", "column", "says"),
    [
        ("first name", "first\xa0name", r"; did you mean 'first\xa0name'?"),
        ("name", "na\u200bme", r"; did you mean 'na\u200bme'?"),
        ("name", "\ufeffname", r"; did you mean '\ufeffname'?"),
        ("name", "Name", "; did you mean 'Name'?"),
        ("name ", "name", "; did you mean 'name'?"),
        ("caf\u00e9", "cafe\u0301", r"; did you mean 'cafe\u0301'?"),
        ("straße", "strasse", "; did you mean 'strasse'?"),
        ("customer_no", "custmer_no", "; did you mean 'custmer_no'?"),
        ("email", "ref", ""),
    ],
)
def test_the_column_that_was_meant(name, column, says):
    """Is named, with what cannot be seen in it written out."""
    assert meant(name, ["other", column]) == says


@pytest.mark.parametrize(
    ("name", "as_shown"), [("ref", "ref"), ("a b", "a b"), ("a ", "'a '"), ("a\xa0b", r"'a\xa0b'"), ("a,b", "'a,b'")]
)
def test_a_list_of_names_shows_their_ends(name, as_shown):
    """What cannot be seen is written out."""
    assert shown(name) == as_shown
