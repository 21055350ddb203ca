"""How a source of pages says who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, SecretStr, Tag

from odoo_etl.spec.base import SpecModel, tag_by_key
from odoo_etl.spec.value_kinds import Secret, WebAddress, invalid


def _one_line(secret: SecretStr) -> SecretStr:
    """Refuse what no header can hold; the text itself is not told."""
    if not all(" " <= letter <= "~" or "\xa0" <= letter <= "\xff" for letter in secret.get_secret_value()):
        raise invalid("holds a line break, or another character that no header can hold", about_value=False)
    return secret


def _given(secret: SecretStr) -> SecretStr:
    """Refuse nothing at all, as a variable that is set to nothing gives it."""
    if not secret.get_secret_value():
        raise invalid("is empty", "is the variable set?", about_value=False)
    return secret


HeaderValue = Annotated[Secret, AfterValidator(_one_line)]
_Needed = Annotated[Secret, AfterValidator(_given)]
_NeededInHeader = Annotated[HeaderValue, AfterValidator(_given)]
_Name = Annotated[str, Field(min_length=1)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]


class BearerAuth(SpecModel):
    """A token that goes with each request as `Authorization: Bearer`."""

    bearer: _NeededInHeader = Field(description="The token: ${TOKEN}.")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {self.bearer.get_secret_value()}


class BasicAuth(SpecModel):
    """A user and a password (`Authorization: Basic`)."""

    user: _Name = Field(description="The user.")
    password: Secret = Field(description="The password: ${PASSWORD}; may be empty where the user is a key.")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {self.password.get_secret_value()}


class HeaderAuth(SpecModel):
    """A key in a header of the server's own."""

    header: HeaderName = Field(description="The header, for example X-Api-Key.")
    value: _NeededInHeader = Field(description="What it holds: ${KEY}.")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {self.value.get_secret_value()}


class ParamAuth(SpecModel):
    """A key among the parameters of the address."""

    param: _Name = Field(description="The parameter, for example api_key.")
    value: _Needed = Field(description="What it holds: ${KEY}.")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {self.value.get_secret_value()}


class OAuth2Client(SpecModel):
    """Client credentials of OAuth 2 (RFC 6749, 4.4), for which a server gives a token that lasts a while."""

    token_url: WebAddress = Field(description="Where the token comes from.")
    client_id: _Name = Field(description="The name of the client.")
    client_secret: _Needed = Field(description="Its secret: ${CLIENT_SECRET}.")
    scope: str = Field(default="", description="What the token is to be good for, as the server names it.")
    params: dict[str, str] = Field(default={}, description="What else the server wants, for example {audience: ...}.")
    client: Literal["header", "body"] = Field(
        default="header", description="Where name and secret stand: in a header (Basic), or in the body."
    )


class OAuth2Auth(SpecModel):
    """A token that is asked for first, and again when it has expired."""

    oauth2: OAuth2Client = Field(description="Who asks for the token, and where.")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {self.oauth2.client_secret.get_secret_value()}


_KINDS: Final[Mapping[str, type[SpecModel]]] = {
    "bearer": BearerAuth,
    "user": BasicAuth,
    "header": HeaderAuth,
    "param": ParamAuth,
    "oauth2": OAuth2Auth,
}


def _kind(value: Any) -> str:
    """The tag of what is written; what says nothing is taken for a token, which is missing then."""
    return tag_by_key(value, _KINDS, "bearer")


HttpAuth = Annotated[
    Annotated[BearerAuth, Tag("(bearer)")]
    | Annotated[BasicAuth, Tag("(user)")]
    | Annotated[HeaderAuth, Tag("(header)")]
    | Annotated[ParamAuth, Tag("(param)")]
    | Annotated[OAuth2Auth, Tag("(oauth2)")],
    Discriminator(_kind),
]
