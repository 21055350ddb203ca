"""Finding the delimiter of a file."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("a;b\n1;2\n", ["a", "b"]),
        ("a,b,c\n1,2,3\n", ["a", "b", "c"]),
        ("a\tb\n1\t2\n", ["a", "b"]),
        ("a|b\n1|2\n", ["a", "b"]),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ["a", "b"]),
        ('"last, first";b;c\n"x, y";1;2\n', ["last, first", "b", "c"]),
        ("tags,name\nx|y|z,1\nx|y|z,2\n", ["tags", "name"]),
        ("city, country;zip;name\nA, B;1;2\nC, D;1;2\nbroken\n", ["city, country", "zip", "name"]),
        ('a;b\n"1\n,,,,\n";2\n', ["a", "b"]),
        ("only\n1\n2\n", ["only"]),
        ("only\n1;2\n3;4\n", ["only"]),
        ("\n\na;b\n", ["a", "b"]),
    ],
)
def test_the_delimiter_that_fits_is_found(tmp_path, content, columns):
    """The delimiter is the one that cuts the lines alike, quotes heeded."""
    path = tmp_path / "rows.csv"
    path.write_text(content, encoding="utf-8")
    assert open_source(CsvSource(type="csv", path=str(path))).columns() == columns


def test_delimiters_that_fit_alike_are_asked_for(tmp_path):
    """Where two delimiters fit equally well there is no guess."""
    path = tmp_path / "rows.csv"
    path.write_text("a,b;c\n1,2;3\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"cannot tell which delimiter it has, ';' or ',' \(set delimiter:"):
        open_source(CsvSource(type="csv", path=str(path))).columns()


def test_a_long_file_is_judged_by_its_start(tmp_path):
    """A sample that ends inside a line does not mislead."""
    path = tmp_path / "rows.csv"
    path.write_text("a;b\n" + "".join(f"{n},5;{'x' * 60}\n" for n in range(5000)), encoding="utf-8")
    assert open_source(CsvSource(type="csv", path=str(path))).columns() == ["a", "b"]
