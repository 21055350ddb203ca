"""External ids as Odoo keeps them: those of records, and the records of those."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.errors import AccessRefused

Context = Mapping[str, Any] | None

DATA = "ir.model.data"
READABLE = re.compile(r"[\w-]+")  # by `load` in a cell, where a comma separates ids and a dot ends the module


class Reads(Protocol):
    """The part of a client that finding external ids needs."""

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, context: Context = None
    ) -> list[dict[str, Any]]:
        """The records that match."""
        ...


class ExternalNames:
    """External ids of records, asked once and remembered; may be used from several lanes."""

    def __init__(self, client: Reads) -> None:
        self._client = client
        self._known: dict[str, dict[int, str]] = {}
        self._asked: dict[str, set[int]] = {}
        self._lock = threading.Lock()

    def of(self, wanted: Mapping[str, Collection[int]]) -> dict[str, dict[int, str]]:
        """Model to id to external id; records without one that `load` can read are absent."""
        with self._lock:
            for model, ids in wanted.items():
                asked = self._asked.setdefault(model, set())
                if missing := sorted(set(ids) - asked):
                    self._ask(model, missing)
                    asked.update(missing)
            return {model: self._known.get(model, {}) for model in wanted}

    def _ask(self, model: str, ids: Sequence[int]) -> None:
        domain = [["model", "=", model], ["res_id", "in", ids]]
        known = self._known.setdefault(model, {})
        for row in self._client.search_read(DATA, domain, ["module", "name", "res_id"]):
            if READABLE.fullmatch(row["name"]):
                known.setdefault(row["res_id"], f"{row['module']}.{row['name']}")


def find_external_ids(client: Reads, module: str, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Name to id and model of the record that has it as its external id; names that nobody has are absent.

    The record may be gone: `load` then makes it anew and gives it the id.

    Raises:
        AccessRefused: the user may not read external ids.
    """
    domain = [["module", "=", module], ["name", "in", list(names)]]
    try:
        rows = client.search_read(DATA, domain, ["name", "model", "res_id"])
    except AccessRefused as error:
        reason = f"{error}. Finding records by external id needs to read {DATA}: give the user access rights"
        hint = "(group base.group_erp_manager), or identify records by key"
        raise AccessRefused(f"{reason} {hint}", name=error.name, debug=error.debug) from error
    return {row["name"]: (row["res_id"], row["model"]) for row in rows}
