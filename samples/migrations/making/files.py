"""Files as other programs leave them: CSV, workbooks, databases, pictures. The same bytes each time."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

MADE = dt.datetime(2025, 1, 6, tzinfo=dt.UTC).replace(tzinfo=None)
Table = Sequence[Mapping[str, Any]]


def write_csv(path: Path, rows: Table, *, delimiter: str = ";", encoding: str = "utf-8") -> None:
    """A file with a header."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_workbook(path: Path, sheets: Mapping[str, Table]) -> None:
    """A workbook; each sheet has a bold header, and dates that are dates."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": MADE})
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(rows[0]), bold)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, list(row.values()))
            sheet.autofit()


def write_database(path: Path, schema: str, tables: Mapping[str, Iterable[Sequence[Any]]]) -> None:
    """A SQLite database."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for name, rows in tables.items():
        some = list(rows)
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(some[0]))})", some)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


def write_picture(path: Path, seed: int, size: int = 64) -> None:
    """A PNG of four fields in two colours."""
    colours = [bytes((seed * 53 % 200 + 40, seed * 97 % 200 + 40, seed * 31 % 200 + 40)), b"\xf4\xf1\xea"]
    half = size // 2
    rows = [b"".join(colours[(x < half) == (y < half)] for x in range(size)) for y in range(size)]
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(map(_part, *zip(*parts, strict=True))))


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
