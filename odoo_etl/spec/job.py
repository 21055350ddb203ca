"""A job: where rows come from, how columns become fields, which model receives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import domain_fault
from odoo_etl.spec.field import FieldSpec
from odoo_etl.spec.load import LoadSpec
from odoo_etl.spec.source import SourceSpec
from odoo_etl.spec.values import FieldName, FieldNames, ModelName, invalid


def _domain(value: list[Any]) -> list[Any]:
    fault = domain_fault(value)
    if fault:
        raise invalid(fault, 'for example [[company_id, "=", 1]]')
    return value


JobName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=100)]
Tag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
Domain = Annotated[list[Any], AfterValidator(_domain)]


class TargetSpec(SpecModel):
    """Which model receives the records, and what identifies one."""

    connection: str = Field(default="main", description="A connection of project.yaml.")
    model: ModelName = Field(description="The model that receives the records, for example res.partner.")
    key: FieldNames = Field(description="The field or fields that identify a record; each is in `fields`.")
    mode: Literal["create", "update", "upsert"] = Field(
        default="upsert", description="Write only new records, only existing ones, or both."
    )
    key_domain: Domain = Field(default=[], description="Narrows the search for the key; an Odoo domain.")
    context: dict[str, Any] = Field(default={}, description="Goes with every call, for example {lang: en_US}.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A field stands in the key once."""
        key = data.get("key")
        names = [name for name in key if isinstance(name, str)] if isinstance(key, (list, tuple)) else []
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Issue(f"`{name}` stands in the key twice", ("key", index))


class JobSpec(SpecModel):
    """One job file."""

    version: Literal[1] = Field(description="The version of this format.")
    job: JobName = Field(description="The job's name, unique in the project; names its files.")
    tags: tuple[Tag, ...] = Field(default=(), description="For the selector tag:x.")
    depends_on: tuple[JobName, ...] = Field(default=(), description="Jobs that run before this one.")
    source: SourceSpec = Field(description="Where the rows come from.")
    target: TargetSpec = Field(description="Where the records go.")
    fields: dict[FieldName, FieldSpec] = Field(
        min_length=1, description="Odoo field to source column, or to how its value is made."
    )
    load: LoadSpec = Field(default=LoadSpec(), description="How the records are written.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The key's fields are mapped to single values, and a job does not wait for itself."""
        fields = data.get("fields")
        if isinstance(fields, Mapping):
            yield from _key_issues(data.get("target"), fields)
        depends_on = data.get("depends_on")
        for index, name in enumerate(depends_on if isinstance(depends_on, (list, tuple)) else ()):
            if name == data.get("job"):
                yield Issue("a job cannot depend on itself", ("depends_on", index))


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
        elif isinstance(fields[name], Mapping) and "split" in fields[name]:
            yield Issue("a key field holds one value, so it cannot have `split`", ("fields", name, "split"))
        elif _on_missing(fields[name]) == "empty":
            message = "a key field cannot be emptied: rows with different missing records would become one"
            yield Issue(message, ("fields", name, "lookup", "on_missing"), "`on_missing: reject`")


def _on_missing(field: Any) -> Any:
    lookup = field.get("lookup") if isinstance(field, Mapping) else None
    return lookup.get("on_missing") if isinstance(lookup, Mapping) else None
