"""Contents are read when they are sent, and only as they were when they were compared."""

from __future__ import annotations

import base64
import hashlib

import pytest

from odoo_etl.fieldtypes import Content
from odoo_etl.sync.contents import ContentChanged, filled


@pytest.fixture
def content(tmp_path):
    """A file that was looked at."""
    (tmp_path / "a.png").write_bytes(b"red")
    sha1 = hashlib.sha1(b"red", usedforsecurity=False).hexdigest()
    return Content("a.png", str(tmp_path / "a.png"), 3, sha1)


RED = base64.b64encode(b"red").decode()


def test_references_become_contents(content):
    """Also in lines; what holds none is the same object."""
    values = {"name": "A", "image": content, "lines": [[0, 0, {"scan": content}], [4, 7, 0]]}
    assert filled(values) == {"name": "A", "image": RED, "lines": [[0, 0, {"scan": RED}], [4, 7, 0]]}
    plain = {"name": "A"}
    assert filled(plain) is plain


@pytest.mark.parametrize("now", [b"blue", b"green and longer", b"", None])
def test_a_file_that_changed_is_not_sent(content, tmp_path, now):
    """Nor one that has gone."""
    file = tmp_path / "a.png"
    file.write_bytes(now) if now is not None else file.unlink()
    with pytest.raises(ContentChanged, match=r"a\.png .* run it again") as caught:
        filled({"image": content})
    assert caught.value.name == "file_changed"
