"""Where an export goes: a file that appears under its name when it is whole, or a table of a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.exporting.carry_out import SUFFIXES, Finish, Format
from odoo_etl.exporting.forms import Delimited, Form, JsonLines, Lists
from odoo_etl.exporting.layout import OutColumn
from odoo_etl.private_files import FILE

SHEET: Final = "export"
FORMATS: Final = tuple(dict.fromkeys(SUFFIXES.values()))


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A file.

    Attributes:
        path: under which it appears.
        format: of its rows.
        delimiter: of a CSV file.
        encoding: of a CSV file.
        safe: what a spreadsheet would calculate gets an apostrophe before it, in a CSV file.
        sheet: of a workbook.
    """

    path: Path
    format: Format
    delimiter: str = ","
    encoding: str = "utf-8"
    safe: bool = False
    sheet: str = SHEET

    def written(self, delimiter: str, encoding: str, sheet: str, *, safe: bool) -> FileTarget:
        """The same, written like this where something is said."""
        return replace(
            self,
            delimiter=delimiter or self.delimiter,
            encoding=encoding or self.encoding,
            sheet=sheet or self.sheet,
            safe=safe,
        )

    def form(self, columns: tuple[OutColumn, ...]) -> Form:
        """The form of rows in the part file."""
        if self.format == "csv":
            return Delimited(columns, self.delimiter, self.encoding, self.safe)
        return JsonLines(columns) if self.format == "jsonl" else Lists(columns)

    @property
    def request(self) -> dict[str, Any]:
        """All that a resumed export must have alike."""
        return {"format": self.format, "delimiter": self.delimiter, "encoding": self.encoding, "safe": self.safe}

    @property
    def part(self) -> Path:
        """The part file, in the same folder."""
        return self.path.with_name(f".{self.path.name}.part")

    def finish(self, columns: Sequence[OutColumn]) -> Finish:
        """The function that makes the file of the part file."""
        make = _MAKERS.get(self.format)

        def place(part: Path) -> None:
            if make is None:
                part.replace(self.path)
                return
            beside = self.path.with_name(f".{self.path.name}.new")
            try:
                beside.touch(FILE)
                make(part, beside, columns, self.sheet)
                beside.replace(self.path)
            finally:
                beside.unlink(missing_ok=True)

        return place


def file_target(path: Path, wanted: str, *, force: bool) -> FileTarget:
    """The file that an export is to become.

    Args:
        wanted: its format; "" for that of its suffix.
        force: write over a file that is there.

    Raises:
        UsageError: the format is unknown, its library is missing, or the file is there.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give --out a file in it")
    name = wanted or SUFFIXES.get(path.suffix.lower(), "")
    found = next((one for one in FORMATS if one == name), None)
    if found is None:
        what = f"--format {wanted}" if wanted else f"{path.name}: the suffix says no format"
        raise UsageError(f"{what}: give --format {', '.join(FORMATS)}")
    if path.exists() and not force:
        raise UsageError(f"{path} is there already: --force replaces it, --out gives another name")
    if found == "parquet":
        _parquet()
    return FileTarget(path.absolute(), found)


Maker = Callable[[Path, Path, Sequence[OutColumn]], None]


def _parquet() -> Maker:
    from odoo_etl.exporting.parquet_file import to_parquet

    return to_parquet


def _to_parquet(part: Path, made: Path, columns: Sequence[OutColumn], _sheet: str) -> None:
    _parquet()(part, made, columns)


def _to_workbook(part: Path, made: Path, columns: Sequence[OutColumn], sheet: str) -> None:
    from odoo_etl.exporting.workbook import to_workbook

    to_workbook(part, made, columns, sheet)


_MAKERS: Final = {"parquet": _to_parquet, "xlsx": _to_workbook}
