"""What loading needs of a client: `odoo_etl.odoo.OdooClient` has it, and so have the tests' servers in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.odoo import ServerVersion

Context = Mapping[str, Any] | None


class Odoo(Protocol):
    """The calls of a load; see `OdooClient` for what each does and raises. Safe to use from several threads."""

    @property
    def calls(self) -> Counter[str]:
        """Requests sent, by `model.method`."""
        ...

    @property
    def protocol(self) -> str:
        """The protocol in use."""
        ...

    def version(self) -> ServerVersion:
        """The server's version."""
        ...

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Context = None,
    ) -> dict[str, dict[str, Any]]:
        """What the model's fields are."""
        ...

    def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        load: str | None = None,
        context: Context = None,
    ) -> list[dict[str, Any]]:
        """The records that match."""
        ...

    def create(self, model: str, values: Sequence[Mapping[str, Any]], *, context: Context = None) -> list[int]:
        """Create records in one transaction; their ids, in order."""
        ...

    def write(self, model: str, ids: Sequence[int], values: Mapping[str, Any], *, context: Context = None) -> bool:
        """Write the same values to all records, in one transaction."""
        ...

    def web_save_multi(
        self, model: str, ids: Sequence[int], values_list: Sequence[Mapping[str, Any]], *, context: Context = None
    ) -> None:
        """Write each record its own values, in one transaction (Odoo 19)."""
        ...
