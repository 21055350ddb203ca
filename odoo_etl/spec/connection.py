"""project.yaml: connections, defaults, variables, and where the state is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.alerts import AlertsSpec
from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.load import LoadSpec
from odoo_etl.spec.metrics import MetricsSpec
from odoo_etl.spec.page import PageSpec
from odoo_etl.spec.retention import RetentionSpec
from odoo_etl.spec.schedule import Schedule, TagSpec, TimeZone
from odoo_etl.spec.server import ConnectionSpec, server_url
from odoo_etl.spec.steps import AnyHook
from odoo_etl.spec.value_kinds import Flag, SecretUrl, Tag, Whole

DEFAULT_STATE_URL = "sqlite:///.odoo_etl/state.db"


class DefaultsSpec(SpecModel):
    """The keys that jobs may leave out."""

    load: LoadSpec = Field(default=LoadSpec(), description="Lies under each job's own `load`.")
    timezone: TimeZone = Field(default="UTC", description="Of schedules that name none, such as Europe/Brussels.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Groups are of the fields of one job."""
        load = data.get("load")
        if isinstance(load, Mapping) and load.get("together"):
            yield Issue("`together` names fields of one job", ("load", "together"), "say it in `load` of that job")


class StateSpec(SpecModel):
    """Where runs are remembered."""

    url: Annotated[SecretUrl, Field(json_schema_extra={"format": "uri", "default": DEFAULT_STATE_URL})] = Field(
        default=SecretUrl(DEFAULT_STATE_URL),
        description="A SQLAlchemy URL; a relative SQLite path starts at the project's root.",
    )


ExecutorType = Literal["threads", "processes", "dask"]


class ExecutorSpec(SpecModel):
    """Where the work on a job is done."""

    type: ExecutorType = Field(
        default="threads", description="Lanes of one process, several processes of this machine, or a Dask cluster."
    )
    workers: Whole = Field(default=2, ge=1, le=1000, description="Into how many parts a job is divided.")
    scheduler: str = Field(
        default="", description="Of `dask`: the scheduler's address, tls://host:8786; without it, a local cluster."
    )
    insecure: Flag = Field(
        default=False,
        description="Of `dask`: use a scheduler of another machine without tls://; whoever is between reads the key and"
        " all rows, and may run code.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`executor: dask` is `executor: {type: dask}`."""
        return {"type": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Text or a mapping."""
        long = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "string", "enum": list(get_args(ExecutorType))}, long]}


class ConnectionPart(ConnectionSpec):
    """The keys of a connection that an environment has otherwise."""

    url: Annotated[str, AfterValidator(server_url)] = Field(
        default="", description="https://odoo.example.com, or `sandbox` for the embedded server."
    )

    _is_whole: ClassVar[bool] = False


class _Everywhere(SpecModel):
    """The keys that project.yaml has, and each of its environments may have otherwise."""

    defaults: DefaultsSpec = Field(default=DefaultsSpec(), description="The keys that jobs may leave out.")
    variables: dict[str, str] = Field(
        default={}, description="Usable as ${name} in every file; a variable of the environment wins."
    )
    state: StateSpec = Field(default_factory=StateSpec, description="Where runs are remembered.")
    retention: RetentionSpec = Field(default=RetentionSpec(), description="How long what runs leave is kept.")
    schedule: Schedule | None = Field(
        default=None, description="When all jobs run together that have no other schedule, by themselves or by a tag."
    )
    tags: dict[Tag, TagSpec] = Field(default={}, description="A tag of jobs to what they have in common.")
    metrics: MetricsSpec = Field(default=MetricsSpec(), description="Where the measures of runs are written.")
    executor: ExecutorSpec = Field(default=ExecutorSpec(), description="Where the work is done; by default in threads.")
    page: PageSpec = Field(default=PageSpec(), description="Who may see the page of `odoo-etl serve`.")
    alerts: AlertsSpec | None = Field(default=None, description="Who is told when something goes wrong.")
    before: tuple[AnyHook, ...] = Field(
        default=(), description="SQL statements, HTTP requests and commands before the first job of each run."
    )
    after: tuple[AnyHook, ...] = Field(default=(), description="The same after the last job, when all jobs ended well.")


class EnvironmentSpec(_Everywhere):
    """One environment: each key lies over the same key of project.yaml."""

    connections: dict[str, ConnectionPart] = Field(
        default={}, description="The keys of connections that are otherwise here; or a connection of its own."
    )
    production: Flag = Field(
        default=False, description="Whoever writes here is asked first, or says --yes, or applies a plan file."
    )


EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]*$")]


_URL_STANDS_HERE: dict[str, Any] = {
    "if": {"not": {"required": ["environments"]}},
    "then": {"properties": {"connections": {"additionalProperties": {"required": ["url"]}}}},
}


class ProjectSpec(_Everywhere):
    """project.yaml."""

    model_config = ConfigDict(json_schema_extra=_URL_STANDS_HERE)

    connections: dict[str, ConnectionSpec] = Field(default={}, description="Odoo databases by name.")
    environments: dict[EnvironmentName, EnvironmentSpec] = Field(
        default={}, description="Such as dev and production: what is otherwise there. `--env NAME` chooses one."
    )
    default_environment: str = Field(default="", description="The environment that is meant without `--env`.")
