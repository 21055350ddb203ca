"""Steps before and after the work of a job or a run: methods and values for its records, SQL, HTTP requests, commands.

Steps on records (`call`, `write`) are carried out by `sync.after`, the others, which know no record, by `runs.hooks`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Discriminator, Field, Tag

from odoo_etl.spec.base import Issue, SpecModel, tag_by_key
from odoo_etl.spec.domain import Domain
from odoo_etl.spec.value_kinds import Duration, FieldName, Secret, SecretUrl, WebAddress, Whole, invalid, passwords_in

# Methods that are no steps, to the way out.
_NO_STEPS: Final = {
    "write": "`write: {field: value}` writes values",
    "create": "rows create records",
    "copy": "rows create records",
    "unlink": "`target.mode: mirror` with `vanish: {policy: unlink}` deletes what vanished from the source",
    "load": "rows create records",
    "name_create": "rows create records",
    "web_save": "`write: {field: value}` writes values",
    "web_save_multi": "`write: {field: value}` writes values",
}
_NOT_ITS_OWN: Final = {"context": "give it in `target.context`", "ids": "the records of the run are meant"}
_IDENTITY_BYTES: Final = 8


def _public(method: str) -> str:
    """A method that Odoo lets others call, and that is no matter of rows."""
    if method.startswith("_"):
        raise invalid("Odoo lets nobody call a method whose name begins with _", "take a public one")
    if method in _NO_STEPS:
        raise invalid("is no step", _NO_STEPS[method])
    return method


MethodName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), AfterValidator(_public)]


class _RecordStep(SpecModel):
    """The keys of steps on records."""

    on: Literal["written", "created", "all"] = Field(
        default="written",
        description="On which records: those that the run created or updated, only the created ones, or every record"
        " that its rows stand for.",
    )
    where: Domain = Field(
        default=[],
        description="An Odoo domain, asked right before the step: only records that match, archived ones included. What"
        " no longer matches needs the step no more.",
    )

    @property
    def identity(self) -> int:
        """A number for the step as it is defined, by which the ledger knows it."""
        said = self.model_dump(mode="json", exclude={"size"})
        text = json.dumps([type(self).__name__, said], sort_keys=True, default=str)
        digest = hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=_IDENTITY_BYTES).digest()
        return int.from_bytes(digest, "big") >> 1


class CallStep(_RecordStep):
    """Call a method of the records."""

    call: MethodName = Field(description="A public method of the model that works on records, such as action_confirm.")
    args: list[Any] = Field(
        default=[], description="Its parameters by position. JSON-2 knows only names: give `kwargs` there."
    )
    kwargs: dict[FieldName, Any] = Field(default={}, description="Its parameters by name; every protocol takes them.")
    size: Whole = Field(
        default=100,
        ge=1,
        le=10_000,
        description="Records of one call at most; 1 for methods that take one record only, such as message_post.",
    )

    @property
    def name(self) -> str:
        """The name that people know the step by."""
        return self.call

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Odoo's context is the job's, and its ids are the records'."""
        kwargs = data.get("kwargs")
        named = kwargs if isinstance(kwargs, Mapping) else {}
        for name, hint in _NOT_ITS_OWN.items():
            if name in named:
                yield Issue(f"a step cannot have its own `{name}`", ("kwargs", name), hint)


class WriteStep(_RecordStep):
    """Write values to the records where they have other ones."""

    write: dict[FieldName, Any] = Field(
        min_length=1, description="Field to value, as Odoo's external API takes them: {state: done}."
    )

    @property
    def name(self) -> str:
        """The name that people know the step by."""
        return f"write {', '.join(self.write)}"


RecordStep = CallStep | WriteStep


class _Hook(SpecModel):
    """The keys of steps that know no record."""

    timeout: Duration = Field(default=60.0, gt=0, description="How long it may take; what takes longer has failed.")


class SqlHook(_Hook):
    """Carry out one SQL statement, in a transaction of its own."""

    sql: str = Field(min_length=1, description="The statement; it is committed when it ends well.")
    url: SecretUrl = Field(
        min_length=1, description="The database, as in `source` of type sql: sqlite:///shop.db, postgresql://..."
    )

    @property
    def name(self) -> str:
        """The name that people know it by; nothing of the statement, which may hold a secret."""
        return "sql"

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return passwords_in(self.url.get_secret_value())


class HttpRequest(SpecModel):
    """One HTTP request."""

    url: WebAddress = Field(description="Where it goes; secrets in it come from ${VAR}.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(default="POST", description="Its method.")
    headers: dict[str, Secret] = Field(default={}, description="Header to value: {Authorization: ${TOKEN}}.")
    body: Secret | None = Field(default=None, description="A text to send.")
    json_body: Any = Field(default=None, alias="json", description="Or what to send as JSON.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """One body, and none with GET."""
        if data.get("body") is not None and data.get("json") is not None:
            yield Issue("`body` and `json` are both what is sent", ("json",), "give one of them")
        given = [name for name in ("body", "json") if data.get(name) is not None]
        if data.get("method") == "GET" and given:
            yield Issue("a GET request has no body", (given[0],), "`method: POST`")


class HttpHook(_Hook):
    """Send an HTTP request; an answer other than 2xx is a failure."""

    http: HttpRequest = Field(description="The request.")

    @property
    def name(self) -> str:
        """The name that people know it by: no path, which may hold a secret."""
        parts = urlsplit(self.http.url.get_secret_value())
        return f"http {self.http.method} {parts.scheme}://{parts.hostname}"

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        url = self.http.url.get_secret_value()
        parts = urlsplit(url)
        tails = {text for text in (parts.path, parts.query) if len(text) > 1}
        return passwords_in(url) | tails | {value.get_secret_value() for value in self.http.headers.values()}


class CommandHook(_Hook):
    """Run a program, without a shell; an exit code other than 0 is a failure."""

    command: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        min_length=1, description="The program and its arguments; it starts in the folder of the file."
    )

    @property
    def name(self) -> str:
        """The name that people know it by: no arguments, which may hold a secret."""
        return f"command {self.command[0]}"

    @property
    def secrets(self) -> set[str]:
        """Nothing is known to be one: secrets belong into the environment of the program."""
        return set()


Hook = SqlHook | HttpHook | CommandHook
_KINDS: Final[Mapping[str, type[SpecModel]]] = {
    "call": CallStep,
    "write": WriteStep,
    "sql": SqlHook,
    "http": HttpHook,
    "command": CommandHook,
}


def _of_step(value: Any) -> str:
    """The tag of a step as written; one that says nothing is taken for a call, which then lacks its method."""
    return tag_by_key(value, _KINDS, "call")


def _of_hook(value: Any) -> str:
    """The same where no records are known."""
    found = _of_step(value)
    return found if found in {"(sql)", "(http)", "(command)"} else "(command)"


AnyStep = Annotated[
    Annotated[CallStep, Tag("(call)")]
    | Annotated[WriteStep, Tag("(write)")]
    | Annotated[SqlHook, Tag("(sql)")]
    | Annotated[HttpHook, Tag("(http)")]
    | Annotated[CommandHook, Tag("(command)")],
    Discriminator(_of_step),
]
AnyHook = Annotated[
    Annotated[SqlHook, Tag("(sql)")] | Annotated[HttpHook, Tag("(http)")] | Annotated[CommandHook, Tag("(command)")],
    Discriminator(_of_hook),
]


def step_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Problems between the steps of a job as written and the rest of it."""
    after, fields, target = (data.get(name) for name in ("after", "fields", "target"))
    only_creates = isinstance(target, Mapping) and target.get("mode") == "create"
    hook_before = False
    for number, step in enumerate(after if isinstance(after, (list, tuple)) else ()):
        if not isinstance(step, Mapping):
            continue
        is_hook = bool(step.keys() & {"sql", "http", "command"})
        if hook_before and not is_hook:
            message = "steps on records come first: what follows the job waits for all of them"
            yield Issue(message, ("after", number), "move it up, before sql, http and command")
        hook_before = hook_before or is_hook
        if only_creates and step.get("on") == "all":
            message = "`mode: create` leaves records alone that it did not create"
            yield Issue(message, ("after", number, "on"), "`on: created`")
        yield from _write_issues(number, step.get("write"), fields)


def _write_issues(number: int, values: Any, fields: Any) -> Iterator[Issue]:
    if not isinstance(values, Mapping) or not isinstance(fields, Mapping):
        return
    for name in values:
        if name in fields:
            message = f"rows say what `{name}` is, and the next run would write it back"
            yield Issue(message, ("after", number, "write", str(name)), "remove it here, or from `fields`")


def secrets_in(lists: Iterable[Sequence[object]]) -> set[str]:
    """The texts of lists of steps that must never be shown."""
    return {text for steps in lists for step in steps if isinstance(step, Hook) for text in step.secrets if text}
