"""The folders of runs: which are old, how they go, and how the rows of a key are taken out of their files."""

from __future__ import annotations

import codecs
import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import orjson

from odoo_etl.errors import StateError
from odoo_etl.private_files import opener, replace_file, replacing
from odoo_etl.purging.forgotten import Forgotten
from odoo_etl.purging.mended import forget_mended
from odoo_etl.purging.wanted import WantedKeys
from odoo_etl.rejects import csv_records, found_own_columns
from odoo_etl.rejects.beside import FOLDER
from odoo_etl.rejects.form import RejectsForm

ENDED = "run_results.json"
RUNNING_S = 86_400.0  # a folder without results may be of a plan that still goes on
_LINES = frozenset({".jsonl", ".ndjson"})
_ID = "%Y%m%dT%H%M%S"


class RunFolders:
    """The folders of the runs of this machine."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs

    def all(self) -> dict[str, Path]:
        """Id to the folder of each run."""
        if not self._runs.is_dir():
            return {}
        return {path.name: path for path in sorted(self._runs.iterdir()) if path.is_dir() and not path.is_symlink()}

    def begun_before(self, moment: datetime, now: datetime) -> list[str]:
        """The runs that began before that and are over, as their folders say."""
        return [name for name, path in self.all().items() if _began(path) < moment and _is_over(path, now)]

    def remove(self, run_id: str) -> int:
        """Take the folder of a run away; its bytes. Raises StateError."""
        path = self.all().get(run_id)
        if path is None:
            return 0
        size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
        with _told(path):
            shutil.rmtree(path)
        return size

    def forget(self, run_id: str, wanted: WantedKeys, only: Sequence[str] = ()) -> tuple[int, list[str]]:
        """Take the rows of some keys, and what reports say of them, out of the files of a run.

        Args:
            only: names of jobs whose files of rows are meant; none for all.

        Returns:
            How many rows went, and the names of files that went whole, since their form is not known here.

        Raises:
            StateError: a file cannot be read or written.
        """
        path = self.all().get(run_id)
        if path is None:
            return 0, []
        forget_mended(path, wanted, only)
        rows, reasons = 0, list(wanted.texts)
        for file in (one for one in _files(path) if one.suffix in _ROWS and not (only and one.stem not in only)):
            with _told(file):
                told = _ROWS[file.suffix](file, wanted)
            rows += len(told)
            reasons += told
        forgotten, gone = Forgotten(reasons), list[str]()
        for file in (one for one in _files(path) if one.suffix not in _ROWS):
            with _told(file):
                gone += [file.name] if _says_no_more(file, forgotten) else []
        return rows, gone


def _files(folder: Path) -> Iterator[Path]:
    files = (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    yield from sorted(one for one in files if one.parent.name != FOLDER)


def _began(path: Path) -> datetime:
    """By the id of the run, which begins with it; else by the age of the folder."""
    with suppress(ValueError):
        return datetime.strptime(path.name.partition("-")[0], _ID).replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _is_over(path: Path, now: datetime) -> bool:
    return (path / ENDED).exists() or now.timestamp() - path.stat().st_mtime > RUNNING_S


def _rows_out(file: Path, wanted: WantedKeys) -> list[str]:
    """Take rows out of a file of rows; the reasons that they had, "" for one without."""
    with file.open(newline="", encoding=_encoding(file), errors="surrogateescape") as read:
        start = read.readline()
        read.seek(0)
        lines = csv_records(read, _delimiter(start))
        header = next(lines, [])
        reason = found_own_columns(header).get("reason", "")
        place = header.index(reason) if reason else len(header)
        gone = [(line[place] if place < len(line) else "") for line in lines if wanted.in_cells(line)]
    if gone:
        _rewrite(file, start, wanted)
    return gone


def _rows_out_of_workbook(file: Path, wanted: WantedKeys) -> list[str]:
    """The same of a workbook, which is made anew."""
    from python_calamine import CalamineWorkbook

    from odoo_etl.rejects.workbook import to_workbook

    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    header, *lines = [[str(cell) for cell in row] for row in rows]
    gone = [line for line in lines if wanted.in_cells(line)]
    if gone:
        plain = file.with_suffix(".csv")
        with open(plain, "w", newline="", encoding="utf-8-sig", opener=opener) as kept:
            csv.writer(kept).writerows([header, *(line for line in lines if line not in gone)])
        to_workbook(plain, "utf-8-sig", RejectsForm())
    reason = found_own_columns(header).get("reason", "")
    return [line[header.index(reason)] if reason else "" for line in gone]


_ROWS: Mapping[str, Callable[[Path, WantedKeys], list[str]]] = {".csv": _rows_out, ".xlsx": _rows_out_of_workbook}


def _rewrite(file: Path, start: str, wanted: WantedKeys) -> None:
    """The file without those rows; whoever reads it sees the old one or the new one."""
    encoding = _encoding(file)
    with (
        file.open(newline="", encoding=encoding, errors="surrogateescape") as read,
        replacing(file, "w", newline="", encoding=encoding, errors="surrogateescape") as kept,
    ):
        lines = csv_records(read, _delimiter(start))
        csv.writer(kept, delimiter=_delimiter(start)).writerows(line for line in lines if not wanted.in_cells(line))


def _encoding(file: Path) -> str:
    """By its mark; without one UTF-8, or where it is not that, one of one byte."""
    data = file.read_bytes()
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return name
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(start: str) -> str:
    """The one that stands most often in a header."""
    return max(",;\t|", key=start.count)


def _says_no_more(file: Path, forgotten: Forgotten) -> bool:
    """Take some texts out of a file; True where it went whole."""
    if file.suffix in _LINES:
        _edit(file, lambda text: "".join(_events(text.splitlines(), forgotten)))
        return False
    if file.suffix == ".json":
        _edit(file, lambda text: _document(text, forgotten))
        return False
    text = file.read_bytes().decode("utf-8", "replace")
    text = unescape(text) if file.suffix == ".html" else text
    if forgotten.says(text):
        file.unlink()
        return True
    return False


def _edit(file: Path, edit: Callable[[str], str]) -> None:
    old = file.read_text("utf-8", errors="surrogateescape")
    if (new := edit(old)) != old:
        replace_file(file, new.encode("utf-8", "surrogateescape"))


def _document(text: str, forgotten: Forgotten) -> str:
    known = json.loads(text)
    return json.dumps(forgotten.without(known), indent=2, ensure_ascii=False) + "\n" if forgotten.says(known) else text


def _events(lines: Iterable[str], forgotten: Forgotten) -> Iterator[str]:
    """The events without those that are about what is forgotten."""
    for line in lines:
        event: Any = line
        with suppress(ValueError):  # an empty line, or half a one of a run that was killed: text
            event = orjson.loads(line)
        if not forgotten.says(event):
            yield line + "\n"
        elif isinstance(event, dict) and "counts" in event:
            yield orjson.dumps(forgotten.without(event)).decode() + "\n"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Errors of files as StateError."""
    try:
        yield
    except (OSError, ValueError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise StateError(f"{path}: cannot be purged: {why}; what was purged until then is") from error
