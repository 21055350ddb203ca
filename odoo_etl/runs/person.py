"""The person for whom something is done: who is logged in to the page, else the login of this machine."""

from __future__ import annotations

import getpass
from collections.abc import Mapping

from odoo_etl.launching import PERSON


def person(environ: Mapping[str, str]) -> str:
    """The name of who wants it; `unknown` where the machine knows none.

    Args:
        environ: the variables of the process.
    """
    if told := environ.get(PERSON, "").strip():
        return told
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
