"""The first reasons of an alert, each with its code and its cure, as facts that the ledger keeps.

What they quote of rows stands apart, under `values`, so that it can be left out and forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.explaining import CodePage, explain
from odoo_etl.reporting.words import cut, in_one_line
from odoo_etl.results import RejectGroup
from odoo_etl.text import printable, unquoted

MOST: Final = 3
LONGEST: Final = 300
_EXIT_CODES: Final = "Exit codes"

Facts = dict[str, Any]


def of_rejects(groups: Sequence[RejectGroup]) -> Facts:
    """The reasons that most rows were rejected for."""
    reasons = [_reason(one.code, one.reason, one.field, one.rows) for one in groups[:MOST]]
    return {"reasons": reasons, "values": [_line(one.example or one.reason) for one in groups[:MOST]]}


def of_error(code: int, error: str) -> Facts:
    """The error that a run or a job ended with."""
    told = error or "nothing says why"
    return {"reasons": [_reason(str(code), unquoted(told))], "values": [_line(told)]}


def cure_of(code: str) -> str:
    """The first thing to do about a code, or ""."""
    pages = _pages(code)
    return pages[0].cure[0] if pages else ""


def _reason(code: str, text: str, field: str = "", rows: int = 0) -> Facts:
    return {"code": code, "text": _line(text), "field": field, "rows": rows, "cure": cure_of(code)}


def _pages(code: str) -> Sequence[CodePage]:
    """The pages of a code; a number is an exit code."""
    try:
        found = explain(code) if code else ()
    except UsageError:
        return ()
    return [page for page in found if (page.chapter == _EXIT_CODES) is code.isdecimal()]


def _line(text: str) -> str:
    return cut(printable(in_one_line(text)), LONGEST)
