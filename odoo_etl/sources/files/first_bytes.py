"""Files that are called a text and are something else, or a text in another encoding: known by their first bytes."""

from __future__ import annotations

import codecs

_AS_EXCEL = "set type: excel in the source of the job"
_UNPACK = "unpack it, or pack the table with gzip, which is read"
_EXPORT = "export the table as CSV"
# What a file starts with, what it is then, and what to do. gzip is not here: it is unpacked on the way.
_KINDS = (
    (b"PK\x05\x06", "an empty ZIP archive", "was anything packed?"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls) or another old Office file", _AS_EXCEL),
    (b"\x09\x08\x10\x00", "an Excel workbook (.xls)", _AS_EXCEL),
    (b"PAR1", "a Parquet file", "set type: parquet in the source of the job"),
    (b"ARROW1", "an Arrow file", _EXPORT),
    (b"ORC", "an ORC file", _EXPORT),
    (b"Obj\x01", "an Avro file", _EXPORT),
    (b"SQLite format 3\0", "an SQLite database", "read it with type: sql"),
    (b"%PDF-", "a PDF document", _EXPORT),
    (b"{\\rtf", "an RTF document", _EXPORT),
    (b"BZh", "packed with bzip2", _UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x89PNG\r\n", "an image", _EXPORT),
    (b"\xff\xd8\xff", "an image", _EXPORT),
)
_PAGES = (
    (b"<!doctype html", "an HTML page", "was a page of the web site downloaded in place of the table? " + _EXPORT),
    (b"<html", "an HTML page", "was a page of the web site downloaded in place of the table? " + _EXPORT),
    (b"<?xml", "an XML file", "set type: xml in the source of the job"),
)
_ZIP = b"PK\x03\x04"
_TAR = slice(257, 262)
# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 400
_LEAST = 8
# Places (by fours) that hold zero in a text of mostly Latin letters.
_WIDE = {(1, 2, 3): "utf-32-le", (0, 1, 2): "utf-32-be", (1, 3): "utf-16-le", (0, 2): "utf-16-be"}


def complaint(data: bytes, encoding: str, wanted: str = "CSV") -> str | None:
    """The fault of a file that starts like this and should be text in `encoding`, with the way out; or None."""
    if kind := _kind(data):
        return f"is {kind[0]}, not {wanted} ({kind[1]})"
    family = codecs.lookup(encoding).name[:6]  # utf-8, utf-16, utf-32
    mark = next((name for start, name in _MARKS if data.startswith(start)), None)
    if mark and not (family == mark[:6] or (mark == "utf-8-sig" and family.startswith("utf-8"))):
        plain = mark.removesuffix("-sig")
        return (
            f"starts with the byte order mark of {plain}, but the job says encoding: {encoding} (set encoding: {mark})"
        )
    wide = None if mark else _wide(data)
    if wide and codecs.lookup(encoding).name != wide:
        return f"is {wide} text without a byte order mark, but the job says encoding: {encoding} (set encoding: {wide})"
    return None


def _kind(data: bytes) -> tuple[str, str] | None:
    """The kind of the bytes where they are no text, and what to do."""
    if data.startswith(_ZIP):
        return _zip(data)
    if data[_TAR] == b"ustar":
        return "a tar archive", _UNPACK
    page = data[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    kinds = [(what, step) for start, what, step in _KINDS if data.startswith(start)]
    kinds += [(what, step) for start, what, step in _PAGES if page.startswith(start)]
    return kinds[0] if kinds else None


def _zip(data: bytes) -> tuple[str, str]:
    """The kind of ZIP archive, by the names of its first members."""
    if b"opendocument.spreadsheet" in data[:_LOOKED_AT]:
        return "an OpenDocument spreadsheet (.ods)", _AS_EXCEL
    if b"xl/" in data or b"[Content_Types].xml" in data:
        return "an Excel workbook (.xlsx)", _AS_EXCEL
    return "a ZIP archive", "its end is missing, or it lies in another archive: " + _UNPACK


def _wide(data: bytes) -> str | None:
    """The encoding of a text whose zeros stand at regular places."""
    start = data[: min(len(data), _LOOKED_AT) // 4 * 4]
    if len(start) < _LEAST or 0 not in start:
        return None
    share = [start[place::4].count(0) / (len(start) // 4) for place in range(4)]
    zeros, others = tuple(place for place in range(4) if share[place] > 0.7), [one for one in share if one <= 0.7]
    return _WIDE.get(zeros) if all(one < 0.3 for one in others) else None
