"""References to what they stand for: contents, nothing, or what is wrong with them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.fieldtypes import Content, ContentRef, ContentRules
from odoo_etl.mapping import CLEAR, Flaw
from odoo_etl.sync.contents import Contents, check_roots
from tests.builders import field_spec


def test_references_are_found(tmp_path):
    """Each once, whichever becomes of it."""
    (tmp_path / "a.png").write_bytes(b"red")
    reject, empty = (ContentRules(str(tmp_path), 100, one) for one in ("reject", "empty"))
    refs = [ContentRef("a.png", reject), ContentRef("b.png", reject), ContentRef("b.png", empty)]
    found = Contents().found([*refs, *refs, ContentRef("../x", empty)])
    assert isinstance(found[refs[0]], Content)
    assert found[refs[1]] == Flaw("map", "file_missing", f"there is no file 'b.png' below {tmp_path}")
    assert found[refs[2]] is CLEAR
    assert found[ContentRef("../x", empty)].code == "bad_path"


def test_a_folder_that_is_not_there_ends_the_job(tmp_path):
    """Else every file would be missing, and with `on_missing: empty` every image be cleared."""
    there = {"name": field_spec(column="a"), "image": field_spec(column="b", type="file", root=str(tmp_path))}
    check_roots("j", there)
    with pytest.raises(SourceError, match=r"field image: there is no folder .*gone"):
        check_roots("j", {"image": field_spec(column="b", type="file", root=str(tmp_path / "gone"))})
