"""Where the rows of a job come from: one frozen model a kind, joined in `SourceSpec`.

Paths are absolute once the loader has resolved them against the folder of the job file.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from odoo_etl.spec.sources.csv import CsvSource
from odoo_etl.spec.sources.done import DoneSpec, folder_of, is_found
from odoo_etl.spec.sources.excel import ExcelSource
from odoo_etl.spec.sources.file_keys import FileKeys
from odoo_etl.spec.sources.fixed import FixedSource
from odoo_etl.spec.sources.http import HttpIncremental, HttpSource
from odoo_etl.spec.sources.http_auth import (
    BasicAuth,
    BearerAuth,
    HeaderAuth,
    HttpAuth,
    OAuth2Auth,
    OAuth2Client,
    ParamAuth,
)
from odoo_etl.spec.sources.http_pages import CursorPages, LinkPages, NumberPages, OffsetPages, PagesSpec, UrlPages
from odoo_etl.spec.sources.incremental import IncrementalSpec, SqlIncremental
from odoo_etl.spec.sources.joins import JoinSpec, changed, whole_issues, with_joined
from odoo_etl.spec.sources.json import JsonLinesSource, JsonSource
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.nested_file import NestedFile
from odoo_etl.spec.sources.nested_keys import NestedKeys
from odoo_etl.spec.sources.odoo import OdooSource
from odoo_etl.spec.sources.odoo_fields import OdooField, OdooLines
from odoo_etl.spec.sources.parquet import ParquetSource
from odoo_etl.spec.sources.places import STDIN, protocol_of, store_and_path
from odoo_etl.spec.sources.rows import ExplodeSpec, RowShape
from odoo_etl.spec.sources.rows_of_text import RowsOfText
from odoo_etl.spec.sources.sql import QueryFile, SqlSource
from odoo_etl.spec.sources.table_file import TableFile
from odoo_etl.spec.sources.xml import XmlSource

SourceSpec = Annotated[
    CsvSource
    | ExcelSource
    | FixedSource
    | HttpSource
    | JsonSource
    | JsonLinesSource
    | OdooSource
    | ParquetSource
    | SqlSource
    | XmlSource,
    Field(discriminator="type"),
]
JoinSpec.model_rebuild(_types_namespace={"SourceSpec": SourceSpec})

__all__ = [
    "STDIN",
    "BasicAuth",
    "BearerAuth",
    "CsvSource",
    "CursorPages",
    "DoneSpec",
    "ExcelSource",
    "ExplodeSpec",
    "FileKeys",
    "FixedSource",
    "HeaderAuth",
    "HttpAuth",
    "HttpIncremental",
    "HttpSource",
    "IncrementalSpec",
    "JoinSpec",
    "JsonLinesSource",
    "JsonSource",
    "LinkPages",
    "NestedFile",
    "NestedKeys",
    "NumberPages",
    "OAuth2Auth",
    "OAuth2Client",
    "OdooField",
    "OdooLines",
    "OdooSource",
    "OffsetPages",
    "PagesSpec",
    "ParamAuth",
    "ParquetSource",
    "QueryFile",
    "RowShape",
    "RowsOfText",
    "SourceKeys",
    "SourceSpec",
    "SqlIncremental",
    "SqlSource",
    "TableFile",
    "UrlPages",
    "XmlSource",
    "changed",
    "folder_of",
    "is_found",
    "protocol_of",
    "store_and_path",
    "whole_issues",
    "with_joined",
]
