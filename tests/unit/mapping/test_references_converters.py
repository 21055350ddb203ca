"""Cells to planned values: every type, its marks and zones, and what is refused."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes import BadValue
from odoo_etl.mapping import SKIP
from odoo_etl.mapping.fields import cell_mapper
from odoo_etl.mapping.references import converter
from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.tree import plain
from tests.builders import field_spec, target


def convert(cell, ttype="char", attributes=None, **spec):
    """The planned value of a cell in a field of that type."""
    return converter(field_spec(**spec), target(ttype, **(attributes or {})))(cell)


def code(cell, ttype, **spec):
    """Why the cell is refused."""
    with pytest.raises(BadValue) as caught:
        convert(cell, ttype, **spec)
    assert caught.value.reason
    return caught.value.code


PAGE = (Path(__file__).parents[3] / "docs/numbers-and-dates.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([^`]+)`[^|]*\| `([^`]+)` \| (.+?) \|$", PAGE, re.MULTILINE)
FIELDS = {"decimal": "float", "date": "date", "datetime": "datetime"}


@pytest.mark.parametrize(("keys", "cell", "wanted"), ROWS, ids=[f"{keys} {cell}" for keys, cell, _ in ROWS])
def test_each_row_of_the_page(keys, cell, wanted):
    """As docs/numbers-and-dates.md has it."""
    spec = field_spec(**plain(parse_yaml(f"k: {keys}".encode(), "x").root)["k"])
    convert = cell_mapper(spec, target(FIELDS[spec.type]), None)
    if wanted.startswith("reject"):
        with pytest.raises(BadValue) as caught:
            convert(json.loads(cell))
        assert caught.value.code == wanted.split("`")[1]
    elif wanted == "empty":
        assert convert(json.loads(cell)) is SKIP
    else:
        assert str(convert(json.loads(cell))).removesuffix(".0") == wanted.strip("`")


def test_every_row_of_the_page_is_read():
    """None is left out by the pattern."""
    assert len(ROWS) == len(re.findall(r"^\| `", PAGE, re.MULTILINE)) > 30


NUMBERS = [
    ("1", {}, 1.0),
    (" 1.5 ", {}, 1.5),
    ("-1.5", {}, -1.5),
    ("+.5", {}, 0.5),
    ("5.", {}, 5.0),
    ("1e3", {}, 1000.0),
    ("1.234,56", {"decimal": ",", "thousands": "."}, 1234.56),
    ("1234,56", {"decimal": ",", "thousands": "."}, 1234.56),
    ("1'234'567.8", {"thousands": "'"}, 1234567.8),
    ("1 234,5", {"decimal": ",", "thousands": " "}, 1234.5),
    ("1\u00a0234,5", {"decimal": ",", "thousands": "\u00a0"}, 1234.5),
    ("-1,234", {"thousands": ","}, -1234.0),
    (Decimal("10.50"), {}, 10.5),
    (7, {}, 7.0),
    (0.1, {}, 0.1),
]


@pytest.mark.parametrize(("cell", "marks", "value"), NUMBERS)
def test_numbers(cell, marks, value):
    """Marks are those of the job; typed cells need none."""
    assert convert(cell, "float", type="decimal", **marks) == value


@pytest.mark.parametrize(
    "cell", ["", "x", "1,5", "1 000", "1.2.3", "--1", "1e", "٣", "nan", "inf", "0x10", "1_000", "½"]
)
def test_what_is_no_number_is_refused(cell):
    """Nothing is guessed, not even digits of other scripts."""
    assert code(cell, "float") == "bad_number"


@pytest.mark.parametrize("cell", ["12,34", "1,2345", ",123", "1,,234", "1234,567", "1,234,56"])
def test_misplaced_thousands_are_refused(cell):
    """Groups have three digits, or there are none."""
    assert code(cell, "float", type="decimal", thousands=",") == "bad_number"


@pytest.mark.parametrize(
    "cell", ["1e400", "-1e999", "1e99999999999", "9" * 5000, math.nan, math.inf, Decimal("NaN"), Decimal("sNaN"), True]
)
def test_numbers_that_no_float_holds_are_refused(cell):
    """Huge, endless and undefined numbers are rejects, not crashes."""
    assert code(cell, "float") == "bad_number"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_with_marks_is_the_number(number):
    """Written with German marks and read again."""
    text = f"{number:,.4f}".translate(str.maketrans(",.", ".,"))
    assert convert(text, "float", type="decimal", decimal=",", thousands=".") == float(number)


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_refused(text):
    """The parser never raises anything else."""
    try:
        value = convert(text, "float")
    except BadValue:
        return
    assert math.isfinite(value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7", 7),
        ("-0", 0),
        ("7.0", 7),
        ("1e3", 1000),
        (Decimal("5.00"), 5),
        (3.0, 3),
        (-(2**31), -(2**31)),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_integers(cell, value):
    """Whole numbers in any clothes."""
    found = convert(cell, "integer")
    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1.5", "bad_number"),
        (True, "bad_number"),
        (str(2**31), "out_of_range"),
        ("1e30", "out_of_range"),
        ("1e31", "out_of_range"),
        (-(2**31) - 1, "out_of_range"),
        ("1e400", "out_of_range"),
        ("1e999", "out_of_range"),
        ("9" * 5000, "out_of_range"),
        pytest.param(10**5000, "out_of_range", id="a very long int"),
        (Decimal("1E+999999"), "out_of_range"),
        (math.nan, "bad_number"),
        (1e300, "out_of_range"),
    ],
)
def test_integers_that_odoo_cannot_hold_are_refused(cell, wanted):
    """Beyond 32 bits, or not whole."""
    assert code(cell, "integer") == wanted


@pytest.mark.parametrize("cell", ["true", "Yes", " Y ", "1", "T", True, 1, Decimal("1.0"), 1.0])
def test_true(cell):
    """Spellings and typed values of true."""
    assert convert(cell, "boolean") is True


@pytest.mark.parametrize("cell", ["false", "NO", "n", "0", "f", False, 0, Decimal(0), 0.0])
def test_false(cell):
    """Spellings and typed values of false."""
    assert convert(cell, "boolean") is False


@pytest.mark.parametrize("cell", ["ja", "2", "", "truee", 2, 0.5, Decimal("NaN"), "None"])
def test_what_is_neither_is_refused(cell):
    """Other words need `map`."""
    assert code(cell, "boolean") == "bad_boolean"


TOKYO = timezone(timedelta(hours=9))
DATES = [
    ("2024-02-29", {}, "2024-02-29"),
    (" 2024-02-29 ", {}, "2024-02-29"),
    ("29.02.2024", {"type": "date", "format": "%d.%m.%Y"}, "2024-02-29"),
    (date(999, 1, 2), {}, "0999-01-02"),
    (datetime(2024, 2, 29, 23, 59, tzinfo=UTC), {}, "2024-02-29"),
    ("2024-03-01 00:00:00", {"type": "datetime", "timezone": "Europe/Berlin"}, "2024-03-01"),
    ("2024-03-01T00:00:00+01:00", {"type": "datetime"}, "2024-03-01"),
    (datetime(2024, 2, 29, 23, 59, tzinfo=UTC), {"type": "datetime", "timezone": "Europe/Berlin"}, "2024-03-01"),
    (datetime(2024, 3, 1, 8, 59, tzinfo=TOKYO), {}, "2024-02-29"),
    (datetime(2024, 3, 1, 8, 59, tzinfo=TOKYO), {"type": "datetime"}, "2024-02-29"),
    (datetime(2024, 3, 1, 8, 59, tzinfo=TOKYO), {"timezone": "Asia/Tokyo"}, "2024-03-01"),
    (datetime(2024, 2, 29, 23, 59, tzinfo=UTC), {"type": "date", "timezone": "Europe/Berlin"}, "2024-03-01"),
    (datetime(2024, 2, 29, 23, 59), {"timezone": "Asia/Tokyo"}, "2024-02-29"),  # noqa: DTZ001 - as a database gives it
    ("2024-03-01 08:59 +0900", {"type": "date", "format": "%Y-%m-%d %H:%M %z"}, "2024-03-01"),
    ("2024-03-01 08:59 +0900", {"type": "date", "format": "%Y-%m-%d %H:%M %z", "timezone": "UTC"}, "2024-02-29"),
    (date(2024, 3, 1), {"type": "datetime", "timezone": "Asia/Tokyo"}, "2024-03-01"),
]


@pytest.mark.parametrize(("cell", "spec", "value"), DATES)
def test_dates(cell, spec, value):
    """ISO unless the job gives a format; typed cells need none."""
    assert convert(cell, "date", **spec) == value


@pytest.mark.parametrize("cell", ["2023-02-29", "29.02.2024", "2024-13-01", "20", "0000-01-01", "10000-01-01", "x"])
def test_what_is_no_date_is_refused(cell):
    """Days that do not exist, and other formats."""
    assert code(cell, "date") == "bad_date"


BERLIN = {"type": "datetime", "timezone": "Europe/Berlin"}
MOMENTS = [
    ("2024-01-15 12:00:00", {}, "2024-01-15 12:00:00"),
    ("2024-01-15T12:00:00Z", {}, "2024-01-15 12:00:00"),
    ("2024-01-15T12:00:00+05:45", {}, "2024-01-15 06:15:00"),
    ("2024-01-15", {}, "2024-01-15 00:00:00"),
    ("2024-01-15 12:00:00.999999", {}, "2024-01-15 12:00:00"),
    ("2024-01-15 12:00:00", BERLIN, "2024-01-15 11:00:00"),
    ("2024-07-15 12:00:00", BERLIN, "2024-07-15 10:00:00"),
    ("2024-07-15T12:00:00+00:00", BERLIN, "2024-07-15 12:00:00"),
    ("2024-03-31 01:59:59", BERLIN, "2024-03-31 00:59:59"),
    ("2024-03-31 02:30:00", BERLIN, "2024-03-31 01:30:00"),  # does not exist: read by the offset before
    ("2024-03-31 03:00:00", BERLIN, "2024-03-31 01:00:00"),
    ("2024-10-27 02:30:00", BERLIN, "2024-10-27 00:30:00"),  # exists twice: the first
    ("2024-10-27 03:00:00", BERLIN, "2024-10-27 02:00:00"),
    ("15.01.2024 12:30", {**BERLIN, "format": "%d.%m.%Y %H:%M"}, "2024-01-15 11:30:00"),
    (datetime(2024, 1, 15, 12, tzinfo=timezone(timedelta(hours=-8))), BERLIN, "2024-01-15 20:00:00"),
    (date(2024, 7, 15), BERLIN, "2024-07-14 22:00:00"),
    ("1890-01-01 00:00:00", BERLIN, "1889-12-31 23:06:32"),
]


@pytest.mark.parametrize(("cell", "spec", "value"), MOMENTS)
def test_datetimes_are_written_in_utc(cell, spec, value):
    """A zone in the cell counts, else that of the job, else UTC."""
    assert convert(cell, "datetime", **spec) == value


@pytest.mark.parametrize("cell", ["2024-01-15 25:00:00", "x"])
def test_what_is_no_datetime_is_refused(cell):
    """The text says no moment."""
    assert code(cell, "datetime") == "bad_datetime"


@pytest.mark.parametrize("cell", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_what_leaves_the_calendar_on_its_way_to_utc_is_refused(cell):
    """The year 0, or 10000."""
    assert code(cell, "datetime") == "out_of_range"


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2037, 1, 1)))  # noqa: DTZ001 - local times
def test_every_local_time_becomes_one_moment(local):
    """The written moment, read in the zone, is the local time again, unless that hour does not exist."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/New_York")
    sent = convert(local.isoformat(), "datetime", type="datetime", timezone="America/New_York")
    back = datetime.fromisoformat(sent).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    gap = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local
    assert gap or back == local.replace(microsecond=0)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("01000", "01000"),
        ("NA", "NA"),
        (" x ", " x "),
        (1, "1"),
        (Decimal("1.50"), "1.50"),
        (date(2024, 1, 2), "2024-01-02"),
        ("e\u0301", "e\u0301"),
        ("a\r\nb", "a\r\nb"),
    ],
)
def test_text_is_kept_as_it_is(cell, value):
    """No stripping, no normalising."""
    assert convert(cell) == value


@pytest.mark.parametrize("cell", ["a\0b", "\ud800", "x\udfffy", b"bytes"])
def test_text_that_postgresql_cannot_store_is_refused(cell):
    """NUL, half characters, bytes."""
    assert code(cell, "char") == "bad_text"


def test_text_that_odoo_would_cut_is_refused():
    """A field with a size takes no more."""
    assert convert("DE", "char", {"size": 2}) == "DE"
    with pytest.raises(BadValue, match="3 characters"):
        convert("DEU", "char", {"size": 2})


def test_a_selection_takes_only_its_values():
    """The error lists them; a field without a list takes any text."""
    assert convert("b", "selection", {"selection": [("a", "A"), ("b", "B")]}) == "b"
    assert convert("z", "selection") == "z"
    with pytest.raises(BadValue, match="a, b"):
        convert("c", "selection", {"selection": [("a", "A"), ("b", "B")]})


def test_binary_is_base64_as_odoo_writes_it():
    """Bytes are encoded; text must be base64, and comes out in one form."""
    assert convert(b"\x00\xff", "binary", type=None) == "AP8="
    assert convert("QR==", "binary") == "QQ=="
    for cell in ("no base64!", "photo/ab12.png", "abcd", 1234, True):
        assert code(cell, "binary") == "bad_binary"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('{"size": "L", "count": 3, "on": true, "none": null}', {"size": "L", "count": 3, "on": True, "none": None}),
        (' {"tags": ["a", "b"]}\n', {"tags": ["a", "b"]}),
        ('[{"name": "size", "value": "L"}]', {"size": "L"}),
        ({"size": "L"}, {"size": "L"}),
        ("{}", {}),
    ],
)
def test_properties_are_json_or_what_an_expression_made(cell, value):
    """By name, or as Odoo answers them."""
    assert convert(cell, "properties") == value


@pytest.mark.parametrize(
    "cell",
    ["hello", "{size: L}", '"L"', "[1]", "3", 3, ["size"], {1: "L"}, '{"size": NaN}', "[" * 100_000, '[{"value": 1}]'],
)
def test_what_is_no_properties_is_refused(cell):
    """The reason names the field and shows what it takes."""
    assert code(cell, "properties") == "bad_properties"
    with pytest.raises(BadValue, match=r'is no JSON object of properties for field, such as {"color"'):
        convert(cell, "properties")


def test_a_long_bad_value_is_cut_in_the_reason():
    """An error stays readable."""
    with pytest.raises(BadValue) as caught:
        convert("x" * 10_000, "float")
    assert len(caught.value.reason) < 200


@pytest.mark.parametrize(("size", "is_cut"), [(80, False), (81, True)])
def test_a_bad_value_is_shown_up_to_its_eightieth_character(size, is_cut):
    """What follows is cut."""
    with pytest.raises(BadValue) as caught:
        convert("x" * size, "float")
    assert caught.value.reason.startswith(repr("x" * 80 + "…") if is_cut else repr("x" * 80))


@pytest.mark.parametrize(("bits", "says"), [(320, str(2**320 - 1)[:80]), (321, "a number of 321 bits")])
def test_a_number_of_very_many_digits_is_not_written_out(bits, says):
    """Python refuses to write the longest ones."""
    with pytest.raises(BadValue) as caught:
        convert(2**bits - 1, "integer")
    assert says in caught.value.reason


@pytest.mark.parametrize(("digits", "says"), [(31, "does not fit"), (32, "too large for a whole number")])
def test_a_number_far_too_large_is_not_made_an_integer(digits, says):
    """A text of a few characters may stand for gigabytes of digits."""
    with pytest.raises(BadValue, match=says):
        convert(f"1e{digits - 1}", "integer")


@pytest.mark.parametrize(("many", "listed"), [(12, "v08, v09, v10, v11$"), (13, "v10, v11, …$")])
def test_a_long_selection_is_listed_up_to_its_twelfth_value(many, listed):
    """Sorted; more are only hinted at."""
    with pytest.raises(BadValue, match=listed):
        convert("z", "selection", {"selection": [(f"v{number:02}", "") for number in range(many)]})


@pytest.mark.parametrize("cell", [2, -1, 0.5, Decimal(2)])
def test_other_numbers_are_no_truths(cell):
    """Only 1 and 0 are."""
    assert code(cell, "boolean") == "bad_boolean"


@pytest.mark.parametrize("ttype", ["integer", "float", "boolean", "date", "datetime"])
def test_a_list_is_no_single_value(ttype):
    """Whatever is in it; the code says what to do."""
    assert code(["1", "2"], ttype) == "several_values"
    assert code([Decimal("1.5")], ttype) == "several_values"
