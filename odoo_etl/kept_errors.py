"""Keeps whatever goes wrong with something from what must not fail for it."""

from __future__ import annotations

from types import TracebackType

from odoo_etl.text import redacted, secrets_in_use


class KeptError:
    """Ends the errors of its block here; what is no failure of it, such as `KeyboardInterrupt`, is raised.

    Attributes:
        why: what went wrong, without secrets, or "".
    """

    why = ""

    def __enter__(self) -> KeptError:
        """Begin."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> bool:
        """End an error here, unless it is no failure."""
        if isinstance(error, Exception):
            self.why = redacted(f"{type(error).__name__}: {error}", secrets_in_use())
            return True
        return False
