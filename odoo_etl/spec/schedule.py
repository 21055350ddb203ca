"""The key `schedule`: when a job runs by itself, and what becomes of a time at which it could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.cron import check_cron, shortest_interval_s
from odoo_etl.spec.field_rules import known_timezone
from odoo_etl.spec.value_kinds import Duration, Whole, invalid

NONE: Final = "none"
CatchUp = Literal["latest", "all", "none"]
_DAY_S: Final = 86_400.0
_OF_TIMES: Final = ("timezone", "jitter", "catch_up")
_OF_FILES: Final = ("poll", "settle")


TimeZone = Annotated[str, AfterValidator(known_timezone)]


class ScheduleSpec(SpecModel):
    """When a job, or all jobs of a tag or of the project, run by themselves."""

    cron: Annotated[str, AfterValidator(check_cron)] = Field(
        default="",
        description="Minute, hour, day of the month, month, day of the week: `0 2 * * *` is each night at two; `none`"
        " for no schedule.",
    )
    timezone: TimeZone | None = Field(
        default=None, description="Such as Europe/Brussels; default: `defaults.timezone` of project.yaml, else UTC."
    )
    jitter: Duration = Field(
        default=0.0, le=_DAY_S, description="Starts later by up to so much, by another part of it each time; default 0."
    )
    catch_up: CatchUp = Field(
        default="latest",
        description="Of the times at which it could not run, do the latest one, all one after the other, or none.",
    )
    timeout: Duration | None = Field(
        default=None, ge=1, description="A run that takes longer, with its retries, is interrupted; default: never."
    )
    retries: Whole = Field(
        default=2, ge=0, le=10, description="So many further attempts, where another one can help; default 2."
    )
    on: Literal["files"] | None = Field(
        default=None, description="`files`: it also runs when files have arrived that its jobs have not seen yet."
    )
    poll: Duration = Field(default=60.0, ge=1, description="With `on: files`, how often it looks for them; default 1m.")
    settle: Duration = Field(
        default=30.0, ge=0, description="With `on: files`, how long a file must be as it is to be whole; default 30s."
    )

    @property
    def is_none(self) -> bool:
        """Whether it says that there is no schedule."""
        return self.cron == NONE

    @property
    def zone(self) -> ZoneInfo:
        """Its timezone."""
        return ZoneInfo(self.timezone or "UTC")

    @field_validator("jitter")
    @classmethod
    def _shorter_than_the_interval(cls, jitter: float, known: ValidationInfo) -> float:
        """A start never comes after the next time."""
        cron = known.data.get("cron")
        if jitter and cron and cron != NONE and jitter >= (shortest := shortest_interval_s(cron)):
            raise invalid(f"must be less than the {_told(shortest)} that lie between two times of `{cron}`")
        return jitter

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Times or files; and each of both has keys of its own."""
        by_files, cron = data.get("on") is not None, data.get("cron")
        if not cron and not by_files:
            yield Issue("a schedule needs `cron`, or `on: files`", (), 'for example `schedule: "0 2 * * *"`')
        if cron == NONE and len(data) > 1:
            yield Issue("`none` stands alone: there is no schedule", ("cron",), "write `schedule: none`")
        if not cron and by_files:
            yield from (Issue(f"`{key}` is for `cron`", (key,), "remove it") for key in _OF_TIMES if key in data)
        if not by_files:
            yield from (Issue(f"`{key}` is for `on: files`", (key,), "remove it") for key in _OF_FILES if key in data)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Text or a mapping."""
        long = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "string"}, long]}


def _short_form(value: Any) -> Any:
    """`schedule: "0 2 * * *"` is `schedule: {cron: "0 2 * * *"}`."""
    return {"cron": value} if isinstance(value, str) else value


Schedule = Annotated[ScheduleSpec, BeforeValidator(_short_form)]


class TagSpec(SpecModel):
    """The keys of all jobs that have a tag."""

    schedule: Schedule | None = Field(
        default=None, description="All jobs of the tag without a schedule of their own run together at these times."
    )


def _told(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, rest_minutes = divmod(minutes, 60)
    if rest:
        return f"{round(seconds)}s"
    return f"{minutes}m" if rest_minutes else f"{hours}h"
