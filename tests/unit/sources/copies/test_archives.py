"""Members of zip archives: chosen by name or pattern, unpacked once, bounded."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from odoo_etl.sources import open_source
from odoo_etl.sources.copies import archives
from odoo_etl.spec.sources import ExcelSource
from tests.unit.sources.copies.conftest import refusal, rows_of
from tests.workbooks import write_xlsx

TWO = {"in/b.csv": "a;b\n3;4\n", "in/a.csv": "a;b\n1;2\n", "readme.txt": "no table"}


def packed(members, compression=zipfile.ZIP_DEFLATED):
    """An archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def archive(tmp_path):
    """A function that makes an archive, and gives its path."""

    def make(members, name="orders.zip"):
        path = tmp_path / name
        path.write_bytes(packed(members) if not isinstance(members, bytes) else members)
        return str(path)

    return make


def test_the_only_file_is_read(archive, csv):
    """Folders and what systems add do not count."""
    path = archive({"in/": "", "in/rows.csv": "a;b\n1;2\n", "__MACOSX/in/._rows.csv": "x", "in/.DS_Store": "x"})
    assert rows_of(csv(path)) == {f"{path}/in/rows.csv": [("1", "2")]}


def test_one_of_several_by_its_name_or_a_pattern(archive, csv):
    """In the order of their names."""
    path = archive(TWO)
    assert rows_of(csv(path, member="in/b.csv")) == {f"{path}/in/b.csv": [("3", "4")]}
    assert list(rows_of(csv(path, member="*.csv"))) == [f"{path}/in/a.csv", f"{path}/in/b.csv"]


def test_a_name_with_brackets_is_no_pattern(archive, csv):
    """Where there is such a file."""
    path = archive({"rows[1].csv": "a;b\n1;2\n", "rows1.csv": "a;b\n3;4\n"})
    assert rows_of(csv(path, member="rows[1].csv")) == {f"{path}/rows[1].csv": [("1", "2")]}


@pytest.mark.parametrize(
    ("members", "keys", "reason"),
    [
        (TWO, {}, "holds 3 files: in/a.csv, in/b.csv, readme.txt (name the one to read, or a pattern, in member:"),
        (TWO, {"member": "c.csv"}, "no file in it matches member: c.csv (it holds in/a.csv, in/b.csv, readme.txt)"),
        ({"in/": ""}, {}, "holds no file"),
        ({"../../etc/rows.csv": "a\n"}, {}, "leads out of it"),
        ({"in/..\\rows.csv": "a\n"}, {}, "leads out of it"),
        ({"rows.csv": packed({"a.csv": "a\n"})}, {}, "is a ZIP archive, not CSV"),
    ],
)
def test_what_cannot_be_chosen(archive, csv, members, keys, reason):
    """The error lists what there is."""
    assert reason in refusal(csv(archive(members), **keys))


def test_a_name_that_two_files_have(archive, csv):
    """Nobody can tell which one is meant; that of others does not matter."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive([("a.csv", "a\n1\n"), ("a.csv", "a\n2\n"), ("b.csv", "a\n3\n")])
    assert "holds more than one file 'a.csv'" in refusal(csv(path, member="a.csv"))
    assert rows_of(csv(path, member="b.csv")) == {f"{path}/b.csv": [("3",)]}


def test_a_password(archive, csv):
    """The file cannot be read, which is said before anything is unpacked."""
    data = bytearray(packed({"a.csv": "a\n1\n"}))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(magic) + at
        data[place : place + 2] = struct.pack("<H", struct.unpack("<H", data[place : place + 2])[0] | 1)
    assert "a.csv is protected by a password" in refusal(csv(archive(bytes(data))))


def test_damaged_members(archive, csv):
    """Found by their checksums; nothing of them is read."""
    data = packed({"a.csv": "a;b\n" + "1;2\n" * 100}, zipfile.ZIP_STORED).replace(b"1;2\n1", b"9;9\n9", 1)
    assert "the zip archive cannot be read: Bad CRC-32" in refusal(csv(archive(data)))


def test_what_is_no_archive(tmp_path, csv):
    """A member is asked for."""
    (tmp_path / "rows.csv").write_text("a;b\n1;2\n")
    assert "is no zip archive, and member: names" in refusal(csv(str(tmp_path / "rows.csv"), member="a.csv"))


def test_bombs_and_large_files_are_not_unpacked(archive, csv, monkeypatch):
    """By the ratio of what came of them, or by max_size."""
    path = archive({"a.csv": b"0" * 3_000_000})
    assert "has more than the 1,000,000 bytes of max_size" in refusal(csv(path, max_size=1_000_000))
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", 1_000_000)
    assert "over 400 times as many: not a packed table?" in refusal(csv(path))


def test_a_member_is_unpacked_once(archive, csv, tmp_path):
    """Until the archive is another one."""
    path = archive({"rows.csv": "a;b\n1;2\n"})
    folder = tmp_path / "state" / "downloads"
    rows_of(csv(path))
    before = {one.name: one.stat().st_ino for one in folder.glob("*.content")}
    rows_of(csv(path))
    assert {one.name: one.stat().st_ino for one in folder.glob("*.content")} == before
    archive({"rows.csv": "a;b\n5;6\n"})
    os.utime(path, ns=(0, 0))
    assert rows_of(csv(path)) == {f"{path}/rows.csv": [("5", "6")]}


def test_an_archive_that_changes_while_it_is_read(archive, csv):
    """Its columns and its rows would be of two versions."""
    path = archive({"rows.csv": "a;b\n1;2\n"})
    source = open_source(csv(path))
    source.columns()
    archive({"rows.csv": "a;b\n1;3\n"})
    os.utime(path, ns=(0, 0))
    with pytest.raises(Exception, match="its archive has changed while it was read"):
        list(source.chunks(10))


def test_workbooks_are_archives_and_stay_workbooks(tmp_path, archive):
    """Also one in an archive."""
    write_xlsx(tmp_path / "rows.xlsx", {"rows": [["a"], ["1"]]})
    spec = ExcelSource(type="excel", path=str(tmp_path / "rows.xlsx"))
    assert list(rows_of(spec)) == [f"{tmp_path}/rows.xlsx#rows"]
    path = archive({"rows.xlsx": Path(spec.path).read_bytes()})
    assert list(rows_of(ExcelSource(type="excel", path=path))) == [f"{path}/rows.xlsx#rows"]


def test_an_archive_on_the_web(web, csv):
    """The archive is asked for only where it has changed, and unpacked only then."""
    web.page("/z.zip", packed(TWO), ETag='"1"')
    for _ in range(2):
        assert rows_of(csv(web.url("/z.zip"), member="in/a.csv")) == {web.url("/z.zip/in/a.csv"): [("1", "2")]}
    assert web.asked.total() == 2


def test_a_copy_that_is_gone_is_unpacked_again(archive, csv):
    """By a part of a divided run on another machine."""
    source = open_source(csv(archive({"rows.csv": "a;b\n1;2\n"})))
    [part] = source.ranges(2)
    part._file.file.stored.unlink()
    assert [chunk.columns for chunk in part.chunks(10)] == [{"a": ["1"], "b": ["2"]}]
