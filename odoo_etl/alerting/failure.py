"""How an alert is not sent."""

from __future__ import annotations

from odoo_etl.errors import OdooEtlError


class NotSent(OdooEtlError):
    """A channel did not take a message; it may have, where it gave no answer.

    Attributes:
        retry_after_s: seconds that it asks to be left alone; None where it does not.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
