"""Whom an encrypted connection trusts."""

from __future__ import annotations

import ssl
from pathlib import Path

from odoo_etl.errors import CannotStart


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies certificates by the system's authorities, and by those in `ca_file`.

    Raises:
        CannotStart: the file is missing or holds no certificate.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise CannotStart(f"ca_file {ca_file}: no certificates to be read: {error.strerror or error}") from error
    return context
