"""One sheet of a workbook, loaded: found by its name or number, with what is wrong said in our words."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from odoo_etl.errors import SourceError
from odoo_etl.sources.excel.cells import Errors
from odoo_etl.sources.excel.errors import found_errors
from odoo_etl.sources.excel.xml import parser
from odoo_etl.sources.files import AT_PATH, FileMark, SourceFile

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of xls, and of all that is encrypted
_STARTS = (b"PK", _OLD, b"\x09\x08", b"\x09\x04", b"\x09\x02")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# From the library, and from our own look at errors; OSError also where the file itself cannot be read.
_DAMAGED = (
    *(CalamineError, zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError),
    *(OSError, ValueError, LookupError, ExpatError),
)
_PROTECTED = "is protected by a password (save it without one)"


@dataclass(frozen=True)
class Sheet:
    """A sheet in memory.

    Attributes:
        others: names of the other sheets of its workbook.
        errors: of its cells, and what the library loses of them.
    """

    name: str
    others: tuple[str, ...]
    errors: Errors
    _loaded: CalamineSheet

    def rows(self) -> Iterator[list[Any]]:
        """All rows from the first one of the sheet, each from its first column."""
        _, first_column = self._loaded.start or (0, 0)
        return ([None] * first_column + row for row in self._loaded.iter_rows())

    def with_merged_above(self, row: int, cells: Sequence[Any], first_column: int) -> list[Any]:
        """The cells of a row (from 1); those that are merged with cells above them have the text of these."""
        whole = list(cells)
        for (top, left), (bottom, _) in self._loaded.merged_cell_ranges or ():
            place = left - first_column
            if top < row - 1 <= bottom and 0 <= place < len(whole) and whole[place] is None:
                above = next((line for at, line in enumerate(self.rows()) if at == top), [])
                whole[place] = above[left] or None if left < len(above) else None
        return whole


@lru_cache(maxsize=1)
def load_sheet(file: SourceFile, _mark: FileMark, wanted: str | int | None) -> Sheet:
    """The sheet of that name or number (from 1), or the first that can be seen; the last one loaded is kept.

    Raises:
        SourceError: no workbook, encrypted, damaged, or without such a sheet.
    """
    with _readable(file):
        data = file.path.read_bytes()
        _check_start(file, data)
        with _opened(file, data) as workbook:
            name = _name(file, workbook, wanted)
            errors = found_errors(file, data, workbook.sheet_names.index(name), name)
            others = tuple(one for one in workbook.sheet_names if one != name)
            return Sheet(name, others, errors, workbook.get_sheet_by_name(name))


@contextmanager
def _readable(file: SourceFile) -> Iterator[None]:
    """A time in which a workbook is read; what is wrong with it is a SourceError."""
    try:
        yield
    except PasswordError as error:
        raise SourceError(f"{file}: {_PROTECTED}") from error
    except _DAMAGED as error:
        raise _damaged(file, error) from error
    except BaseException as error:  # a panic of the library is no Exception, and has a class that cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(file, error) from error


def _damaged(file: SourceFile, error: BaseException) -> SourceError:
    if isinstance(error, OSError) and error.strerror:
        return SourceError(f"{file}: cannot be read: {error.strerror}", AT_PATH)
    said = " ".join(str(error).split())
    return SourceError(f"{file}: the workbook cannot be read: {said} (does it open in a spreadsheet?)")


def forget_sheet() -> None:
    """Give the memory of the sheet back that was loaded last."""
    load_sheet.cache_clear()


def _check_start(file: SourceFile, data: bytes) -> None:
    if not data:
        raise SourceError(f"{file}: the file is empty")
    if not data.startswith(_STARTS):
        raise SourceError(
            f"{file}: is no workbook: it starts with {data[:8]!r}"
            " (text is read with type: csv, whatever the file is called)"
        )
    if data.startswith(_OLD) and _ENCRYPTED in data:
        raise SourceError(f"{file}: {_PROTECTED}")
    if data.startswith(b"PK") and _is_encrypted_ods(data):
        raise SourceError(f"{file}: {_PROTECTED}")
    if data.startswith(b"PK"):
        _check_ods(data)


def _opened(file: SourceFile, data: bytes) -> CalamineWorkbook:
    """The workbook, of whichever kind its bytes are; where they are of none, by its name, which tells more of why."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        return CalamineWorkbook.from_path(file.path)


def _is_encrypted_ods(data: bytes) -> bool:
    with suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"encryption-data" in archive.read("META-INF/manifest.xml")
    return False


def _check_ods(data: bytes) -> None:
    """Refuse an ods whose XML ends too early, which the library would read without end. Raises ExpatError."""
    unknown = suppress(zipfile.BadZipFile, KeyError)
    with unknown, zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as stream:
        parser().ParseFile(stream)


def _name(file: SourceFile, workbook: CalamineWorkbook, wanted: str | int | None) -> str:
    """The name of the sheet that is meant. A number counts those that can be seen; a larger one is a name."""
    sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in sheets]
    visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible] or names
    if wanted is None and visible:
        return visible[0]
    text = str(wanted)
    if isinstance(wanted, int) and wanted <= len(visible):
        return visible[wanted - 1]
    alike = [name for name in names if name == text] or [
        name for name in names if name.strip().casefold() == text.strip().casefold()
    ]
    if len(alike) == 1:
        return alike[0]
    if text.isdecimal() and 0 < int(text) <= len(visible):
        return visible[int(text) - 1]
    near = get_close_matches(text, names, n=1)
    raise SourceError(
        f"{file}: has no sheet {text!r}; it has {', '.join(map(repr, names)) or 'none'}"
        + (f" (did you mean {near[0]!r}?)" if near else "")
    )
