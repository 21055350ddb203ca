"""Bytes that are no text: a source error with its line, or rows and rejects, never a traceback."""

from __future__ import annotations

from encodings.aliases import aliases

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-7", b"a;b\n1;x\n2;+2AA-\n"),
        ("unicode_escape", b"a;b\n1;x\n2;\\ud800\n"),
        ("utf-16-le", "a;b\n1;x\n2;".encode("utf-16-le") + b"\x00\xd8;\x00\n\x00"),
        ("utf-8", b"a;b\n1;x\n2;\xed\xa0\x80\n"),
    ],
)
def test_half_a_character(tmp_path, encoding, content):
    """What no database can store, and what would be taken for our own marks, is refused with its line."""
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"rows\.csv: line 3: "):
        list(open_source(CsvSource(type="csv", path=str(path), encoding=encoding)).chunks(10))


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")
@pytest.mark.parametrize("encoding", sorted({*aliases.values(), "idna", "punycode", "unicode_escape", "utf_8_sig"}))
@pytest.mark.parametrize("content", [bytes(range(256)) * 3, b"a;b\n\xff\xfe\x00\xd8;1\n", b"\x1f\x8b\x08\x00rubbish"])
def test_rubbish_in_any_encoding(tmp_path, encoding, content):
    """Whatever Python can decode with, bytes that mean nothing end in a source error or in rows and rejects."""
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    try:
        spec = CsvSource(type="csv", path=str(path), delimiter=";", encoding=encoding)
    except ValueError:
        return  # no encoding of text
    try:
        list(open_source(spec).chunks(10))
    except SourceError as error:
        assert str(path) in str(error)  # noqa: PT017 (either end is right)
