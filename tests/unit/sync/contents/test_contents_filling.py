"""Contents are read when they are sent, and only as they were when they were compared."""

from __future__ import annotations

import base64
import hashlib

import pytest

from odoo_etl.fieldtypes import Content, sha1_of
from odoo_etl.fieldtypes.content import content_in_odoo
from odoo_etl.sync.contents import ContentChanged, filled
from odoo_etl.text import OdooContent


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
    assert filled([values]) == [{"name": "A", "image": RED, "lines": [[0, 0, {"scan": RED}], [4, 7, 0]]}]
    plain = {"name": "A"}
    assert filled([plain])[0] is plain


@pytest.mark.parametrize("now", [b"blue", b"green and longer", b"", None])
def test_a_file_that_changed_is_not_sent(content, tmp_path, now):
    """Nor one that has gone."""
    file = tmp_path / "a.png"
    file.write_bytes(now) if now is not None else file.unlink()
    with pytest.raises(ContentChanged, match=r"a\.png .* run it again") as caught:
        filled([{"image": content}])
    assert caught.value.name == "file_changed"


BLUE = base64.b64encode(b"blue").decode()


class Keeps:
    """Another Odoo.

    Attributes:
        asked: the contents of each call.
    """

    def __init__(self, **by_id):
        self._by_id, self.asked = {int(name[1:]): text for name, text in by_id.items()}, []

    def read(self, cells):
        """Those that are there."""
        self.asked.append(list(cells))
        return {cell: self._by_id[cell.id] for cell in cells if cell.id in self._by_id}


def kept(record, text):
    """The content of a record there, as it is planned."""
    return content_in_odoo(OdooContent("old", "res.partner", record, "image_1920", str(sha1_of(text)), 4))


def test_contents_of_a_call_are_read_together(content):
    """Each once, lines included; files are none of it."""
    elsewhere, one, two = Keeps(n1=RED, n2=BLUE), kept(1, RED), kept(2, BLUE)
    values = [{"image": one, "lines": [[0, 0, {"scan": two}]]}, {"image": one}, {"image": content}, {"name": "A"}]
    assert filled(values, elsewhere) == [
        {"image": RED, "lines": [[0, 0, {"scan": BLUE}]]},
        {"image": RED},
        {"image": RED},
        {"name": "A"},
    ]
    assert [[cell.id for cell in cells] for cells in elsewhere.asked] == [[1, 2]]
    assert filled([[one, "A"], [False, two]], elsewhere) == [[RED, "A"], [False, BLUE]]


def test_nothing_is_asked_for_values_without_contents(content):
    """Nor for those that files hold."""
    elsewhere = Keeps()
    filled([{"name": "A"}, {"image": content}, {"image": RED}], elsewhere)
    assert elsewhere.asked == []


@pytest.mark.parametrize(("there", "said"), [({"n1": BLUE}, "was changed"), ({}, "was taken away")])
def test_a_content_elsewhere_that_changed_is_not_sent(there, said):
    """It is no longer what was compared."""
    with pytest.raises(ContentChanged, match=rf"odoo://old/res.partner/1/image_1920 {said} .* run it again"):
        filled([{"image": kept(1, RED)}], Keeps(**there))
