"""The key `page` of project.yaml: who may see the page of `odoo-etl serve`, and how it is reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import Duration, Secret, invalid, web_parts

SHORTEST_TOKEN = 16
ANYBODY = "*"

PageRole = Literal["viewer", "operator"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _strong(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise invalid(
            f"must have at least {SHORTEST_TOKEN} characters",
            'such as those of: python -c "import secrets; print(secrets.token_urlsafe())"',
            about_value=False,
        )
    return token


def _network(text: Any) -> Any:
    if not isinstance(text, str):
        raise invalid("must be an address or a network", "for example 10.0.0.7 or 10.0.0.0/8")
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise invalid("must be an address or a network", "for example 10.0.0.7 or 10.0.0.0/8") from None


def _page_url(url: str) -> str:
    parts = web_parts(url)
    if parts is None or parts.query or parts.fragment or parts.username:
        raise invalid(
            "must be the address of the page", "for example https://etl.example.com or https://example.com/etl"
        )
    return url.rstrip("/")


class PageToken(SpecModel):
    """Somebody who logs in by a token."""

    name: str = Field(min_length=1, description="Who has it; the page and its log name them so.")
    token: Annotated[Secret, AfterValidator(_strong)] = Field(
        description="The secret, from a variable: ${PAGE_TOKEN}; 16 characters or more."
    )
    role: PageRole = Field(default="viewer", description="viewer sees everything and changes nothing; operator may.")


class PageProxy(SpecModel):
    """A proxy that logs people in and says who they are."""

    header: str = Field(
        default="X-Forwarded-User",
        pattern=r"^[A-Za-z0-9-]+$",
        description="The header that holds the name; it must take it from what others send.",
    )
    sent_by: tuple[Annotated[str, BeforeValidator(_network)], ...] = Field(
        alias="from", min_length=1, description="Addresses or networks that are believed: [10.0.0.7, 10.1.0.0/16]."
    )
    roles: dict[str, PageRole] = Field(
        default={ANYBODY: "viewer"}, description='Name to role; "*" is everybody else. Who is not named may not enter.'
    )

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks that are believed."""
        return tuple([ipaddress.ip_network(one) for one in self.sent_by])


class PageTls(SpecModel):
    """The certificate of the page."""

    cert: Path = Field(description="A PEM file with the certificate and those between it and its authority.")
    key: Path = Field(description="A PEM file with its private key.")


class PageSpec(SpecModel):
    """The page of `odoo-etl serve`."""

    tokens: tuple[PageToken, ...] = Field(default=(), description="Who logs in by a token, each with a role.")
    proxy: PageProxy | None = Field(default=None, description="A proxy that logs people in, and is believed.")
    tls: PageTls | None = Field(default=None, description="Speak HTTPS, with this certificate.")
    url: Annotated[str, AfterValidator(_page_url)] | None = Field(
        default=None,
        description="Where people reach it, if by a name or a proxy: https://etl.example.com/odoo-etl.",
    )
    session: Duration = Field(default=43_200.0, ge=60, description="How long a login lasts; default 12h.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Names and tokens are said once: what was done is told by the name."""
        for key in ("name", "token"):
            seen = set[str]()
            listed = data.get("tokens")
            for number, one in enumerate(listed if isinstance(listed, list) else ()):
                value = one.get(key) if isinstance(one, Mapping) else None
                if isinstance(value, str) and value in seen:
                    yield Issue(f"another token has this {key}", ("tokens", number, key), "give each person their own")
                seen |= {value} if isinstance(value, str) else set()
