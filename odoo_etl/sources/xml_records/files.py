"""Files of XML as sources."""

from __future__ import annotations

from typing import Final

from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.nested import FileReader, FileRecords, NestedSource, nested_source
from odoo_etl.sources.xml_records.records import read_elements
from odoo_etl.spec import XmlSource

_ELEMENTS: Final = FileReader(read_elements, read_elements)


def xml_records(spec: XmlSource, memory: SourceMemory) -> NestedSource:
    """The records of files."""
    return nested_source(FileRecords(spec, memory, _ELEMENTS), spec)
