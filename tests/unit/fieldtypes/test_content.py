"""Contents in all their forms: by reference, as base64, as the ledger has them."""

from __future__ import annotations

import base64
from dataclasses import asdict

import pytest

from odoo_etl.fieldtypes import (
    BadValue,
    Content,
    ContentRef,
    StoredContent,
    is_by_reference,
    same_content,
    sha1_of,
    show_content,
)
from odoo_etl.spec import MOST_BYTES
from odoo_etl.text import OdooContent
from tests.builders import field_spec, target

TEXT = base64.b64encode(b"red").decode()
SHA1 = sha1_of(TEXT)
CONTENT = Content("a.png", "/images/a.png", 3, SHA1)
FORMS = [CONTENT, StoredContent(3, SHA1), asdict(CONTENT), TEXT]


@pytest.mark.parametrize("ours", FORMS)
@pytest.mark.parametrize("theirs", FORMS)
def test_one_content_in_two_forms(ours, theirs):
    """The checksum says so."""
    assert same_content(ours, theirs)


@pytest.mark.parametrize("ours", FORMS)
@pytest.mark.parametrize("theirs", [False, "", base64.b64encode(b"blue").decode(), StoredContent(3, "0" * 40)])
def test_other_contents(ours, theirs):
    """Nothing is another one, too."""
    assert not same_content(ours, theirs)
    assert not target("binary", "image").comparer()(ours, theirs)


def test_what_people_see():
    """Never what it holds."""
    assert show_content(CONTENT) == "a.png, 3 bytes, sha1 78988010b890"
    assert [show_content(one) for one in FORMS[1:]] == ["3 bytes, sha1 78988010b890"] * 3
    assert (show_content(False), show_content("a")) == (None, "a")


def test_other_documents_are_no_contents():
    """A JSON field may have a checksum among other things."""
    assert not is_by_reference({"sha1": SHA1})
    assert sha1_of({"sha1": SHA1}) is None


def test_a_cell_becomes_a_reference():
    """Where the job says so, and only there."""
    field = target("binary", "image")
    spec = field_spec(column="a", type="file", root="/images", max_size=9, on_missing="empty")
    ref = field.type.encode(field)(field.type.read(spec)(" a.png "))
    assert isinstance(ref, ContentRef)
    assert (ref.name, ref.rules.root, ref.rules.max_bytes, ref.rules.on_missing) == ("a.png", "/images", 9, "empty")
    assert field.type.encode(field)(field.type.read(field_spec(column="a", type="base64"))(TEXT)) == TEXT


def test_a_cell_of_another_odoo_needs_no_type():
    """The cell says it all: where the content is, how large it is, and its checksum."""
    field, cell = target("binary", "image"), OdooContent("old", "res.partner", 7, "image_1920", str(SHA1), 3)
    content = field.type.encode(field)(field.type.read(field_spec(column="a"))(cell))
    assert same_content(content, StoredContent(3, SHA1))
    assert OdooContent.parse(content.path) == cell
    assert show_content(content) == "odoo://old/res.partner/7/image_1920, 3 bytes, sha1 78988010b890"


@pytest.mark.parametrize(("size", "taken"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_content_that_no_request_can_hold(size, taken):
    """It is a reject before anything is downloaded."""
    field, cell = target("binary", "image"), OdooContent("old", "res.partner", 7, "image_1920", str(SHA1), size)
    if taken:
        assert field.type.encode(field)(cell).size == size
        return
    with pytest.raises(BadValue, match=r"odoo://old/res.partner/7/image_1920 has 94,371,841 bytes") as refused:
        field.type.encode(field)(cell)
    assert refused.value.code == "file_too_large"


@pytest.mark.parametrize("declared", ["char", "file", "url"])
def test_a_content_is_no_text(declared):
    """Neither of a text field, nor a path or an address."""
    field = target("char" if declared == "char" else "binary", "image")
    spec = field_spec(column="a", type=declared, **({"root": "/images"} if declared == "file" else {}))
    with pytest.raises(BadValue, match=r"odoo://old/res.partner/7/image_1920 is a content and no text") as refused:
        field.type.encode(field)(field.type.read(spec)(OdooContent("old", "res.partner", 7, "image_1920", "0", 3)))
    assert refused.value.code == "bad_text"
