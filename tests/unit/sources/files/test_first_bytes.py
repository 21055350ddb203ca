"""What the zeros in the first bytes say of an encoding."""

from __future__ import annotations

import codecs

import pytest

from odoo_etl.sources.files.first_bytes import complaint


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_is_known_by_its_zeros(encoding):
    """From eight bytes on; text of another alphabet among it does no harm."""
    for text in ("ab" if "32" in encoding else "abcd", "name;city\nÜmit;Köln\n" * 30):
        assert f"set encoding: {encoding}" in complaint(text.encode(encoding), "utf-8")
        assert complaint(text.encode(encoding), encoding) is None


def test_few_bytes_say_nothing():
    """Seven of them."""
    assert complaint("abc".encode("utf-16-le") + b"a", "utf-8") is None
    assert complaint("a".encode("utf-32-le"), "utf-8") is None


@pytest.mark.parametrize("data", [b"a;b\n1;2\n", b"a;b\n1;\0\n", b"ab\0\0cd\0\0ef\0\0", b"a\0bca\0bca\0bc"])
def test_zeros_in_other_places_say_nothing(data):
    """A few of them, or where no encoding has them."""
    assert complaint(data, "utf-8") is None


@pytest.mark.parametrize(("zeros", "is_wide"), [(15, True), (14, False)])
def test_most_of_the_bytes_must_be_zeros(zeros, is_wide):
    """Seven tenths are not enough."""
    text = "a" * zeros + "\u4e2d" * (20 - zeros)
    pairs = b"".join(b"a\0a\0" if char == "a" else b"\x2d\x4e\x2d\x4e" for char in text)
    assert (complaint(pairs, "utf-8") is not None) is is_wide


@pytest.mark.parametrize(
    ("mark", "encoding", "wanted"),
    [
        (codecs.BOM_UTF8, "utf-8", None),
        (codecs.BOM_UTF8, "utf-8-sig", None),
        (codecs.BOM_UTF8, "cp1252", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16", None),
        (codecs.BOM_UTF16_LE, "utf-8", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-16", "utf-32"),
        (codecs.BOM_UTF32_LE, "utf-32", None),
    ],
)
def test_a_byte_order_mark_must_be_that_of_the_encoding(mark, encoding, wanted):
    """Else it says which one it is."""
    found = complaint(mark + b"a\0b\0", encoding)
    assert found is None if wanted is None else f"(set encoding: {wanted})" in found


@pytest.mark.parametrize(("others", "is_wide"), [(4, True), (5, False)])
def test_few_of_the_other_bytes_may_be_zeros(others, is_wide):
    """Of ten at one of four places, two."""
    pairs = b"\0\0" * others + b"a\0" * (20 - others)
    assert (complaint(pairs, "utf-8") is not None) is is_wide
