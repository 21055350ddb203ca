"""The person for whom something is done: who is logged in to the page, else the login of this machine."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "ODOO_ETL_PERSON"  # set by what launches a run for somebody else


def person(environ: Mapping[str, str]) -> str:
    """The name of who wants it; `unknown` where the machine knows none.

    Args:
        environ: the variables of the process.
    """
    if told := environ.get(VARIABLE, "").strip():
        return told
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
