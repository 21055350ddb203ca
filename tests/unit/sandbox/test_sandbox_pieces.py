"""The small pure parts: patterns, HTML, numbers, dates."""

from __future__ import annotations

import pytest

from odoo_etl.sandbox.domains import Condition
from odoo_etl.sandbox.field_values import round_half_up
from odoo_etl.sandbox.html import sanitize
from odoo_etl.sandbox.partners import normalized_email
from odoo_etl.sandbox.patterns import like_matches
from odoo_etl.sandbox.rules import clean_website
from odoo_etl.sandbox.temporal import date_conditions, datetime_conditions


@pytest.mark.parametrize(
    ("value", "pattern", "ignore_case", "matches"),
    [
        ("abc", "%b%", 0, 1),
        ("abc", "b", 0, 0),
        ("abc", "a_c", 0, 1),
        ("a_c", "a\\_c", 0, 1),
        ("abc", "a\\_c", 0, 0),
        ("ÄB", "äb", 1, 1),
        ("Straße", "STRASSE", 1, 0),
        ("ΟΔΟΣ", "οδος", 1, 0),
        ("İzmir", "izmir", 1, 1),
        ("two\nlines", "two%", 0, 1),
        ("a.c", "abc", 0, 0),
        (None, "%", 0, None),
    ],
)
def test_patterns(value, pattern, ignore_case, matches):
    """`%` and `_` are wild unless a backslash makes them plain; an empty cell matches neither way."""
    assert like_matches(value, pattern, ignore_case) == matches


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("", ""),
        ("<script>x</script>", ""),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a <i>b</p> c</i>", "<p>a <i>b</i></p> c"),
        ("<table><tr><td>1<td>2</table>", "<table><tr><td>1</td><td>2</td></tr></table>"),
        ('<img src="data:text/html,x" onerror="y">', '<img src="">'),
        ("&lt;b&gt;", "<span>&lt;b&gt;</span>"),
    ],
)
def test_html(sent, stored):
    """What browsers would run goes, what was left open is closed."""
    assert sanitize(sent) == stored


@pytest.mark.parametrize(
    ("number", "digits", "rounded"),
    [(1.005, 2, 1.01), (-1.005, 2, -1.01), (2.675, 2, 2.68), (0.1234567, 2, 0.12), (1e22, 2, 1e22), (5.0, 0, 5.0)],
)
def test_rounding(number, digits, rounded):
    """A half goes away from zero, as seen in decimal notation."""
    assert round_half_up(number, digits) == rounded


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (">", "2024-01-31", (">=", "2024-02-01 00:00:00")),
        ("<=", "2024-01-31", ("<", "2024-02-01 00:00:00")),
        (">", "2024-01-31 10:00:00", (">=", "2024-01-31 10:00:01")),
        (">=", "2024-01-31", (">=", "2024-01-31 00:00:00")),
        ("<", "2024-01-31T10:00:00+02:00", ("<", "2024-01-31 08:00:00")),
    ],
)
def test_datetimes_in_domains(operator, value, expected):
    """A bare date stands for the whole day, a moment for its second, and zones become UTC."""
    found = datetime_conditions(Condition("at", operator, value))
    assert (found.operator, found.value) == expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [(">", "2024-01-31 10:00:00", "2024-01-31"), ("in", ["2024-01-31", False], ["2024-01-31", False])],
)
def test_dates_in_domains(operator, value, expected):
    """A datetime compared with a date counts as its day."""
    assert date_conditions(Condition("on", operator, value)).value == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [("A@B.c", "a@b.c"), ('"X, Y" <x@y.z>, q@r.s', "x@y.z"), ("none", None), (None, None)],
)
def test_emails(text, address):
    """The first address in a text, in lower case."""
    assert normalized_email(text) == address


@pytest.mark.parametrize(
    ("given", "kept"), [("x.com", "http://x.com"), ("//x.com", "http://x.com"), ("ftp://x.com", "ftp://x.com")]
)
def test_websites(given, kept):
    """An address without a scheme gets one."""
    assert clean_website(given) == kept
