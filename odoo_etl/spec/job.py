"""A job: where rows come from, how columns become fields, which model receives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.expect import ExpectSpec
from odoo_etl.spec.external_id import ExternalIdTemplate
from odoo_etl.spec.field import FieldSpec
from odoo_etl.spec.line_fields import fields_below, lines_below, place_of
from odoo_etl.spec.lines import LinesSpec, joined_source_issues, twice_issues
from odoo_etl.spec.load import LoadSpec
from odoo_etl.spec.lookup import LookupSpec
from odoo_etl.spec.rejects import RejectsSpec
from odoo_etl.spec.schedule import Schedule
from odoo_etl.spec.source_ids import source_id_issues
from odoo_etl.spec.sources import SourceSpec, changed, with_joined
from odoo_etl.spec.steps import AnyHook, AnyStep, Hook, RecordStep, step_issues
from odoo_etl.spec.together import together_issues
from odoo_etl.spec.tree import Path
from odoo_etl.spec.unit_tests import UnitTestSpec
from odoo_etl.spec.value_kinds import CompanyName, FieldName, FieldNames, Flag, ModelName, Tag
from odoo_etl.spec.vanish import VanishSpec
from odoo_etl.spec.variants import ENGLISH, creates_missing

_LONGEST_NAME = 100  # characters
JobName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=_LONGEST_NAME)]


class TargetSpec(SpecModel):
    """Which model receives the records, and what identifies one."""

    connection: str = Field(default="main", description="A connection of project.yaml.")
    model: ModelName = Field(description="The model that receives the records, for example res.partner.")
    key: FieldNames = Field(
        default=(),
        description="The field or fields that identify a record; each is in `fields`. And/or give external_id.",
    )
    ignore_case: Flag = Field(
        default=False, description="Keys that differ in upper and lower case only are one, in the source and in Odoo."
    )
    external_id: ExternalIdTemplate | None = Field(
        default=None,
        description="Identifies a record by its external id: module.name_{column}. Beside a key, records that are found"
        " by that get it.",
    )
    mode: Literal["create", "update", "upsert", "mirror"] = Field(
        default="upsert",
        description="Write only new records, only existing ones, or both; mirror also removes what the source lost.",
    )
    on_absent: Literal["skip", "reject"] = Field(
        default="skip", description="With mode: update, what becomes of a row whose record Odoo lacks."
    )
    vanish: VanishSpec = Field(default=VanishSpec(), description="With mode: mirror, what becomes of such records.")
    key_domain: Domain = Field(
        default=[], description="Narrows the search for the key, and what mirror may remove; an Odoo domain."
    )
    company: CompanyName | None = Field(
        default=None, description="The company that every call means: its name, external id or id; default: the user's."
    )
    context: dict[str, Any] = Field(default={}, description="Goes with every call, for example {lang: en_US}.")

    @property
    def own_key(self) -> tuple[str, ...]:
        """The fields that identify a record; none where its external id does, whatever else finds it."""
        return tuple(self.key) if self.external_id is None else ()

    @property
    def adopts(self) -> bool:
        """Whether records that are found by their key get an external id."""
        return bool(self.key) and self.external_id is not None

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """At least one way to identify a record; a field stands in the key once; some options belong to one mode."""
        context = data.get("context")
        if data.get("company") is not None and isinstance(context, Mapping) and "allowed_company_ids" in context:
            yield Issue(
                "`company` beside `context.allowed_company_ids`: each says the company", ("company",), "remove one"
            )
        if not data.get("key") and data.get("external_id") is None:
            yield Issue("a record needs `key` or `external_id`", (), "for example `key: ref`")
        if data.get("ignore_case") and not data.get("key"):
            yield Issue("`ignore_case` is for `key`", ("ignore_case",), "remove it")
        if "vanish" in data and data.get("mode") != "mirror":
            yield Issue("`vanish` is only for `mode: mirror`", ("vanish",))
        if "on_absent" in data and data.get("mode") != "update":
            yield Issue(
                "`on_absent` is only for `mode: update`", ("on_absent",), "the other modes create what is absent"
            )
        key = data.get("key")
        names = [name for name in key if isinstance(name, str)] if isinstance(key, (list, tuple)) else []
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Issue(f"`{name}` stands in the key twice", ("key", index))

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With a way to identify a record."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["anyOf"] = [{"required": ["key"]}, {"required": ["external_id"]}]
        return schema


class JobSpec(SpecModel):
    """One job file."""

    version: Literal[1] = Field(description="The version of this format.")
    job: JobName = Field(description="The job's name, unique in the project; names its files.")
    tags: tuple[Tag, ...] = Field(default=(), description="For the selector tag:x.")
    schedule: Schedule | None = Field(
        default=None,
        description="When `odoo-etl serve` runs it; without it, as its tag says, or project.yaml; `none` for never.",
    )
    depends_on: tuple[JobName, ...] = Field(default=(), description="Jobs that run before this one.")
    source: SourceSpec = Field(description="Where the rows come from.")
    target: TargetSpec = Field(description="Where the records go.")
    fields: dict[FieldName, FieldSpec] = Field(
        min_length=1, description="Odoo field to source column, or to how its value is made."
    )
    lines: dict[FieldName, LinesSpec] = Field(
        default={}, description="One2many field to its lines, which are written together with their record."
    )
    before: tuple[AnyHook, ...] = Field(
        default=(), description="SQL statements, HTTP requests and commands, before the source is opened."
    )
    after: tuple[AnyStep, ...] = Field(
        default=(), description="Steps on the records of the run, then SQL statements, HTTP requests and commands."
    )
    expect: ExpectSpec = Field(
        default=ExpectSpec(),
        description="What is to be true of the source before the first write, and of Odoo after the last one.",
    )
    load: LoadSpec = Field(default=LoadSpec(), description="How the records are written.")
    rejects: RejectsSpec = Field(default=RejectsSpec(), description="The file of the rejected rows.")
    success: bool = Field(
        default=False,
        description="Write success/<job>.csv into the folder of each run: the rows that landed, each with the id of its"
        " record in Odoo. --success asks for it once.",
    )
    unit_tests: tuple[UnitTestSpec, ...] = Field(
        default=(), description="Tests that `odoo-etl test` runs without a server; also in tests/ beside the jobs."
    )

    @property
    def record_steps(self) -> tuple[RecordStep, ...]:
        """The steps on its records."""
        return tuple([step for step in self.after if isinstance(step, RecordStep)])

    @property
    def last_hooks(self) -> tuple[Hook, ...]:
        """The steps that follow its work."""
        return tuple([step for step in self.after if isinstance(step, Hook)])

    @property
    def language(self) -> str:
        """The language of its own values."""
        return self.target.context.get("lang") or ENGLISH

    @property
    def every_field(self) -> dict[str, FieldSpec]:
        """The fields of its records and those of their lines, by their path: `order_line.product_id`."""
        of_lines = {
            f"{name}.{path}": one for name, lines in self.lines.items() for path, one in lines.every_field.items()
        }
        return {**self.fields, **of_lines}

    @property
    def has_variants(self) -> bool:
        """Whether any field of its records has values in other languages or companies."""
        return any(one.translations or one.companies for one in self.fields.values())

    @property
    def has_variants_of_lines(self) -> bool:
        """Whether any field of its lines has."""
        return any(
            one.translations or one.companies for lines in self.lines.values() for one in lines.every_field.values()
        )

    def without(self, is_left_out: Callable[[FieldSpec], bool]) -> JobSpec:
        """The same without some fields, be they of lines."""
        fields = {name: one for name, one in self.fields.items() if not is_left_out(one)}
        lines = {name: one.without(is_left_out) for name, one in self.lines.items()}
        return self.model_copy(update={"fields": fields, "lines": lines})

    def of_lines(self, name: str, model: str) -> JobSpec:
        """The lines of a field as a job of their own, which says the same of its fields and its key.

        Args:
            model: of the lines.
        """
        lines = self.lines[name]
        own: dict[str, Any] = {"model": model, "key": lines.key, "mode": "upsert", "key_domain": [], "company": None}
        target = self.target.model_copy(update={**own, "external_id": None, "ignore_case": False})
        return self.model_copy(update={"target": target, "fields": lines.fields, "lines": lines.lines})

    @property
    def line_sources(self) -> dict[str, LinesSpec]:
        """The lines that have a source of their own."""
        return {name: one for name, one in self.lines.items() if one.source is not None}

    @property
    def rows_of_line_are_one(self) -> bool:
        """Whether rows that stand in one line are of one record: it, and its lines."""
        return bool(self.lines) and self.source.explode is None

    @property
    def every_source(self) -> list[SourceSpec]:
        """Where its rows come from: also the sources that lines have, and those that are joined."""
        return [source for _, source in self.placed_sources]

    @property
    def placed_sources(self) -> list[tuple[Path, SourceSpec]]:
        """The same, each with the place of its key `source`."""
        own: dict[Path, SourceSpec | None] = {("source",): self.source}
        own |= {("lines", name, "source"): one.source for name, one in self.lines.items()}
        return [((*at, *inner), one) for at, source in own.items() if source for inner, one in with_joined(source)]

    def with_sources(self, change: Callable[[SourceSpec], SourceSpec]) -> JobSpec:
        """The same with each of its sources changed, joined ones as well."""
        lines = {
            name: one.model_copy(update={"source": changed(one.source, change)}) if one.source else one
            for name, one in self.lines.items()
        }
        return self.model_copy(update={"source": changed(self.source, change), "lines": lines})

    @property
    def deferred(self) -> list[str]:
        """The fields whose records may come later in the source."""
        return [name for name, one in self.fields.items() if one.lookup and one.lookup[-1].on_missing == "defer"]

    @property
    def deferred_in_lines(self) -> bool:
        """Whether records that lines refer to may come later in the source."""
        inner = [one.lookup for lines in self.lines.values() for one in lines.every_field.values()]
        return any(lookup[-1].on_missing == "defer" for lookup in inner if lookup)

    @property
    def only_new(self) -> frozenset[str]:
        """The fields that only new records get; none in mode create, where all of them do."""
        return self._written("create")

    @property
    def if_empty(self) -> frozenset[str]:
        """The fields that existing records get only where Odoo's is empty."""
        return self._written("if_empty")

    def _written(self, when: str) -> frozenset[str]:
        return frozenset(name for name, one in self.fields.items() if one.write == when)

    @property
    def relates_to_itself(self) -> bool:
        """Whether its records refer to others of their own model."""
        return self.target.model in self.looked_up

    @property
    def lookups(self) -> list[LookupSpec]:
        """The lookups of all fields, those of lines among them."""
        return [lookup for one in self.every_field.values() for lookup in one.lookup]

    @property
    def creating(self) -> list[str]:
        """The paths of the fields whose lookups create the records that are missing."""
        return [path for path, one in self.every_field.items() if one.lookup and one.lookup[-1].on_missing == "create"]

    def last_lookup(self, path: str) -> tuple[str | int, ...]:
        """The place of the last lookup of a field, which says what happens when none finds anything."""
        several = len(self.every_field[path].lookup)
        return (*place_of(path), "lookup", *((several - 1,) if several > 1 else ()))

    @property
    def supplied(self) -> set[str]:
        """The models of which its lookups create the records that are missing."""
        every = self.every_field
        return {every[path].lookup[-1].model for path in self.creating}

    @property
    def creates(self) -> set[str]:
        """The model of which its rows create records; `mode: update` creates none."""
        return set() if self.target.mode == "update" else {self.target.model}

    @property
    def looked_up(self) -> set[str]:
        """The models that its lookups name."""
        return {one.model for one in self.lookups} - {""}

    def shares_fields(self, other: JobSpec) -> bool:
        """Whether it writes fields of the model, beside those of the keys, that another job writes, too."""
        keys = {*self.target.key, *other.target.key}
        return self.target.model == other.target.model and bool((self.fields.keys() & other.fields.keys()) - keys)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The key's fields are mapped to single values, and a job does not wait for itself."""
        fields = data.get("fields")
        if isinstance(fields, Mapping):
            yield from _key_issues(data.get("target"), fields)
            yield from _write_issues(data.get("target"), fields)
            yield from _own_model_issues(data.get("target"), fields)
            yield from _own_language_issues(data.get("target"), fields)
        yield from _long_name_issues(data.get("job"), dict(fields_below(data)))
        yield from source_id_issues(data.get("source"), dict(fields_below(data)))
        yield from _line_field_issues(data.get("target"), data.get("lines"))
        yield from twice_issues(fields, data.get("lines"))
        yield from _lines_issues(data.get("target"), data.get("lines"))
        yield from _source_beside_lines_issues(data.get("source"), data.get("lines"))
        yield from _mirror_issues(data.get("target"), data.get("source"))
        yield from step_issues(data)
        yield from together_issues(data.get("load"), data.get("target"), fields, data.get("lines"))
        depends_on = data.get("depends_on")
        for index, name in enumerate(depends_on if isinstance(depends_on, (list, tuple)) else ()):
            if name == data.get("job"):
                yield Issue("a job cannot depend on itself", ("depends_on", index))


def creating_job(job: str, path: str) -> str:
    """The name of the job that creates what the lookup of a field, maybe of lines, does not find."""
    return f"{job}.{path}"


def _key_issues(target: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    key = target.get("key") if isinstance(target, Mapping) else getattr(target, "key", ())
    for index, name in enumerate((key,) if isinstance(key, str) else key or ()):
        at = ("target", "key") if isinstance(key, str) else ("target", "key", index)
        if not isinstance(name, str):
            continue
        if name not in fields:
            near = get_close_matches(name, [str(field) for field in fields], n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"add `{name}: column` to `fields`"
            yield Issue(f"the key field `{name}` is not in `fields`", at, hint)
        elif isinstance(fields[name], Mapping) and "split" in fields[name] and not _has_set(fields[name]):
            yield Issue("a key field holds one value, so it cannot have `split`", ("fields", name, "split"))
        elif _on_missing(fields[name]) in {"empty", "defer"}:
            message = "a key field needs its record: rows with different missing records would become one"
            yield Issue(message, ("fields", name, "lookup", "on_missing"), "`on_missing: reject`")


def _own_model_issues(target: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    """Records of the job's own model come from its rows: a lookup that created them would race with those."""
    model = target.get("model") if isinstance(target, Mapping) else getattr(target, "model", "")
    for name, field in fields.items():
        lookup = field.get("lookup") if isinstance(field, Mapping) else None
        several = isinstance(lookup, (list, tuple))
        last = lookup[-1] if several and lookup else lookup
        if isinstance(last, Mapping) and last.get("on_missing") == "create" and last.get("model") == model:
            place = (len(lookup) - 1,) if several and lookup else ()
            message = f"the job itself creates records of {model}"
            hint = "`on_missing: defer` where they are rows of the same source; else a job of their own before this one"
            yield Issue(message, ("fields", name, "lookup", *place, "on_missing"), hint)


def _long_name_issues(job: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    """The jobs that create what lookups do not find are called after this one and the field."""
    for name, field in fields.items():
        if isinstance(job, str) and isinstance(field, Mapping) and creates_missing(field.get("lookup")):
            longer = len(creating_job(job, str(name))) - _LONGEST_NAME
            if 0 < longer <= len(job):
                message = f"the job that creates what {name} lacks would have a name of over {_LONGEST_NAME} characters"
                yield Issue(message, ("job",), f"take a name that is {longer} characters shorter")


def _write_issues(target: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    """Fields that find a record, and those of a job that creates nothing, are no matter of new records."""
    key = target.get("key") if isinstance(target, Mapping) else ()
    names = {key} if isinstance(key, str) else set(map(str, key or ()))
    for name, one in fields.items():
        write = one.get("write") if isinstance(one, Mapping) else None
        if write in {"create", "if_empty"} and name in names:
            yield Issue(
                f"records are found by `{name}`, so it cannot have `write`", ("fields", name, "write"), "remove it"
            )
        elif write in {"create", "if_empty"} and isinstance(target, Mapping) and target.get("mode") == "create":
            message = "`mode: create` writes to new records alone, so that `write` says nothing"
            yield Issue(message, ("fields", name, "write"), "remove it")
        elif write == "create" and isinstance(target, Mapping) and target.get("mode") == "update":
            yield Issue(
                "`mode: update` makes no new records", ("fields", name, "write"), "`if_empty`, or remove the field"
            )


def _line_field_issues(target: Any, lines: Any) -> Iterator[Issue]:
    """The same for the fields of lines; `mode: update` makes new ones, too."""
    own = target if isinstance(target, Mapping) else {}
    mode = "create" if own.get("mode") == "create" else "upsert"
    for at, one in lines_below(lines):
        fields = one.get("fields")
        if isinstance(fields, Mapping):
            issues = [
                *_write_issues({"key": one.get("key"), "mode": mode}, fields),
                *_own_model_issues(own, fields),
                *_own_language_issues(own, fields),
            ]
            yield from (replace(issue, at=(*at, *issue.at)) for issue in issues)


def _own_language_issues(target: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    """The field itself says its value in the job's own language."""
    context = target.get("context") if isinstance(target, Mapping) else None
    own = (context.get("lang") if isinstance(context, Mapping) else None) or ENGLISH
    for name, field in fields.items():
        given = field.get("translations") if isinstance(field, Mapping) else None
        if isinstance(given, Mapping) and own in given:
            message = f"`{own}` is the job's own language, in which the field itself gives the text"
            hint = "remove it, or say in `target.context` which language the job's own is: `{lang: fr_FR}`"
            yield Issue(message, ("fields", name, "translations", own), hint)


def _lines_issues(target: Any, lines: Any) -> Iterator[Issue]:
    """`load`, which gives external ids, takes no lines."""
    if lines and isinstance(target, Mapping) and target.get("external_id") is not None:
        message = "`external_id` has no place beside `lines`: Odoo gives external ids in `load`, which takes no lines"
        yield Issue(message, ("target", "external_id"), "`key: ` with a field of the record")


def _partial_lines_issues(source: Any, lines: Any, at: Path = ("lines",)) -> Iterator[Issue]:
    """A source that gives only what is new may give some of a record's lines: what it lacks says nothing.

    Records of another Odoo bring all of theirs.
    """
    may_lack = isinstance(source, Mapping) and source.get("type") != "odoo"
    given = [name for name in ("incremental", "only_new") if may_lack and source.get(name)]
    for name, one in lines.items() if given and isinstance(lines, Mapping) else ():
        if not isinstance(one, Mapping):
            continue
        if one.get("rest") in {"remove", "archive"}:
            message = f"`rest: {one['rest']}` needs every line of a record, so the source cannot have `{given[0]}`"
            yield Issue(message, (*at, name, "rest"), "`rest: keep`, or a source that is read as a whole")
        if not one.get("key"):
            message = f"lines without a key are compared in their order, so the source cannot have `{given[0]}`"
            yield Issue(message, (*at, name), "give the lines a `key`, or read the source as a whole")
        yield from _partial_lines_issues(source, one.get("lines"), (*at, name, "lines"))


def _source_beside_lines_issues(source: Any, lines: Any) -> Iterator[Issue]:
    """Lines in the rows of the source, or in sources of their own, bear not all that a source may have."""
    every = lines.values() if isinstance(lines, Mapping) else ()
    if any(isinstance(one, Mapping) and one.get("source") is not None for one in every):
        yield from joined_source_issues(source, ("source",))
    else:
        yield from _partial_lines_issues(source, lines)


def _mirror_issues(target: Any, source: Any) -> Iterator[Issue]:
    """Only a source that is read as a whole can say what has vanished."""
    if not isinstance(source, Mapping) or not isinstance(target, Mapping) or target.get("mode") != "mirror":
        return
    for name in ("incremental", "only_new", "done"):
        if source.get(name):
            yield Issue(f"`mode: mirror` needs the whole source, so it cannot have `{name}`", ("source", name))


def _has_set(field: Mapping[str, Any]) -> bool:
    """Whether one record is found by a set of others."""
    lookup = field.get("lookup")
    lookups = lookup if isinstance(lookup, (list, tuple)) else [lookup]
    return any(isinstance(one, Mapping) and one.get("exactly") for one in lookups)


def _on_missing(field: Any) -> Any:
    lookup = field.get("lookup") if isinstance(field, Mapping) else None
    last = lookup[-1] if isinstance(lookup, (list, tuple)) and lookup else lookup
    return last.get("on_missing") if isinstance(last, Mapping) else None
