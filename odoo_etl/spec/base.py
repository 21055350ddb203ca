"""The base of spec models: frozen, unknown keys refused, and all problems reported together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

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
