"""Faults as pages: what, where, what to do next; never more than that of what nobody foresaw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_etl.errors import OdooEtlError, SpecError, UsageError
from odoo_etl.text import redacted, secrets_in_use

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit

_TITLES = {
    400: "That is not right",
    401: "Log in first",
    403: "Not allowed",
    404: "Not here",
    405: "Not so",
    408: "Too slow",
    413: "Too large",
    429: "Too often",
    500: "Something went wrong",
    503: "Not now",
}


def fault_page(visit: Visit, status: int, text: str, problems: tuple[str, ...] = ()) -> Response:
    """A page, or for htmx the part that says it."""
    template = "fault_part.html" if visit.wants_part else "fault.html"
    return visit.render(template, status, title=_TITLES.get(status, "Not so"), text=text, problems=problems)


def page_of_error(visit: Visit, error: OdooEtlError) -> Response:
    """The page of an error that a section raised."""
    if isinstance(error, SpecError):
        problems = tuple(_told(str(one)) for one in error.problems)
        return fault_page(
            visit, 503, "Files of the project are not valid; nothing can be done until they are.", problems
        )
    return fault_page(visit, _status(error), _told(str(error)))


def _status(error: OdooEtlError) -> int:
    return 400 if isinstance(error, UsageError) else 503


def _told(text: str) -> str:
    return redacted(text, secrets_in_use())
