"""Contents of files as files of a folder."""

from __future__ import annotations

import base64
import stat

import pytest

from odoo_etl.exporting import SOURCE_ID, CannotWrite, ContentFiles
from odoo_etl.exporting.content_files import MOST_AT_ONCE, MOST_BYTES
from odoo_etl.sources import Chunk
from odoo_etl.text import OdooContent


def content(number, size=3):
    return OdooContent("main", "res.partner", number, "image_1920", f"{number:040x}", size)


class Reader:
    """Has contents, and keeps what it was asked for at once."""

    def __init__(self, contents):
        self.contents, self.asked = contents, []

    def __call__(self, cells):
        cells = list(cells)
        self.asked.append([one.id for one in cells])
        return {
            one: base64.b64encode(self.contents.get(one.id, b"abc")).decode()
            for one in cells
            if self.contents.get(one.id, b"abc") is not None
        }


def named(folder, cells, contents=None):
    """The cells of rows with these contents, and what was asked for at once."""
    read = Reader(contents or {})
    chunk = Chunk({SOURCE_ID: list(range(len(cells))), "image_1920": cells}, list(range(len(cells))))
    files = ContentFiles(folder, read, ["image_1920"])
    files.make_ready()
    return files.named(chunk).columns["image_1920"], read.asked


def test_a_file_for_each_content(tmp_path):
    """Its suffix is that of what it holds; it is its owner's alone."""
    folder = tmp_path / "images"
    names, _ = named(folder, [content(1), None, content(2)], {1: b"\x89PNG...", 2: b"text"})
    assert names == ["res.partner-1-image_1920.png", None, "res.partner-2-image_1920"]
    assert (folder / names[0]).read_bytes() == b"\x89PNG..."
    assert stat.S_IMODE((folder / names[0]).stat().st_mode) == 0o600


def test_a_content_that_is_gone(tmp_path):
    """Its cell is empty, as the field is."""
    assert named(tmp_path / "images", [content(1)], {1: None})[0] == [None]
    assert (tmp_path / "images").is_dir()  # the job that loads the file back looks for it


def test_few_are_held_at_once(tmp_path):
    """By number, and by size; one that is larger comes alone."""
    assert [len(some) for some in named(tmp_path, [content(one) for one in range(MOST_AT_ONCE + 1)])[1]] == [
        MOST_AT_ONCE,
        1,
    ]
    large = [content(1, MOST_BYTES + 1), content(2, MOST_BYTES // 2), content(3, MOST_BYTES // 2), content(4, 1)]
    assert named(tmp_path, large)[1] == [[1], [2, 3], [4]]


def test_a_folder_that_takes_nothing(tmp_path):
    """The error names it."""
    (tmp_path / "images").write_text("a file")
    with pytest.raises(CannotWrite, match="images: cannot be made: Not a directory"):
        named(tmp_path / "images", [content(1)])
