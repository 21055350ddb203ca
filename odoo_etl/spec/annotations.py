"""Which type a path of a spec model has: for the nearest valid key, and for the values a key may take."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag


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
