"""Cells of a workbook that hold an error: the library reads them as empty ones, and nobody would know."""

from __future__ import annotations

import io
import zipfile

from odoo_etl.errors import SourceError
from odoo_etl.sources.excel.binary import xls_errors, xlsb_errors
from odoo_etl.sources.excel.cells import Errors, check_extent
from odoo_etl.sources.excel.ods import ods_errors
from odoo_etl.sources.excel.xlsx import xlsx_errors
from odoo_etl.sources.excel.xml import is_uncalculated, xlsx_part
from odoo_etl.sources.files import MOST_RATIO, MOST_UNPACKED_BYTES, SourceFile


def found_errors(file: SourceFile, data: bytes, number: int, name: str) -> Errors:
    """The cells of a sheet that hold an error, and those of which the library loses what they hold.

    Args:
        number: the place of the sheet in its workbook, from 0.

    Raises:
        SourceError: the file unpacks to far more than any table does, or the sheet is too large to be read.
        ValueError, expat.ExpatError: the XML is not that of a workbook.
    """
    place = f"{file}: the sheet {name!r}"
    if not data.startswith(b"PK"):
        return xls_errors(data, number)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_size(file, len(data), sum(one.file_size for one in archive.infolist()))
        errors = _errors_in(archive, number, place)
    check_extent(max(errors, default=1), max((max(row) + 1 for row in errors.values()), default=1), place)
    return errors


def _errors_in(archive: zipfile.ZipFile, number: int, place: str) -> Errors:
    """The errors of a sheet of a packed workbook; the library tries the kinds in this order."""
    if part := xlsx_part(archive, number):
        return xlsx_errors(lambda: archive.open(part), place, is_uncalculated=is_uncalculated(archive))
    if "xl/workbook.bin" in archive.namelist():
        return xlsb_errors(archive, number)
    return ods_errors(archive.read("content.xml"), number) if "content.xml" in archive.namelist() else {}


def _check_size(file: SourceFile, packed: int, unpacked: int) -> None:
    if unpacked > MOST_UNPACKED_BYTES and unpacked > MOST_RATIO * packed:
        raise SourceError(
            f"{file}: {packed:,} packed bytes become {unpacked:,}, over {MOST_RATIO} times as many: no workbook that a"
            " person made? (save it again in a spreadsheet if it is one)"
        )
