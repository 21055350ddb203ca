"""Cause and cure of each code: what `odoo-etl explain` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import NotThere, Page, Section
from odoo_etl.errors import UsageError
from odoo_etl.explaining import all_chapters, explain

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit


def _codes(visit: Visit) -> Response:
    return visit.render("codes.html", chapters=all_chapters())


def _code(visit: Visit) -> Response:
    try:
        pages = explain(visit.path["code"])
    except UsageError as error:
        raise NotThere(str(error)) from error
    return visit.render("code.html", pages=pages, code=visit.path["code"])


CODES = Section("codes", (Page("/codes", "codes", _codes), Page("/codes/{code}", "code", _code)), "Codes", "codes")
