"""The models of a server as an export asks for them: fields by name, and paths over relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from odoo_etl.errors import ProtocolError, Refused, UsageError
from odoo_etl.exporting.relations import EXTERNAL_ID
from odoo_etl.fieldtypes import ATTRIBUTES, DescribesFields, TargetField

ID: Final = "id"
_NEAR: Final = 3


class ExportedModels:
    """The fields of models, each asked for once.

    Args:
        describer: answers `fields_get`.
        context: of its calls.
    """

    def __init__(self, describer: DescribesFields, context: Mapping[str, Any]) -> None:
        self._describer, self._context = describer, dict(context)
        self._raw: dict[str, dict[str, dict[str, Any]]] = {}

    def raw(self, model: str) -> dict[str, dict[str, Any]]:
        """The fields as `fields_get` describes them.

        Raises:
            UsageError: there is no such model.
        """
        if model not in self._raw:
            try:
                context = self._context or None
                self._raw[model] = self._describer.fields_get(model, attributes=ATTRIBUTES, context=context)
            except (ProtocolError, Refused) as error:
                if not error.name:
                    raise
                raise UsageError(f"the server has no model {model}: is its module installed?") from error
        return self._raw[model]

    def fields(self, model: str) -> dict[str, TargetField]:
        """The fields of a model by name. Raises UsageError."""
        return {name: TargetField.of(name, one) for name, one in self.raw(model).items()}

    def steps(self, model: str, path: str) -> list[TargetField]:
        """The fields of a path, one after the other; of one that ends in `external_id`, without that.

        Raises:
            UsageError: a model has no such field; names the nearest.
        """
        steps: list[TargetField] = []
        for name in path.removesuffix(f".{EXTERNAL_ID}").split("."):
            if steps and not steps[-1].relation:
                raise UsageError(f"{path}: {steps[-1].name} is {steps[-1].described}, behind which nothing follows")
            inner = steps[-1].relation if steps else model
            known = self.raw(inner)
            if name not in known:
                raise UsageError(_lacks(inner, name, path, list(known)))
            steps.append(TargetField.of(name, known[name]))
        return steps


def _lacks(model: str, name: str, path: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=_NEAR)
    hint = f"did you mean {', '.join(near)}?" if near else f"`odoo-etl inspect {model}` lists them"
    of_path = f" ({path})" if path != name else ""
    return f"{model} has no field {name}{of_path}: {hint}"
