"""Where the password of a URL ends, and what is shown of it."""

from __future__ import annotations

import pytest

from odoo_etl.spec.value_kinds import hide_password
from odoo_etl.sql_urls import UnreadableUrl, describe_url, parse_url, passwords_of


@pytest.mark.parametrize(
    ("url", "password", "shown"),
    [
        ("postgresql://me:pw@db.example.com:5433/shop?sslmode=require", "pw", "postgresql://db.example.com:5433/shop"),
        ("postgres://me:p%40w@db/shop", "p@w", "postgresql://db/shop"),
        ("postgresql://me@corp:pw@db/shop", "pw", "postgresql://db/shop"),
        ("postgresql://me:p/w:x@db/shop", "p/w:x", "postgresql://db/shop"),
        ("postgresql://db/a@b", None, "postgresql://db/a@b"),
        ("sqlite:////data/a@b/c@d.db", None, "sqlite:////data/a@b/c@d.db"),
    ],
)
def test_a_url_is_read_as_it_is_meant(url, password, shown):
    """An @ after a login is written as %40; elsewhere it is a letter like any other."""
    parsed = parse_url(url)
    assert (parsed.password, describe_url(parsed)) == (password, shown)
    assert passwords_of(parsed)[0] == password


@pytest.mark.parametrize("password", ["a@bcde", "a@b/cde", "a@b?cde", "a@b:1/cde", "@@cde", "a@b?x=cde"])
@pytest.mark.parametrize("user", ["me", "me@corp"])
def test_a_password_that_is_cut_in_the_middle_is_refused(user, password):
    """Else its rest would be looked up as a host, and told as a database."""
    url = f"postgresql://{user}:{password}@db.example.com/shop"
    with pytest.raises(UnreadableUrl) as caught:
        parse_url(url)
    assert "cde" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert "cde" not in hide_password(url)
