"""Cells of a workbook that hold an error: the library reads them as empty ones, and nobody would know."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.sources.excel_binary import xls_errors, xlsb_errors
from odoo_etl.sources.excel_xml import Errors, ods_errors, pieces_of, xlsx_errors, xlsx_part
from odoo_etl.sources.text import MOST_RATIO, MOST_UNPACKED_BYTES


def found_errors(path: Path, data: bytes, number: int, name: str) -> Errors:
    """Row (from 1), then column (from 0), of the cells of a sheet that hold an error, to its text, such as `#N/A`.

    Args:
        number: the place of the sheet in its workbook, from 0.

    Raises:
        SourceError: the file unpacks to far more than any table does, or the sheet is too large to be read.
    """
    if not data.startswith(b"PK"):
        return xls_errors(data, number)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_size(path, len(data), sum(one.file_size for one in archive.infolist()))
        if "xl/workbook.bin" in archive.namelist():
            return xlsb_errors(archive, number)
        if part := xlsx_part(archive, number):
            with archive.open(part) as stream:
                return xlsx_errors(pieces_of(stream), f"{path}: the sheet {name!r}")
        return ods_errors(archive.read("content.xml"), number) if "content.xml" in archive.namelist() else {}


def _check_size(path: Path, packed: int, unpacked: int) -> None:
    if unpacked > MOST_UNPACKED_BYTES and unpacked > MOST_RATIO * packed:
        raise SourceError(
            f"{path}: {packed:,} packed bytes become {unpacked:,}, over {MOST_RATIO} times as many: no workbook that a"
            " person made? (save it again in a spreadsheet if it is one)"
        )
