"""How a step that knows no record fails."""

from __future__ import annotations

from odoo_etl.errors import OdooEtlError


class HookFailed(OdooEtlError):
    """A step before or after a job or a run did not do its work."""
