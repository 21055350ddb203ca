"""The base of spec models: frozen, unknown keys refused, all problems reported together; and which type a path has."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, Tag, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from odoo_etl.spec.tree import Path
from odoo_etl.spec.value_kinds import invalid


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem between several keys of one mapping; `at` leads from that mapping to the key at fault."""

    message: str
    at: Path = ()
    hint: str = ""
    about_value: bool = False


class SpecModel(BaseModel):
    """A frozen model that checks how its keys fit together even when some of their values are wrong."""

    # Built when first met: each kind of source leads to all the others, by `join`.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Problems between the keys of `data`, which is as written: any value may have a wrong type."""
        del data
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_problems(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        issues = list(cls.issues(data)) if isinstance(data, Mapping) else []
        details = [
            InitErrorDetails(
                type=invalid(issue.message, issue.hint, about_value=issue.about_value), loc=issue.at, input=None
            )
            for issue in issues
        ]
        try:
            model = handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, [*_details(error), *details]) from error
        if details:
            raise ValidationError.from_exception_data(cls.__name__, details)
        return model


def _details(error: ValidationError) -> list[InitErrorDetails]:
    """The errors in the form that lets them be raised again."""
    return [
        InitErrorDetails(
            type=PydanticCustomError(item["type"], "{message}", {"message": item["msg"], **item.get("ctx", {})}),
            loc=item["loc"],
            input=None,
        )
        for item in error.errors(include_url=False, include_input=False)
    ]


def tag_by_key(value: Any, kinds: Mapping[str, type[SpecModel]], otherwise: str) -> str:
    """The tag of what is written, where a key says of which kind it is.

    Args:
        kinds: that key of each kind; in parentheses it is the tag.
        otherwise: what is taken where no such key is there, and is the one that is missing then.
    """
    if isinstance(value, SpecModel):
        return next(f"({name})" for name, kind in kinds.items() if isinstance(value, kind))
    keys = value if isinstance(value, Mapping) else ()
    return next((f"({name})" for name in kinds if name in keys), f"({otherwise})")


def annotation_at(model: type[BaseModel], path: Sequence[str | int]) -> Any:
    """The annotation that a path of pydantic's (with the tags of unions in it) leads to, or None."""
    current: Any = model
    for step in path:
        current = _below(_bare(current), step)
    return _bare(current)


def keys_of(annotation: Any) -> list[str]:
    """The keys a mapping of this type may have; empty where any key goes."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(_keys(annotation))
    return []


def choices_of(annotation: Any) -> list[str]:
    """The values of a Literal, or the tags of a union of models."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [tag for member in _members(annotation) for tag in _tags(member)]


def _bare(annotation: Any) -> Any:
    """Without Annotated and without None."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = [member for member in _members(annotation) if member is not type(None)]
    return _bare(members[0]) if len(members) == 1 else annotation


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else ()


def _below(annotation: Any, step: str | int) -> Any:
    origin = get_origin(annotation)
    if origin is dict:
        return get_args(annotation)[1]
    if origin in {tuple, list}:
        return get_args(annotation)[0]
    for member in _members(annotation):
        if step in _tags(member):
            return member
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _keys(annotation).get(str(step))
    return None


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a mapping as they are written, to their types."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags(member: Any) -> list[str]:
    """The tags that choose this member of a union: its pydantic Tag, or the values of its key `type`."""
    if get_origin(member) is Annotated:
        return [extra.tag for extra in get_args(member) if isinstance(extra, Tag)]
    if not (isinstance(member, type) and issubclass(member, BaseModel)) or "type" not in member.model_fields:
        return []
    return [str(tag) for tag in get_args(member.model_fields["type"].annotation)]
