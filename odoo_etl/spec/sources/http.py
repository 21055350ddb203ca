"""The records of a web API as a source, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from odoo_etl.loopback import is_loopback
from odoo_etl.spec.base import Issue
from odoo_etl.spec.retry import RetrySpec
from odoo_etl.spec.sources.http_auth import HeaderName, HeaderValue, HttpAuth, OAuth2Auth
from odoo_etl.spec.sources.http_pages import AnswerPath, PagesSpec, place_issues
from odoo_etl.spec.sources.incremental import IncrementalSpec, cursor_issues
from odoo_etl.spec.sources.nested_keys import NestedKeys
from odoo_etl.spec.value_kinds import ByteSize, Duration, Flag, Rate, SecretAddress, Texts, WebAddress, Whole, invalid


def _param(value: Any) -> tuple[str, ...]:
    """The texts that a parameter is sent with: several for a list."""
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(one, str | int | float) for one in values):
        raise invalid("must be text, a number, true or false, or a list of these")
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def _without_login(url: SecretAddress) -> SecretAddress:
    """Refuse a user and a password: servers, and files of logs, see addresses."""
    if "@" in urlsplit(url.get_secret_value()).netloc:
        raise invalid("holds a user name or password", "`auth: {user: ..., password: ...}`", about_value=False)
    return url


_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
Param = Annotated[
    tuple[str, ...],
    BeforeValidator(_param),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}),
]


class HttpIncremental(IncrementalSpec):
    """Only records that changed; the request says since when."""

    param: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="The parameter of the address that says where a run begins: updated_since."
    )
    body: AnswerPath | None = Field(default=None, description="Or the key in the body that does; for method POST.")
    value: str = Field(
        default="{since}",
        description='What is sent, with the cursor in place of {since}, for example "modified ge {since}".',
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The request says it, in one place."""
        yield from super().issues(data)
        yield from place_issues(data)
        if isinstance(value := data.get("value"), str) and "{since}" not in value:
            yield Issue("`value` lacks {since}, in whose place the cursor is sent", ("value",))


class HttpSource(NestedKeys):
    """The records of a web API in JSON. Values keep their types; nested ones become columns by their path."""

    type: Literal["http"]
    url: Annotated[WebAddress, AfterValidator(_without_login)] = Field(
        description="The address of the first page: https://api.example.com/v1/orders."
    )
    method: Literal["GET", "POST"] = Field(default="GET", description="POST for searches that take a body.")
    params: dict[str, Param] = Field(
        default={}, description="Parameters of the address; what is secret belongs into `auth`."
    )
    headers: dict[HeaderName, HeaderValue] = Field(default={}, description="Headers of each request.")
    json_body: Any = Field(default=None, alias="json", description="The body of each request, for method POST.")
    auth: HttpAuth | None = Field(
        default=None,
        description="Who asks: {bearer}, {user, password}, {header, value}, {param, value} or {oauth2: ...}.",
    )
    insecure_http: Flag = Field(
        default=False,
        description="Send secrets over http:// to another machine, where anybody between may read them.",
    )
    ca_file: Path | None = Field(default=None, description="A file with the certificate authorities to trust.")
    format: Literal["json", "jsonl"] = Field(default="json", description="jsonl: each line of an answer is a record.")
    records: str = Field(
        default="", description="Where the records stand in an answer: data.items; without it, the only list there."
    )
    pages: PagesSpec | None = Field(default=None, description="How pages follow each other; without it, there is one.")
    record_id: Texts | None = Field(
        default=None, description="What tells records apart: of those that come twice, the last one stands."
    )
    incremental: HttpIncremental | None = Field(default=None, description="Read only what changed since the last run.")
    rate: Rate | None = Field(default=None, description="Requests at most in a time: 5/s, 100/m.")
    timeout: Duration = Field(default=60.0, gt=0, description="How long one answer may take, from first to last byte.")
    retry: RetrySpec = Field(default=RetrySpec(), description="How long faults that pass are waited out.")
    max_pages: Whole = Field(default=10_000, ge=1, description="More pages than this are an error.")
    max_bytes: ByteSize = Field(default=10**9, description="More bytes than this, unpacked and of all pages, are one.")

    @property
    def address(self) -> str:
        """The address without what stands behind its `?`."""
        return self.url.get_secret_value().partition("?")[0]

    @property
    def secrets(self) -> set[str]:
        """The proof of who asks, headers, and all that stands behind the `?` of the address."""
        found = super().secrets | {value.get_secret_value() for value in self.headers.values()}
        found |= {urlsplit(self.url.get_secret_value()).query}
        return found | (self.auth.secrets if self.auth else set())

    @model_validator(mode="after")
    def _secret_travels_encrypted(self) -> Self:
        """A secret goes over plain http to this machine only."""
        sent = [self.url] if self.auth or self.headers else []
        sent += [self.auth.oauth2.token_url] if isinstance(self.auth, OAuth2Auth) else []
        for url in map(urlsplit, (one.get_secret_value() for one in sent)):
            if url.scheme == "http" and not (self.insecure_http or is_loopback(url.hostname or "")):
                raise invalid(
                    f"http://{url.hostname} would get `auth` and `headers` unencrypted on another machine",
                    "use https://, or insecure_http: true where you trust every machine between",
                    about_value=False,
                )
        return self

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A body goes with POST; the address holds no login."""
        yield from super().issues(data)
        if data.get("method") != "POST":
            if data.get("json") is not None:
                yield Issue("a GET request has no body", ("json",), "`method: POST`")
            for name in ("pages", "incremental"):
                if isinstance(one := data.get(name), Mapping) and one.get("body") is not None:
                    yield Issue("a GET request has no body", (name, "body"), "`param`, or `method: POST`")
        if not isinstance(data.get("json", {}), Mapping | list):
            yield Issue("`json` must be a mapping or a list", ("json",))
        columns, incremental = data.get("columns"), data.get("incremental")
        cursor = incremental.get("cursor") if isinstance(incremental, Mapping) else None
        if isinstance(columns, list | tuple) and isinstance(cursor, str) and cursor not in columns:
            yield Issue("`columns` lacks the cursor of `incremental`", ("columns",), f"add {cursor}")
        yield from _format_issues(data)
        yield from cursor_issues(data)


def _format_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """Lines hold records alone."""
    if data.get("format") != "jsonl":
        return
    if data.get("records"):
        yield Issue("`format: jsonl` has a record in each line, so that no `records` are looked for", ("records",))
    pages = data.get("pages")
    for name in ("at", "more", "count", "total"):
        if isinstance(pages, Mapping) and pages.get(name) is not None:
            yield Issue("`format: jsonl` has a record in each line, and nothing beside them", ("pages", name))
