"""The snapshot of one model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LABELS: Final = "labels"  # beside the attributes of a field: by language, value to label
STRINGS: Final = "strings"  # and the label of the field itself, by language


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The fields of a model as a server described them.

    Attributes:
        server: the version of the server, such as `19.0`.
        description: the name of the model for people.
        order: how Odoo sorts its records, "" where the user may not ask.
        defaults: plain values that new records get by themselves.
        filled: required fields that new records get a value for, which may be another one each time.
        fields: by name, what `fields_get` says of each; attributes that are empty are left out.
    """

    model: str
    server: str
    fields: Mapping[str, Mapping[str, Any]]
    description: str = ""
    order: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    filled: tuple[str, ...] = ()

    @property
    def major(self) -> int:
        """The major version of the server; 0 where its text names none."""
        found = re.search(r"\d+", self.server)
        return int(found.group()) if found else 0

    def described(self, name: str, language: str) -> dict[str, Any]:
        """A field as `fields_get` describes it in a language."""
        raw = {one: value for one, value in self.fields[name].items() if one not in {LABELS, STRINGS}}
        if own := self.fields[name].get(STRINGS, {}).get(language):
            raw["string"] = own
        labels = self.fields[name].get(LABELS, {}).get(language)
        if labels:
            raw["selection"] = [[value, labels.get(value, label)] for value, label in raw["selection"]]
        return raw

    @property
    def languages(self) -> frozenset[str]:
        """The languages, beside that of the user, in which it has labels."""
        return frozenset(code for raw in self.fields.values() for code in (*raw.get(LABELS, {}), *raw.get(STRINGS, {})))

    @property
    def given(self) -> frozenset[str]:
        """The fields that new records get a value for by themselves."""
        return frozenset({*self.defaults, *self.filled})
