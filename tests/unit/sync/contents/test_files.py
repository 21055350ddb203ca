"""Files below a folder: which paths lead to one, and which lead nowhere."""

from __future__ import annotations

import hashlib
import os

import pytest

from odoo_etl.fieldtypes import BadValue, Content, ContentRef, ContentRules
from odoo_etl.sync.contents import Files
from odoo_etl.sync.contents.files import NoSuchFile


@pytest.fixture
def root(tmp_path):
    """A folder with files, and one beside it that is nobody's business."""
    folder = tmp_path / "images"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.png").write_bytes(b"red")
    (folder / "sub" / "b c.png").write_bytes(b"blue")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


def looked_at(root, name, *, most=100):
    """The content under a path."""
    return Files().content(ContentRef(name, ContentRules(str(root), most, "reject")))


@pytest.mark.parametrize("name", ["sub/b c.png", "sub\\b c.png", "./sub//b c.png"])
def test_a_path_leads_to_a_file(root, name):
    """Folders are parted by slashes of either kind."""
    sha1 = hashlib.sha1(b"blue", usedforsecurity=False).hexdigest()
    assert looked_at(root, name) == Content(name, str(root / "sub" / "b c.png"), 4, sha1)


@pytest.mark.parametrize("name", ["../secret.txt", "sub/../a.png", "..", "sub\\..\\..\\secret.txt"])
def test_no_path_goes_up(root, name):
    """Not even where it comes down again."""
    with pytest.raises(BadValue, match=r"`\.\.` is not followed") as caught:
        looked_at(root, name)
    assert caught.value.code == "bad_path"


@pytest.mark.parametrize("name", ["/a.png", "C:\\a.png", "c:a.png", "\\\\server\\share\\a.png", ".", "a\0.png"])
def test_a_path_is_relative(root, name):
    """Anything else is refused, wherever it leads."""
    with pytest.raises(BadValue, match="no path relative to root"):
        looked_at(root, name)


def test_a_link_stays_below_the_folder(root):
    """One to another file of it is followed; neither a link nor a linked folder leads out."""
    (root / "inner.png").symlink_to("a.png")
    (root / "out.png").symlink_to("../secret.txt")
    (root / "up").symlink_to("..")
    assert looked_at(root, "inner.png").size == 3
    for name in ("out.png", "up/secret.txt"):
        with pytest.raises(BadValue, match="leads out of root") as caught:
            looked_at(root, name)
        assert caught.value.code == "outside_root"


def test_the_folder_itself_may_be_a_link(root):
    """It is the job that says it."""
    link = root.parent / "link"
    link.symlink_to("images")
    assert looked_at(link, "a.png").path == str(root / "a.png")


@pytest.mark.parametrize("name", ["*.png", "[a].png", "?.png", "no.png", "a.png/x", "no/such"])
def test_no_such_file(root, name):
    """Globs are names like any other."""
    with pytest.raises(NoSuchFile):
        looked_at(root, name)


def test_what_is_no_file_is_not_read(root):
    """Nor is a pipe waited for, nor a circle of links followed."""
    os.mkfifo(root / "pipe")
    (root / "circle").symlink_to("circle")
    for name, code in {"sub": "file_unreadable", "pipe": "file_unreadable", "circle": "bad_path"}.items():
        with pytest.raises(BadValue) as caught:
            looked_at(root, name)
        assert caught.value.code == code


def test_a_name_that_is_too_long(root):
    """A cell may hold anything."""
    with pytest.raises(BadValue) as caught:
        looked_at(root, "x" * 5000)
    assert caught.value.code == "bad_path"


def test_the_size_has_limits(root):
    """At the limit a file is taken, above it and at nothing it is not."""
    assert looked_at(root, "a.png", most=3).size == 3
    with pytest.raises(BadValue, match="3 bytes, more than the 2 of max_size") as caught:
        looked_at(root, "a.png", most=2)
    assert caught.value.code == "file_too_large"
    (root / "empty.png").touch()
    with pytest.raises(BadValue) as caught:
        looked_at(root, "empty.png")
    assert caught.value.code == "file_empty"


def test_a_file_that_changes_has_another_checksum(root):
    """Checksums are remembered, but not beyond a change."""
    files, ref = Files(), ContentRef("a.png", ContentRules(str(root), 100, "reject"))
    before = files.content(ref)
    assert files.content(ref) == before
    (root / "a.png").write_bytes(b"green")
    assert files.content(ref).sha1 != before.sha1
