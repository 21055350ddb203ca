"""Which record of another model a value stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.external_id import ExternalIdTemplate
from odoo_etl.spec.origins import ConstantValue
from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import FieldName, FieldPaths, Flag, ModelName, invalid

EXTERNAL_ID: Final = "external_id"
_BY_ID: Final = ("id", ["id"], ("id",))
SOURCE_ID: Final = "source_id"
_BY_EXTERNAL_ID: Final = (EXTERNAL_ID, [EXTERNAL_ID], (EXTERNAL_ID,))
_BY_SOURCE_ID: Final = (SOURCE_ID, [SOURCE_ID], (SOURCE_ID,))
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _module(name: str) -> str:
    if not _MODULE.fullmatch(name):
        raise invalid("must be the name of a module: letters, digits, _", "for example `module: legacy`")
    return name


class LookupSpec(SpecModel):
    """Which record of another model a value stands for."""

    model: ModelName = Field(
        default="", description="The model to search, for example res.country; `by: id` alone takes the field's own."
    )
    by: FieldPaths = Field(
        default=(EXTERNAL_ID,),
        description="The field that holds the value, or several; may be dotted: country_id.code. Or `external_id`, or"
        " `id`, or `source_id`: the id of the record in the Odoo that the rows come from.",
    )
    source_model: ModelName = Field(
        default="", description="With `by: source_id`: the model there, where it has another name than here."
    )
    external_id: ExternalIdTemplate | None = Field(
        default=None, description="In place of `by`: how the record's external id is made: legacy.partner_{parent}."
    )
    module: Annotated[str, AfterValidator(_module)] | None = Field(
        default=None, description="With `by: external_id`: the cells hold what stands behind the dot, in this module."
    )
    prefix: str = Field(
        default="", pattern=r"^[A-Za-z0-9_-]*$", description="With `module`: what stands before each cell's text."
    )
    domain: Domain = Field(default=[], description="Narrows the search; an Odoo domain.")
    ignore_case: Flag = Field(default=False, description="Upper and lower case are the same.")
    exactly: Flag = Field(
        default=False,
        description="The record whose x2many field holds just the records that the cell with `split` names, no others:"
        " a product variant by its values.",
    )
    path: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description='The mark between the levels of a tree in one cell: " / " for All / Office / Chairs.'
    )
    parent: FieldName = Field(default="parent_id", description="With `path`: the field that holds the level above.")
    on_ambiguous: Literal["reject", "first"] = Field(
        default="reject", description="Several records found: reject the row, or take the one with the lowest id."
    )
    on_missing: Literal["reject", "empty", "skip_row", "create", "defer"] = Field(
        default="reject",
        description="No record found: reject the row, leave the field empty, skip the whole row, create the record"
        " before the rows are written, or look again when all rows are written.",
    )
    create: dict[FieldName, ConstantValue] = Field(
        default={}, description="With `on_missing: create`: what new records get besides what they are looked up by."
    )

    @property
    def is_by_external_id(self) -> bool:
        """Whether records are found by their external ids."""
        return self.by == (EXTERNAL_ID,)

    @property
    def is_by_source_id(self) -> bool:
        """Whether records are found by the ids that they have in the database that rows come from."""
        return self.by == (SOURCE_ID,)

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that records are found by; none where ids of other kinds say which are meant."""
        return () if self.is_by_external_id or self.is_by_source_id else self.by

    @property
    def found_by(self) -> set[str]:
        """The fields of a new record that come from the cells."""
        if self.is_by_external_id:
            return set()
        return {path.partition(".")[0] for path in self.by} | ({self.parent} if self.path is not None else set())

    @property
    def names_new_records(self) -> bool:
        """Whether what cells say becomes the external ids of new records."""
        return self.on_missing == "create" and (self.external_id is not None or self.module is not None)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Each option goes with what it is for."""
        yield from _way_issues(data)
        yield from _option_issues(data)
        yield from _create_issues(data)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """With one way to find records."""
        schema = handler.resolve_ref_schema(handler(core))
        schema["oneOf"] = [{"required": ["by"]}, {"required": ["external_id"]}]
        schema["dependentRequired"] = {"prefix": ["module"], "parent": ["path"]}
        del schema["properties"]["model"]["default"]  # it is no model
        del schema["properties"]["source_model"]["default"]
        del schema["properties"]["by"]["default"]  # it belongs to `external_id`
        return schema


def model_issues(lookup: Any, at: Path, *, named: bool) -> Iterator[Issue]:
    """Only ids say by themselves where they are to be looked for.

    Args:
        at: where the lookup stands.
        named: a column names the model of each row.
    """
    if not isinstance(lookup, Mapping):
        return
    if named and "source_model" in lookup:
        message = "`source_model` beside `model_column`: the column says which model, which has one name here and there"
        yield Issue(message, (*at, "source_model"), "remove one of them")
    if named and "model" in lookup:
        yield Issue("`model` beside `model_column`: one of them says which model", (*at, "model"), "remove one of them")
    elif named and lookup.get("on_missing") == "create":
        message = "`on_missing: create` beside `model_column`: what is created would depend on the row"
        yield Issue(message, (*at, "on_missing"), "a job for each model that creates its records")
    elif not named and "model" not in lookup and not any(lookup.get("by") in ways for ways in (_BY_ID, _BY_SOURCE_ID)):
        yield Issue("the key `model` is missing", at, "for example `model: res.country`; only `by: id` needs none")


def _way_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Records are found by one thing."""
    by, template = data.get("by"), data.get("external_id")
    if by is None and template is None:
        yield Issue("the key `by` is missing", (), "for example `by: name`, `by: external_id`")
    if by is not None and template is not None:
        yield Issue("`external_id` beside `by`: a record is found by one of them", ("external_id",))
    several = by if isinstance(by, (list, tuple)) and len(by) > 1 else ()
    for name in (EXTERNAL_ID, SOURCE_ID):
        if name in several:
            yield Issue(f"`{name}` stands alone: no other field is needed to find the record", ("by",))
    if data.get("source_model") and by not in _BY_SOURCE_ID:
        yield Issue("`source_model` goes with `by: source_id`", ("source_model",))
    if data.get("module") is not None and by not in _BY_EXTERNAL_ID:
        yield Issue("`module` goes with `by: external_id`", ("module",))
    if data.get("prefix") and data.get("module") is None:
        yield Issue("`prefix` needs `module`", ("prefix",), "for example `module: legacy`")


def _option_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Ids have no case and no levels; levels are those of one field."""
    by = data.get("by")
    by_ids = any(by in ways for ways in (_BY_ID, _BY_EXTERNAL_ID, _BY_SOURCE_ID)) or data.get("external_id") is not None
    for name in ("ignore_case", "exactly", "path"):
        if by_ids and data.get(name) not in (None, False):
            yield Issue(f"`{name}` needs fields in `by`, not ids", (name,))
    path = data.get("path")
    if path is not None and ((isinstance(by, (list, tuple)) and len(by) > 1) or "." in str(by)):
        yield Issue("`path` needs one field in `by`, without dots", ("path",))
    if isinstance(path, str) and path and not path.strip():
        yield Issue("`path` must be more than blanks: names hold them, too", ("path",))
    if data.get("exactly") and any(str(one).count(".") > 1 for one in (by if isinstance(by, (list, tuple)) else [by])):
        yield Issue("`exactly` follows one dot only", ("by",), "for example product_template_attribute_value_ids.name")
    if path is not None and data.get("exactly"):
        yield Issue("`exactly` does not go with `path`", ("exactly",))
    if data.get("parent") is not None and path is None:
        yield Issue("`parent` needs `path`", ("parent",))


def _create_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Values of new records are said where records are created."""
    by, given = data.get("by"), data.get("create")
    if data.get("on_missing") != "create":
        if given:
            yield Issue("`create` needs `on_missing: create`", ("create",))
        return
    if data.get("exactly"):
        yield Issue("a record that is looked up by a set of others is not created", ("on_missing",))
    if by in _BY_ID or by in _BY_SOURCE_ID:
        yield Issue("a record cannot be created with an id of your own", ("on_missing",), "look it up by a field")
    if not given and (by in _BY_EXTERNAL_ID or data.get("external_id") is not None):
        message = "an external id gives a new record no value"
        yield Issue(message, ("on_missing",), "say in `create` what it gets: `create: {name: New}`")
    named = (by,) if isinstance(by, str) else by if isinstance(by, (list, tuple)) else ()
    heads = {str(one).partition(".")[0] for one in named}
    if data.get("path") is not None:
        heads.add(str(data.get("parent", "parent_id")))
    for name in given if isinstance(given, Mapping) else ():
        if name in heads:
            yield Issue(f"`{name}` gets the value that it is looked up by", ("create", name), "remove it")


def _one_or_many(value: Any) -> Any:
    """One lookup as a list of one."""
    return (value,) if isinstance(value, (Mapping, LookupSpec)) else value


def _in_order(lookups: tuple[LookupSpec, ...]) -> tuple[LookupSpec, ...]:
    """Only the last of several lookups says what happens when nothing is found."""
    if not lookups:
        raise invalid("must have at least 1 item(s)", "leave `lookup` out where none is meant")
    if any(one.on_missing != "reject" for one in lookups[:-1]):
        raise invalid("only the last of several lookups has `on_missing`: the others leave it to the next one")
    return lookups


class _AlsoAlone:
    """Lets JSON Schema take one item without its list."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return {"anyOf": [schema["items"], {**schema, "minItems": 1}]}


Lookups = Annotated[tuple[LookupSpec, ...], BeforeValidator(_one_or_many), AfterValidator(_in_order), _AlsoAlone()]
