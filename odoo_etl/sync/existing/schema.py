"""Fields as Odoo describes them, asked once per model and kept for the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.fieldtypes import ATTRIBUTES, DescribesFields, TargetField
from odoo_etl.planning import ATTRIBUTES as DEPENDENTS
from odoo_etl.planning import Dependents, unknown_field


class UnknownField(OdooEtlError):
    """A job names a field that the model lacks."""

    exit_code = 2


class Schema:
    """Fields by model.

    Args:
        context: decides about languages and companies.
        major: asks for the version of the server; it is needed for messages about what a model lacks.
    """

    def __init__(
        self, client: DescribesFields, context: Mapping[str, Any], major: Callable[[], int] = lambda: 0
    ) -> None:
        self._client, self._context, self.major = client, context, major
        self._known: dict[str, dict[str, TargetField]] = {}
        self._dependents: dict[str, Dependents] = {}
        self._lock = threading.Lock()

    def fields(self, model: str, names: Iterable[str], also: Sequence[str] = ()) -> dict[str, TargetField]:
        """The named fields of a model, and others where it has them.

        Raises:
            UnknownField: the model lacks one; the error names the nearest.
        """
        wanted = list(dict.fromkeys(names))
        with self._lock:
            known = self._known.setdefault(model, {})
            if missing := [name for name in [*wanted, *also] if name not in known]:
                answer = self._client.fields_get(model, missing, ATTRIBUTES, context=self._context)
                known.update({name: TargetField.of(name, each, model) for name, each in answer.items()})
        for name in wanted:
            if name not in known:
                raise self._unknown(model, name)
        return {name: known[name] for name in [*wanted, *also] if name in known}

    def described(self, model: str) -> dict[str, dict[str, Any]]:
        """Every field of a model with its type, asked anew."""
        return self._client.fields_get(model, attributes=["type"], context=self._context)

    def has(self, model: str, name: str) -> bool:
        """Whether a model has a field."""
        return name in self.fields(model, (), [name])

    def labels(self, model: str, languages: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """The values of selections with their labels, in the language of each.

        Args:
            languages: field to the code of its language.
        """
        found = {}
        for code in sorted(set(languages.values())):
            names = [name for name, one in languages.items() if one == code]
            answer = self._client.fields_get(model, names, ["selection"], context={**self._context, "lang": code})
            found.update({name: tuple(map(tuple, one.get("selection") or ())) for name, one in answer.items()})
        return found

    def dependents(self, model: str) -> Dependents:
        """The fields of a model that Odoo computes; asked when they are first needed."""
        with self._lock:
            if model not in self._dependents:
                answer = self._client.fields_get(model, None, DEPENDENTS, context=self._context)
                self._dependents[model] = Dependents(answer)
            return self._dependents[model]

    def find(self, model: str, path: str) -> TargetField:
        """The field at the end of a dotted path (`country_id.code` of `res.country.state`)."""
        head, _, rest = path.partition(".")
        field = self.fields(model, [head])[head]
        if not rest:
            return field
        if not field.relation:
            raise UnknownField(f"{model}.{head} is no relation, so {path} leads nowhere")
        return self.find(field.relation, rest)

    def _unknown(self, model: str, name: str) -> UnknownField:
        message, hint = unknown_field(model, name, self.described(model), self.major())
        return UnknownField(f"{message} ({hint or '`odoo-etl inspect MODEL` lists its fields'})")
