"""Contents in all their forms: by reference, as base64, as the ledger has them."""

from __future__ import annotations

import base64
from dataclasses import asdict

import pytest

from odoo_etl.fieldtypes import Content, ContentRef, StoredContent, is_by_reference, same_content, sha1_of, show_content
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
