"""The errors of Odoo, each knowing how the three protocols show it.

Errors that are plain Python in Odoo (`ValueError`, `TypeError`, `AttributeError`) are plain Python here too:
`wire_name` gives `builtins.ValueError` for them, as Odoo does.
"""

from __future__ import annotations

from typing import ClassVar

FAULT_APPLICATION = 1


class OdooException(Exception):
    """Root of the exceptions that Odoo defines itself.

    Attributes:
        fault_code: what XML-RPC calls it (`addons/rpc`).
        http_status: what JSON-2 answers with (`odoo/exceptions.py`).
    """

    name: ClassVar[str] = "odoo.exceptions.UserError"
    fault_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 422


class UserError(OdooException):
    """The user asked for something that makes no sense."""


class ValidationError(UserError):
    """A rule or a database constraint refuses the values."""

    name = "odoo.exceptions.ValidationError"


class MissingError(UserError):
    """A record does not exist (any more)."""

    name = "odoo.exceptions.MissingError"
    http_status = 404


class AccessError(UserError):
    """The user may not do that, or the method is private."""

    name = "odoo.exceptions.AccessError"
    fault_code = 4
    http_status = 403


class AccessDenied(UserError):
    """Unknown user, wrong password or wrong key."""

    name = "odoo.exceptions.AccessDenied"
    fault_code = 3
    http_status = 403

    def __init__(self) -> None:
        super().__init__("Access Denied")


class HttpError(Exception):
    """An answer of JSON-2's router before a method runs (unknown model, bad argument, bad key)."""

    def __init__(self, name: str, http_status: int, message: str) -> None:
        super().__init__(message, http_status)
        self.name = f"werkzeug.exceptions.{name}"
        self.http_status = http_status
        self.message = message


class DatabaseError(Exception):
    """A refusal of PostgreSQL, under the name that psycopg2 gives it (`NumericValueOutOfRange`)."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = f"psycopg2.{name}"


def wire_name(error: Exception) -> str:
    """The dotted name that Odoo puts on the wire for an exception."""
    named = getattr(error, "name", None)
    if isinstance(named, str) and "." in named:
        return named
    return f"{type(error).__module__}.{type(error).__name__}"


def message(error: Exception) -> str:
    """The text of an exception, as Odoo shows it."""
    return error.message if isinstance(error, HttpError) else str(error.args[0] if error.args else error)
