"""Dates with names of months in any language, and days as spreadsheets count them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes.date_texts import moment_reader, serial_reader

LANGUAGES = [
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pt_BR",
    "pl",
    "cs",
    "ru",
    "uk",
    "el",
    "tr",
    "hu",
    "fi",
    "sv",
    "ja",
    "zh",
    "ko",
    "vi",
    "ar",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["format", "stand-alone"])
def test_every_month_of_a_language(language, form):
    """As it stands in a date and alone, in capitals too."""
    read = moment_reader("%d %B %Y", language)
    for number, name in Locale.parse(language).months[form]["wide"].items():
        assert read(f"5 {name} 2024") == read(f"5  {name.title()}  2024") == datetime(2024, number, 5)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("pattern", "language", "text"),
    [
        ("%d. %b. %Y", "de", "5. Sept. 2024"),
        ("%d. %b %Y", "de", "5. Sept. 2024"),
        ("%a., %d. %b. %Y", "de", "Do., 5. Sept. 2024"),
        ("%a, %d %b %Y", "fr", "jeu., 5 sept. 2024"),
        ("%A, %d. %B %Y", "de-AT", "Donnerstag, 5. September 2024"),
        ("%d %B %Y", "fr", "5 septembre\u00a02024"),
    ],
)
def test_dots_and_days(pattern, language, text):
    """A dot is the name's or the format's."""
    assert moment_reader(pattern, language)(text).date() == date(2024, 9, 5)


def test_a_decomposed_name_is_the_name():
    """As macOS writes it."""
    assert moment_reader("%d %B %Y", "fr")("1 fe\u0301vrier 2024").date() == date(2024, 2, 1)


@pytest.mark.parametrize(
    "text", ["5 Foo 2024", "5 March 2024", "5 Marzo 2024", "31 Februar 2024", "5 Märzen 2024", "5 03 2024x"]
)
def test_other_names_are_no_dates(text):
    """Of another language, of no month, of a day that is not there."""
    with pytest.raises(ValueError, match=r"\w"):
        moment_reader("%d %B %Y", "de")(text)


def test_a_name_of_a_month_and_a_day_is_refused():
    """Spanish has mar for both; the format asks for both."""
    with pytest.raises(ValueError, match="mar"):
        moment_reader("%a %d %b %Y", "es")("mar 5 mar 2024")


@given(st.dates(min_value=date(1900, 3, 1)), st.integers(0, 86_399))
def test_a_serial_is_its_moment(day, second):
    """As a double holds it, to the second."""
    serial = (day - date(1899, 12, 30)).days + second / 86_400
    moment = serial_reader(1900)(serial)
    assert moment.replace(microsecond=0) == datetime.combine(day, datetime.min.time()) + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("epoch", "cell", "day"),
    [
        (1900, 1, "1900-01-01"),
        (1900, "59", "1900-02-28"),
        (1900, 61.0, "1900-03-01"),
        (1900, "2958465.9999999999", "9999-12-31"),
        (1904, 0, "1904-01-01"),
        (1904, 2957003, "9999-12-31"),
    ],
)
def test_the_ends_of_the_calendar(epoch, cell, day):
    """Sheets count one day that never was."""
    assert str(serial_reader(epoch)(cell))[:10] == day


@pytest.mark.parametrize("cell", [0, 60, 2958466, -1, True, None, "x", "1e5", float("nan"), "", b"1"])
def test_what_is_no_serial(cell):
    """Other cells are read as without it."""
    assert serial_reader(1900)(cell) is None
