"""How cells are written: numbers, dates, true and false."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from odoo_etl.guessing.writings import date_writing, number_writing, truth_writing


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        (["59.9", "7"], {}),
        (["1,50", "12"], {"decimal": ","}),
        (["1.365,00", "12,5"], {"decimal": ",", "thousands": "."}),
        (["1,365.00", "12.5"], {"thousands": ","}),
        (["1 234,50", "2,00"], {"decimal": ",", "thousands": " "}),
        (["1'200.50", "3"], {"thousands": "'"}),
        (["12,50 €", "3,00 €"], {"decimal": ",", "currency": "€"}),
        (["CHF 12.50", "EUR 3.00"], {"currency": ["CHF", "EUR"]}),
        (["21 %", "6%"], {"percent": "points"}),
        ([1, 2.5], {}),
    ],
)
def test_numbers(cells, keys):
    """With the marks that the job needs, and no others."""
    assert dict(number_writing(cells).keys) == keys


@pytest.mark.parametrize("cells", [["abc"], ["12a", "13"], ["2025-01-02"], [], [True], [date(2025, 1, 2)]])
def test_no_numbers(cells):
    """Texts, dates, true and false."""
    assert number_writing(cells) is None


def test_a_number_that_may_be_another():
    """One of them with other digits behind the mark decides."""
    assert "may part" in number_writing(["1,234", "5,678"]).doubt
    assert number_writing(["1,234", "5,6"]).doubt == ""


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        (["2025-01-31"], {}),
        (["2025-01-31 10:00:00", "2025-01-31T11:00"], {}),
        (["31.01.2025", "01.02.2025"], {"format": "%d.%m.%Y"}),
        (["31/01/2025"], {"format": "%d/%m/%Y"}),
        (["01/31/2025"], {"format": "%m/%d/%Y"}),
        (["20250131"], {"format": "%Y%m%d"}),
        (["31.01.25 08:15"], {"format": "%d.%m.%y %H:%M"}),
        (["31 Jan 2025"], {"format": "%d %b %Y"}),
        (["31. März 2024", "1. Mai 2024"], {"format": "%d. %b %Y", "language": "de"}),
        ([datetime(2025, 1, 31, 8, tzinfo=UTC)], {}),
    ],
)
def test_dates(cells, keys):
    """In the formats that people write."""
    assert dict(date_writing(cells, day_first=True).keys) == keys


@pytest.mark.parametrize("cells", [["10001"], ["4006381333931"], ["Anna"], ["12.5"], []])
def test_no_dates(cells):
    """Numbers and names."""
    assert date_writing(cells, day_first=True) is None


def test_a_date_that_may_be_another():
    """Whoever asks says which way to take it."""
    found = [date_writing(["01/02/2025"], day_first=first) for first in (True, False)]
    assert [dict(one.keys) for one in found] == [{"format": "%d/%m/%Y"}, {"format": "%m/%d/%Y"}]
    assert all(one.doubt for one in found)


def test_true_and_false():
    """Words that every boolean field reads need no map."""
    assert dict(truth_writing(["yes", "no"]).keys) == {}
    assert dict(truth_writing(["oui", "non"]).keys) == {"map": {"oui": True, "non": False}}
    assert truth_writing(["ja", "vielleicht"]) is None


def test_one_broken_cell_of_a_short_column_is_broken():
    """Nine in ten would be asked for; of five cells one is more than a tenth."""
    assert number_writing(["1,50", "2,75", "abc", "4,25"]).keys == {"decimal": ","}
    assert number_writing(["1,50", "abc", "def", "4,25"]) is None


def test_a_text_among_the_dates_of_a_workbook():
    """A date that does not exist stays text in Excel."""
    days = [date(2024, 1, day) for day in range(1, 6)]
    assert date_writing([*days, "31.02.2020"], day_first=True).share == 5 / 6
    assert date_writing([days[0], "a", "b"], day_first=True) is None


def test_a_text_among_the_numbers_of_a_workbook():
    """The numbers need no format."""
    found = number_writing([1.0, 2.5, 3.0, 4.0, "auf Anfrage"])
    assert (found.keys, found.share, found.is_whole) == ({}, 0.8, False)
