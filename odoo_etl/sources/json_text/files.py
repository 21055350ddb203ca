"""Files of JSON as sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from odoo_etl.sources.files import Stretch, line_stretches
from odoo_etl.sources.json_text.documents import read_document
from odoo_etl.sources.json_text.lines import glance_at_lines, read_lines
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.nested import FileReader, FileRecords, NestedSource, Part, nested_source
from odoo_etl.spec import JsonLinesSource, JsonSource


def _cut(part: Part, spec: JsonLinesSource, most_bytes: int) -> Sequence[Stretch]:
    return line_stretches(part.file, spec.encoding, most_bytes)


_DOCUMENTS: Final = FileReader(read_document, read_document)
_LINES: Final = FileReader(read_lines, glance_at_lines, _cut)


def json_documents(spec: JsonSource, memory: SourceMemory) -> NestedSource:
    """The records of documents."""
    return nested_source(FileRecords(spec, memory, _DOCUMENTS), spec)


def json_lines(spec: JsonLinesSource, memory: SourceMemory) -> NestedSource:
    """The records of lines."""
    return nested_source(FileRecords(spec, memory, _LINES), spec)
