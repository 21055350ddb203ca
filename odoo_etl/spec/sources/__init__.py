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
from odoo_etl.spec.sources.joins import JoinSpec, whole_issues, with_joined
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.nested_keys import NestedKeys
from odoo_etl.spec.sources.parquet import ParquetSource
from odoo_etl.spec.sources.rows import ExplodeSpec, RowShape
from odoo_etl.spec.sources.sql import QueryFile, SqlSource
from odoo_etl.spec.sources.table_file import TableFile

SourceSpec = Annotated[CsvSource | ExcelSource | ParquetSource | SqlSource, Field(discriminator="type")]
JoinSpec.model_rebuild(_types_namespace={"SourceSpec": SourceSpec})

__all__ = [
    "CsvSource",
    "ExcelSource",
    "ExplodeSpec",
    "FileKeys",
    "IncrementalSpec",
    "JoinSpec",
    "NestedKeys",
    "ParquetSource",
    "QueryFile",
    "RowShape",
    "SourceKeys",
    "SourceSpec",
    "SqlIncremental",
    "SqlSource",
    "TableFile",
    "whole_issues",
    "with_joined",
]
