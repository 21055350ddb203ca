"""Where the rows of a job come from: one frozen model a kind, joined in `SourceSpec`.

Paths are absolute once the loader has resolved them against the folder of the job file.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from odoo_etl.spec.sources.csv import CsvSource
from odoo_etl.spec.sources.excel import ExcelSource
from odoo_etl.spec.sources.file_keys import FileKeys
from odoo_etl.spec.sources.incremental import IncrementalSpec, SqlIncremental
from odoo_etl.spec.sources.json import JsonLinesSource, JsonSource
from odoo_etl.spec.sources.nested_file import NestedFile
from odoo_etl.spec.sources.nested_keys import NestedKeys
from odoo_etl.spec.sources.odoo import OdooSource
from odoo_etl.spec.sources.odoo_fields import OdooField, OdooLines
from odoo_etl.spec.sources.parquet import ParquetSource
from odoo_etl.spec.sources.rows import ExplodeSpec, RowShape
from odoo_etl.spec.sources.sql import QueryFile, SqlSource
from odoo_etl.spec.sources.table_file import TableFile

SourceSpec = Annotated[
    CsvSource | ExcelSource | JsonLinesSource | JsonSource | OdooSource | ParquetSource | SqlSource,
    Field(discriminator="type"),
]

__all__ = [
    "CsvSource",
    "ExcelSource",
    "ExplodeSpec",
    "FileKeys",
    "IncrementalSpec",
    "JsonLinesSource",
    "JsonSource",
    "NestedFile",
    "NestedKeys",
    "OdooField",
    "OdooLines",
    "OdooSource",
    "ParquetSource",
    "QueryFile",
    "RowShape",
    "SourceSpec",
    "SqlIncremental",
    "SqlSource",
    "TableFile",
]
