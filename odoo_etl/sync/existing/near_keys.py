"""Keys that are like one that nobody has, to say what may have been meant."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from odoo_etl.errors import OdooError
from odoo_etl.mapping import Lookup, Ref, oddity_hint
from odoo_etl.spec import EXTERNAL_ID
from odoo_etl.sync.existing.conditions import literal
from odoo_etl.sync.existing.external_ids import DATA
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

MOST_ASKED = 5  # missing keys of one lookup of which this is asked
MOST_READ = 200  # texts that begin alike


class NearKeys:
    """Finds what is like a missing key: texts that begin like it; may be used from several lanes."""

    def __init__(self, client: Odoo, schema: Schema, context: Mapping[str, Any]) -> None:
        self._client, self._schema, self._context = client, schema, context
        self._known: dict[tuple[Lookup, Any], str] = {}
        self._asked: Counter[Lookup] = Counter()
        self._lock = threading.Lock()

    def hint(self, ref: Ref) -> str:
        """The end of a sentence about the missing record: which key is like it; "" where none is known."""
        found = self.of(ref)
        if found and normalize("NFC", found) == normalize("NFC", ref.key[0]):
            return (
                "; a record has these very letters in another form of Unicode: `transform: nfc` makes one form of them"
            )
        return (f"; did you mean {found}?" if found else "") + oddity_hint(ref.key)

    def of(self, ref: Ref) -> str:
        """A key like the missing one, or "" where none is known."""
        lookup, key = ref.lookup, ref.key[0]
        if len(ref.key) > 1 or not isinstance(key, str) or "." in lookup.by[0]:
            return ""
        with self._lock:
            if (lookup, key) not in self._known:
                if self._asked[lookup] >= MOST_ASKED:
                    return ""
                self._asked[lookup] += 1
                self._known[lookup, key] = self._near(lookup, key)
            return self._known[lookup, key]

    def _near(self, lookup: Lookup, key: str) -> str:
        module, dot, name = key.partition(".") if lookup.by == (EXTERNAL_ID,) else ("", "", key)
        try:
            names = self._names_of(lookup, module, name[: max(1, len(name) // 2)])
        except OdooError:  # a hint is worth no error
            return ""
        alike = {_alike(one): one for one in names if isinstance(one, str) and one != name}
        near = get_close_matches(_alike(name), alike, n=1)
        return f"{module}{dot}{alike[near[0]]}" if near else ""

    def _names_of(self, lookup: Lookup, module: str, begin: str) -> list[Any]:
        """The values of the records that begin like that."""
        pattern = f"{literal(begin)}%"
        if module:
            model, field, domain = DATA, "name", [["module", "=", module], ["model", "=", lookup.model]]
        elif self._schema.find(lookup.model, lookup.by[0]).type.is_text:
            model, field, domain = lookup.model, lookup.by[0], []
        else:
            return []
        wanted = [*domain, [field, "=ilike", pattern]]
        rows = self._client.search_read(model, wanted, [field], limit=MOST_READ, context=self._context)
        return [row[field] for row in rows]


def _alike(text: str) -> str:
    """A text as people see it: case and forms of Unicode tell nothing apart."""
    return normalize("NFC", text).casefold()
