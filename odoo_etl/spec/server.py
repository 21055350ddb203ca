"""One Odoo database and how to log in: a connection of project.yaml, as jobs' targets and sources use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from odoo_etl.errors import Problem
from odoo_etl.loopback import is_loopback
from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import Duration, Flag, Rate, Secret, Whole, invalid, web_parts

SANDBOX = "sandbox"


def server_url(url: str) -> str:
    """The URL of a server without a trailing slash, or `sandbox`."""
    if url == SANDBOX:
        return url
    parts = web_parts(url)
    if parts is None:
        raise invalid("must be http://..., https://... or sandbox", "for example https://odoo.example.com")
    if parts.username or parts.password or parts.query:
        raise invalid("must not hold a login or a query", "use `user` and `api_key`")
    return url.rstrip("/")


class ConnectionSpec(SpecModel):
    """One Odoo database and how to log in."""

    # An environment may say the URL: `ProjectSpec` says when it has to stand here.
    model_config = ConfigDict(json_schema_extra=lambda schema: schema.pop("required", None))

    _is_whole: ClassVar[bool] = True  # of a part nobody knows yet where its secret goes

    url: Annotated[str, AfterValidator(server_url)] = Field(
        description="https://odoo.example.com, or `sandbox` for the embedded server."
    )
    db: str = Field(
        default="",
        description="The database; may stay empty where the server has only one. Each of `url: sandbox` has its own.",
    )
    user: str = Field(default="", description="The login.")
    api_key: Secret = Field(default=SecretStr(""), description="An API key; works with every protocol.")
    password: Secret = Field(default=SecretStr(""), description="A password; for XML-RPC and JSON-RPC.")
    protocol: Literal["auto", "json2", "jsonrpc", "xmlrpc"] = Field(
        default="auto", description="auto takes JSON-2 (Odoo 19+, with an API key), else JSON-RPC, else XML-RPC."
    )
    ca_file: Path | None = Field(default=None, description="A file with the certificate authorities to trust.")
    insecure_http: Flag = Field(
        default=False,
        description="Send the key or password over http:// to another machine, where anybody between may read it.",
    )
    connect_timeout: Duration = Field(default=10.0, description="How long to wait for a connection.")
    read_timeout: Duration = Field(default=130.0, description="How long to wait for an answer.")

    rate: Rate | None = Field(
        default=None, description="Calls at most in a time, of all jobs of a run together: 20/s, 600/m. None: no limit."
    )
    concurrency: Whole | None = Field(
        default=None, ge=1, description="Calls at once at most, of all jobs of a run together. None: no limit."
    )

    @model_validator(mode="after")
    def _secret_travels_encrypted(self) -> Self:
        """A secret goes over plain http to this machine only."""
        parts = urlsplit(self.url)
        secret = self.api_key.get_secret_value() or self.password.get_secret_value()
        if (
            self._is_whole
            and parts.scheme == "http"
            and secret
            and not (self.insecure_http or is_loopback(parts.hostname or ""))
        ):
            raise invalid(
                f"{self.url} would send the {'api_key' if self.api_key.get_secret_value() else 'password'} unencrypted"
                " to another machine",
                "use https://, or insecure_http: true where you trust every machine between",
                about_value=False,
            )
        return self

    @property
    def is_sandbox(self) -> bool:
        """True when the embedded server is meant."""
        return self.url == SANDBOX


@dataclass(frozen=True, slots=True)
class Server:
    """A connection with all that it takes to use it.

    Attributes:
        connection: None where it cannot be used.
        state_dir: where the sandbox keeps its database.
        problems: why it cannot be used.
    """

    connection: ConnectionSpec | None
    state_dir: Path
    problems: tuple[Problem, ...] = ()
