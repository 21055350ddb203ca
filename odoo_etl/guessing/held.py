"""Records of a server, as far as a guess needs them: asked in few calls, each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from odoo_etl.errors import OdooError
from odoo_etl.guessing.models import Models
from odoo_etl.guessing.words import known_words

_MOST_RECORDS: Final = 2_000  # of a model that are read at once; of larger ones only the values are asked for


class Records(Protocol):
    """Whoever knows the records of a database."""

    def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        limit: int | None,
        context: Mapping[str, Any] | None,
    ) -> list[dict[str, Any]]: ...


class Held:
    """The values by which records of models are known.

    Args:
        records: of the server; None where there is none to ask.
    """

    def __init__(self, models: Models, records: Records | None) -> None:
        self._models, self._records = models, records
        self._tables: dict[str, list[dict[str, Any]] | None] = {}
        self._some: dict[tuple[str, str, tuple[str, ...]], list[dict[str, Any]]] = {}
        self._ids: dict[str, set[str]] = {}

    @property
    def is_online(self) -> bool:
        """Whether there is a server to ask."""
        return self._records is not None

    def values(self, model: str, name: str, wanted: Sequence[str]) -> Counter[str]:
        """The values of a field, with how many records have each: all of a small model, those wanted of a large one."""
        table = self._table(model)
        if table is None:
            table = self._with_one_of(model, name, tuple(wanted))
        return Counter(str(row[name]) for row in table if row.get(name))

    def external_ids(self, model: str) -> set[str]:
        """The external ids of a model's records, as far as they are few."""
        if model not in self._ids:
            rows = self._asked("ir.model.data", [["model", "=", model]], ["module", "name"], _MOST_RECORDS)
            self._ids[model] = {f"{row['module']}.{row['name']}" for row in rows}
        return self._ids[model]

    def _table(self, model: str) -> list[dict[str, Any]] | None:
        """All records of a small model, by the fields that name them."""
        if model not in self._tables:
            fields = self._models.fields(model)
            names = [name for name in known_words().lookup_keys if name in fields and fields[name].is_free_text]
            found = self._asked(model, [], names, _MOST_RECORDS + 1) if names else []
            self._tables[model] = found if len(found) <= _MOST_RECORDS else None
        return self._tables[model]

    def _with_one_of(self, model: str, name: str, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
        """Records of a large model that have one of the values."""
        if (model, name, wanted) not in self._some:
            found = self._asked(model, [[name, "in", list(wanted)]], [name], len(wanted) * 2)
            self._some[model, name, wanted] = found
        return self._some[model, name, wanted]

    def _asked(self, model: str, domain: Sequence[Any], names: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """Records of the server, archived ones among them; none that it refuses to tell."""
        if self._records is None:
            return []
        try:
            return self._records.search_read(model, domain, names, limit=limit, context={"active_test": False})
        except OdooError:
            return []
