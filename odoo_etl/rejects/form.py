"""How the rejects file of a job is written: as the file that people know, its source."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.sources import delimiter_of
from odoo_etl.spec import CsvSource, FieldSpec, JobSpec, template_columns

UTF8: Final = "utf-8-sig"  # the mark makes spreadsheets read it as UTF-8
_UTF16: Final = "utf-16"
_ASCII: Final = "ascii"


@dataclass(frozen=True, slots=True)
class RejectsForm:
    """The form of a rejects file.

    Attributes:
        delimiter: one character.
        encoding: in which it is written, as long as all characters can be.
        as_workbook: it becomes a workbook when the job ends.
        columns: path of a field to the columns of the source that it is made of.
        key: the columns of the source that the key is made of.
    """

    delimiter: str = ","
    encoding: str = UTF8
    as_workbook: bool = False
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key: tuple[str, ...] = ()


def form_of(spec: JobSpec) -> RejectsForm:
    """The form for the rejects of a job."""
    columns = {path: _columns(one) for path, one in spec.every_field.items()}
    key = [name for one in spec.target.own_key for name in columns.get(one, ())]
    if spec.target.external_id is not None:
        key += template_columns(spec.target.external_id.template)
    source, as_workbook = spec.source, spec.rejects.format == "xlsx"
    own = (_delimiter(source), _encoding(source)) if isinstance(source, CsvSource) else (",", UTF8)
    return RejectsForm(*own, as_workbook, columns, tuple(dict.fromkeys(key)))


def _columns(spec: FieldSpec) -> tuple[str, ...]:
    named = [spec.column] if isinstance(spec.column, str) else spec.column or []
    return (*named, *(spec.columns or ()))


def _delimiter(source: CsvSource) -> str:
    """The one of the source, where it is one that a file can be written with."""
    try:
        found = source.delimiter or delimiter_of(source)
    except SourceError:  # nobody knows; the run says so where it matters
        found = ","
    return found if len(found) == 1 and found.isascii() and found not in "\"'\r\n\\" else ","


def _encoding(source: CsvSource) -> str:
    """The one of the source, with a mark where it may have one."""
    name = codecs.lookup(source.encoding).name
    if name.startswith("utf-16"):
        return _UTF16
    return UTF8 if name.startswith("utf") or name == _ASCII else name
