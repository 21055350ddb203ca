"""The fields of the models that a source reads, as the server describes them; asked once each."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

from odoo_etl.errors import ProtocolError, Refused, SourceError, unless_refused
from odoo_etl.fieldtypes import ATTRIBUTES, TargetField
from odoo_etl.odoo import OdooClient
from odoo_etl.versions import field_hint, model_hint

Place = tuple[str | int, ...]

ID: Final = "id"
EXTERNAL_ID: Final = "external_id"


class Models:
    """The fields of models."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self._known: dict[str, dict[str, dict[str, Any]]] = {}

    def fields(self, model: str, at: Place) -> dict[str, dict[str, Any]]:
        """The fields of a model, by name.

        Args:
            at: the place in the job that names the model.

        Raises:
            SourceError: the server has no such model.
        """
        if model not in self._known:
            try:
                self._known[model] = self._client.fields_get(model, attributes=ATTRIBUTES)
            except (ProtocolError, Refused) as error:
                if not error.name:  # not Odoo's words
                    raise
                hint = _in_brackets(model_hint(model, self._major())) or self._near(model)
                raise SourceError(f"the server has no model `{model}`{hint}: {error}", at) from error
        return self._known[model]

    def field(self, model: str, name: str, at: Place) -> TargetField:
        """A field of a model. Raises SourceError where there is none."""
        fields = self.fields(model, at)
        if name not in fields:
            hint = _in_brackets(field_hint(model, name, fields.keys(), self._major())) or _hint(name, sorted(fields))
            raise SourceError(f"{model} has no field `{name}`{hint}", at)
        return TargetField.of(name, fields[name])

    def has(self, model: str, name: str, at: Place) -> bool:
        """Whether a model has a field of this name."""
        return name in self.fields(model, at)

    def labels(self, model: str, name: str, lang: str) -> dict[str, str]:
        """The values of a selection to what people call them in a language."""
        answer = self._client.fields_get(model, [name], ["selection"], context={"lang": lang})
        return dict(answer[name].get("selection") or ())

    def _major(self) -> int:
        """The version of the server, which is asked for a message alone."""
        return self._client.version().major

    def _near(self, model: str) -> str:
        """The name of a model that is nearly the same, where the user may list them."""
        with unless_refused():
            rows = self._client.search_read("ir.model", [], ["model"])
            return _hint(model, sorted({str(row["model"]) for row in rows}))
        return ""


def _hint(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" (did you mean `{near[0]}`?)" if near else ""


def _in_brackets(words: str) -> str:
    return f" ({words})" if words else ""
