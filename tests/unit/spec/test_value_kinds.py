"""Durations, limits and secrets."""

import pytest
from pydantic import TypeAdapter, ValidationError

from odoo_etl.spec.value_kinds import Duration, Flag, MaxRejects, Rate, RejectLimit, SecretUrl, Whole, hide_password


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("60s", 60), ("15m", 900), ("1.5h", 5400), ("1d", 86400), (30, 30), (0.5, 0.5)],
)
def test_durations_are_seconds(text, seconds):
    """A bare number is seconds."""
    assert TypeAdapter(Duration).validate_python(text) == seconds


REFUSED = {
    Rate: ["20", 20, "0/s", "20/d", "-1/s", True],
    Duration: ["5 years", -1, True, "1", []],
    RejectLimit: ["101%", -1, True, "few", 0.5],
    Whole: [1.0, True, "1.5"],
    Flag: ["yes", 1],
}


@pytest.mark.parametrize(("text", "per_second"), [("20/s", 20), ("600 / m", 10), ("0.5/s", 0.5), ("1800/h", 0.5)])
def test_rates(text, per_second):
    """A number of calls in a second, a minute or an hour."""
    assert TypeAdapter(Rate).validate_python(text) == per_second


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, values in REFUSED.items() for value in values],
)
def test_what_is_refused(kind, value):
    """Nothing is guessed from a value that only resembles one."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"), [(Whole, "500", 500), (Flag, "true", True), (RejectLimit, "20", MaxRejects(20))]
)
def test_text_of_a_variable_becomes_a_value(kind, text, value):
    """`${CHUNK:-500}` is text, and still a number."""
    assert TypeAdapter(kind).validate_python(text) == value


@pytest.mark.parametrize(
    ("limit", "rejected", "read", "exceeded"),
    [
        ("2%", 2, 100, False),
        ("2%", 3, 100, True),
        ("0%", 1, 100, True),
        ("2%", 0, 0, False),
        (5, 5, 5, False),
        (5, 6, 9, True),
    ],
)
def test_limits_of_rejects(limit, rejected, read, exceeded):
    """The limit itself is still tolerated."""
    assert TypeAdapter(RejectLimit).validate_python(limit).exceeded(rejected, read) is exceeded


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:pw@h/d",
        "postgresql+psycopg://u:p@w:p/w@h:5432/d",
        "postgresql://h/d?user=u&password=pw&x=1",
        "x://:pw@h",
    ],
)
def test_passwords_of_urls_never_show(url):
    """Not in repr, str or a dump, wherever in the URL the password stands."""
    secret = SecretUrl(url)
    for text in (repr(secret), str(secret), hide_password(url)):
        assert "pw" not in text
        assert "p@w" not in text
        assert "h" in text
