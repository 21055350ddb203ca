"""The options of an export, and whether they fit together."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.exporting.relations import Relations
from odoo_etl.spec.domain import domain_fault

DEFAULT_ENCODING: Final = "utf-8"
RELATIONS: Final = ("keys", "external-ids", "ids")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The wishes of whoever exports.

    Attributes:
        fields: of the model, or paths over relations; none for all that a job could write.
        domain: which records; an Odoo domain.
        archived: archived ones, too.
        limit: so many records at most.
        out: the file.
        format: `csv`, `xlsx`, `jsonl` or `parquet`; "" for that of the file's suffix.
        url: of a SQL database, in place of a file.
        table: in that database.
        key: columns by which rows of the table are updated, and records found that are loaded back.
        relations: how records of other models are named: by what people know them, external ids or ids.
        delimiter: of a CSV file; "" for that of the job's source, or a comma.
        encoding: of a CSV file; "" for that of the job's source, or UTF-8.
        safe: what a spreadsheet would calculate gets an apostrophe before it.
        files: the folder that contents of files go into; None where none is exported.
        force: write over a file that is there.
        resume: go on with an export that was broken off.
        job: the file of a job that loads the exported file back; None for none.
    """

    fields: Sequence[str] = ()
    domain: Sequence[Any] = ()
    archived: bool = False
    limit: int | None = None
    out: Path | str | None = None
    format: str = ""
    url: str = ""
    table: str = ""
    key: Sequence[str] = ()
    relations: Relations = "keys"
    delimiter: str = ""
    encoding: str = ""
    safe: bool = False
    files: Path | str | None = None
    force: bool = False
    resume: bool = False
    job: Path | str | None = None

    def check(self) -> None:
        """Raise UsageError where options contradict each other."""
        if fault := domain_fault(list(self.domain)):
            raise UsageError(f"--domain {list(self.domain)!r}: {fault}, as in [['active', '=', true]]")
        if bool(self.url) == (self.out is not None):
            raise UsageError("say where to: --out FILE, or --to URL with --table NAME")
        if bool(self.url) != bool(self.table):
            raise UsageError("--to and --table go together: a database, and a table in it")
        if self.url and (self.format or self.job is not None):
            raise UsageError("--format and --job are for files: leave them out beside --to")
        if self.relations not in RELATIONS:
            raise UsageError(f"--relations {self.relations}: it is one of {', '.join(RELATIONS)}")
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"limit {self.limit}: export one record at least")
        _check_text(self.delimiter, self.encoding)


def _check_text(delimiter: str, encoding: str) -> None:
    if len(delimiter) > 1 or (delimiter and delimiter in '"\r\n'):
        raise UsageError(f"--delimiter {delimiter!r} is not one character, such as ; or a tab")
    try:
        codecs.lookup(encoding or DEFAULT_ENCODING)
    except LookupError:
        raise UsageError(f"--encoding {encoding}: there is none of that name, such as utf-8 or cp1252") from None
