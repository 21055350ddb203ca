"""The models of a server, as it describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Attributes = Mapping[str, Any]  # one field of a fields_get answer
Fields = Mapping[str, Attributes]


@dataclass(frozen=True, slots=True)
class ServerModels:
    """The models of some jobs as a server describes them.

    Attributes:
        fields: `fields_get` by model; None for a model that the server lacks.
        defaults: by model, the required fields that Odoo has a default for.
        forbidden: (model, operation) that the user may not do.
        languages: codes of the active languages; None where nobody asked.
        major: the server's version.
        unknown: models of which nobody knows whether the server has them: nothing is said of them.
    """

    fields: Mapping[str, Fields | None]
    defaults: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forbidden: frozenset[tuple[str, str]] = frozenset()
    languages: frozenset[str] | None = None
    major: int = 19
    unknown: frozenset[str] = frozenset()
