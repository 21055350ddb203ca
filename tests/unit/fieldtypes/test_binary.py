"""What a cell of a binary field holds is base64 for sure, or the row is a reject that says what to do."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes import BadValue
from odoo_etl.fieldtypes.binary import content_of

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
GIF += b"\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"yes",
        b"a,b\n1,2\n",
        "Größe\n".encode(),
        "三国演".encode(),
        GIF,
        b"\x00" * 30,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        bytes(range(256)) * 9,
        random.Random(7).randbytes(240),
    ],
)
def test_the_content_of_files_is_taken(content):
    """Also in lines of 76 characters, as many tools write it."""
    assert content_of(base64.b64encode(content).decode()) == content
    assert content_of(base64.encodebytes(content).decode().replace("\n", "\r\n")) == content


@pytest.mark.parametrize(
    "text",
    [
        "logo.png",
        "photos/4711.jpg",
        "photo/ab12",
        "C:\\images\\a",
        "\\\\server\\share\\a",
        "https://cdn.example.com/a?b=c",
        "www.example.com",
        "//server/share",
        "data:image/png;base64,AAAA",
        "file:///srv/images/a",
    ],
)
def test_what_looks_like_a_path_or_url_is_refused(text):
    """With the way out."""
    with pytest.raises(BadValue, match=r" looks like a path or URL; cells must hold the content itself") as refused:
        content_of(text)
    assert refused.value.code == "bad_binary"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "abcd",
            "4711",
            "photos/12345",
            "/srv/img/abc",
            "20240131",
            "images/big/A17x9",
            "IMG0012A",
            "Screenshot20240131"[:16],
        ),
        *(
            "srv/erp/images/products/big/4711",
            "/var/lib/images/Products/Chairs/Oakwood1",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ),
    ],
)
def test_a_name_that_happens_to_be_base64_is_refused(text):
    """Python would decode it to a few bytes of nothing."""
    assert base64.b64decode(text, validate=True)
    with pytest.raises(BadValue, match="looks like a name or path, not like content"):
        content_of(text)


@pytest.mark.parametrize("text", ["no base64!", "YQ", "YQ=", "=YQ=", "Zm9v YmFy", "ü", "YQ==YQ=="])
def test_what_is_no_base64_is_refused(text):
    """Nothing is repaired."""
    with pytest.raises(BadValue, match="is no base64"):
        content_of(text)


@given(st.binary(min_size=200))
def test_longer_contents_are_never_refused(content):
    """No name is that long."""
    assert content_of(base64.b64encode(content).decode()) == content


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_text_files_are_mostly_taken(text):
    """A reject is the worst that comes of others."""
    packed = base64.b64encode(text.encode()).decode()
    try:
        assert content_of(packed) == text.encode()
    except BadValue:
        assert len(packed) < 300
        assert packed == packed.lower()


def test_names_up_to_their_longest():
    """No file system takes a name of 256 bytes; whatever is longer is content."""
    with pytest.raises(BadValue, match="looks like a name"):
        content_of("12345678" * 32)
    assert content_of("12345678" * 32 + "1234")


@pytest.mark.parametrize(("text", "is_content"), [("aeivhse3", True), ("2p0i1pxycyx3", False)])
def test_so_long_a_text_without_capitals_is_a_name(text, is_content):
    """Base64 of twelve characters has capitals, though what these would be the base64 of is text."""
    assert taken(text) is is_content


def taken(text):
    """Whether a text is taken for content."""
    try:
        content_of(text)
    except BadValue:
        return False
    return True


@pytest.mark.parametrize(("size", "is_content"), [(21, False), (24, True)])
def test_the_smallest_file_that_is_no_text(size, is_content):
    """Twenty-four bytes; what is shorter and no text is rather a name."""
    content = bytes(range(200, 200 + size))
    assert taken(base64.b64encode(content).decode()) is is_content


@pytest.mark.parametrize(("size", "says"), [(256, "looks like a path or URL"), (257, "is no base64")])
def test_a_path_is_looked_for_in_texts_as_short_as_one(size, says):
    """Longer ones are content that was damaged."""
    with pytest.raises(BadValue, match=f" {says}; "):
        content_of("x" * (size - 5) + "/.png")
