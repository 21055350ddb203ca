"""The user's files: frozen models, strict YAML with places, variables and secrets, selection of jobs."""

from odoo_etl.spec.alerts import AlertsSpec, ChannelSpec, RulesSpec, SilentRule, VolumeRule, WebhookSpec
from odoo_etl.spec.connection import DefaultsSpec, ExecutorSpec, ProjectSpec, StateSpec
from odoo_etl.spec.content import CONTENT_TYPES, MOST_BYTES
from odoo_etl.spec.dotenv_files import open_to_others
from odoo_etl.spec.environments import Choice
from odoo_etl.spec.expect import (
    AcceptedExpected,
    ExpectSpec,
    FreshnessExpected,
    OdooExpected,
    RegexExpected,
    RowsExpected,
    SourceExpected,
    SumExpected,
)
from odoo_etl.spec.expect_sides import ColumnSum, OdooSide, SourceSide
from odoo_etl.spec.external_id import ExternalIdSpec, template_columns
from odoo_etl.spec.field import FieldSpec
from odoo_etl.spec.field_rules import numbered_format
from odoo_etl.spec.graph import select_jobs
from odoo_etl.spec.job import JobSpec, TargetSpec, creating_job
from odoo_etl.spec.job_tests import JobTest, load_tests, test_files
from odoo_etl.spec.line_fields import place_of
from odoo_etl.spec.lines import LinesSpec, joined_name
from odoo_etl.spec.load import LoadSpec
from odoo_etl.spec.loader import job_files, load_project
from odoo_etl.spec.lookup import EXTERNAL_ID, SOURCE_ID, LookupSpec
from odoo_etl.spec.page import ANYBODY, PageProxy, PageRole, PageSpec
from odoo_etl.spec.problems import nearest
from odoo_etl.spec.project import DOWNLOADS, Job, Project, find_project, root_of, schema_dir, under
from odoo_etl.spec.project_file import display
from odoo_etl.spec.python_function import Foreign, PythonError, PythonSpec
from odoo_etl.spec.retry import RetrySpec
from odoo_etl.spec.schedule import CatchUp, ScheduleSpec
from odoo_etl.spec.scheduled import Scheduled, file_sources, scheduled
from odoo_etl.spec.server import SANDBOX, ConnectionSpec, Server
from odoo_etl.spec.source_ids import CameFromSpec, source_ids_of
from odoo_etl.spec.sources import (
    CsvSource,
    DoneSpec,
    ExcelSource,
    ExplodeSpec,
    FileKeys,
    FixedSource,
    HttpSource,
    IncrementalSpec,
    JoinSpec,
    JsonLinesSource,
    JsonSource,
    NestedFile,
    NestedKeys,
    OdooField,
    OdooLines,
    OdooSource,
    ParquetSource,
    QueryFile,
    RowShape,
    RowsOfText,
    SourceKeys,
    SourceSpec,
    SqlIncremental,
    SqlSource,
    TableFile,
    XmlSource,
    folder_of,
    is_found,
    store_and_path,
    with_joined,
)
from odoo_etl.spec.steps import CallStep, CommandHook, Hook, HttpHook, RecordStep, SqlHook, WriteStep
from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.unit_tests import TYPED_CELLS, ExpectedOutcome, ExpectedReject, UnitTestSpec, typed_cell
from odoo_etl.spec.value_kinds import MaxRejects, SecretUrl
from odoo_etl.spec.vanish import SetPolicy, VanishLimit, VanishSpec
from odoo_etl.spec.world import told_environment

__all__ = [
    "ANYBODY",
    "CONTENT_TYPES",
    "DOWNLOADS",
    "EXTERNAL_ID",
    "MOST_BYTES",
    "SANDBOX",
    "SOURCE_ID",
    "TYPED_CELLS",
    "AcceptedExpected",
    "AlertsSpec",
    "CallStep",
    "CameFromSpec",
    "CatchUp",
    "ChannelSpec",
    "Choice",
    "ColumnSum",
    "CommandHook",
    "ConnectionSpec",
    "CsvSource",
    "DefaultsSpec",
    "DoneSpec",
    "ExcelSource",
    "ExecutorSpec",
    "ExpectSpec",
    "ExpectedOutcome",
    "ExpectedReject",
    "ExplodeSpec",
    "ExternalIdSpec",
    "FieldSpec",
    "FileKeys",
    "FixedSource",
    "Foreign",
    "FreshnessExpected",
    "Hook",
    "HttpHook",
    "HttpSource",
    "IncrementalSpec",
    "Job",
    "JobSpec",
    "JobTest",
    "JoinSpec",
    "JsonLinesSource",
    "JsonSource",
    "LinesSpec",
    "LoadSpec",
    "LookupSpec",
    "MaxRejects",
    "NestedFile",
    "NestedKeys",
    "OdooExpected",
    "OdooField",
    "OdooLines",
    "OdooSide",
    "OdooSource",
    "PageProxy",
    "PageRole",
    "PageSpec",
    "ParquetSource",
    "Project",
    "ProjectSpec",
    "PythonError",
    "PythonSpec",
    "QueryFile",
    "RecordStep",
    "RegexExpected",
    "RetrySpec",
    "RowShape",
    "RowsExpected",
    "RowsOfText",
    "RulesSpec",
    "ScheduleSpec",
    "Scheduled",
    "SecretUrl",
    "Server",
    "SetPolicy",
    "SilentRule",
    "SourceExpected",
    "SourceKeys",
    "SourceSide",
    "SourceSpec",
    "SqlHook",
    "SqlIncremental",
    "SqlSource",
    "StateSpec",
    "SumExpected",
    "TableFile",
    "TargetSpec",
    "UnitTestSpec",
    "VanishLimit",
    "VanishSpec",
    "VolumeRule",
    "WebhookSpec",
    "WriteStep",
    "XmlSource",
    "creating_job",
    "display",
    "file_sources",
    "find_project",
    "folder_of",
    "is_found",
    "job_files",
    "joined_name",
    "load_project",
    "load_tests",
    "nearest",
    "numbered_format",
    "open_to_others",
    "parse_yaml",
    "place_of",
    "root_of",
    "scheduled",
    "schema_dir",
    "select_jobs",
    "source_ids_of",
    "store_and_path",
    "template_columns",
    "test_files",
    "told_environment",
    "typed_cell",
    "under",
    "with_joined",
]
