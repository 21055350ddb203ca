"""The models of a server, or of snapshots: their fields with labels in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.errors import OdooError, UsageError
from odoo_etl.fieldtypes import ATTRIBUTES, DescribesFields, FieldType, TargetField, type_of
from odoo_etl.guessing.names import folded

_ASKED: Final = (*ATTRIBUTES, "string")
_NEVER: Final = ("activity_", "website_message", "rating_", "my_activity", "__")
_BOOKS: Final = frozenset(
    {
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
        "display_name",
        "has_message",
        "parent_path",
        "access_token",
        *("message_ids", "message_follower_ids", "message_partner_ids", "message_main_attachment_id"),
    }
)
ENGLISH: Final = "en_US"


@dataclass(frozen=True, slots=True)
class ModelField:
    """A field that a column may be for.

    Attributes:
        labels: folded, to the language that has it.
        choices: of a selection: each value and label, folded, to the value; with the languages of labels.
    """

    model: str
    name: str
    raw: Mapping[str, Any]
    labels: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def type(self) -> FieldType:
        """All that is known of fields of its type."""
        return type_of(self.raw["type"])

    @property
    def target(self) -> TargetField:
        """The same as mapping and planning know it."""
        return TargetField.of(self.name, self.raw)

    @property
    def is_free_text(self) -> bool:
        """Whether it holds whatever people write."""
        return self.type.is_text and not self.type.has_choices

    @property
    def ttype(self) -> str:
        """The name of its type, to be shown."""
        return str(self.raw["type"])

    @property
    def relation(self) -> str:
        """The model of the records that it holds, or ""."""
        return str(self.raw.get("relation") or "")

    @property
    def label(self) -> str:
        """Its label in the language of the user."""
        return str(self.raw.get("string") or self.name)

    @property
    def is_open(self) -> bool:
        """Whether a column may be for it: it is written, and no book-keeping of Odoo."""
        if self.name in _BOOKS or self.name.startswith(_NEVER) or self.name == "id":
            return False
        return self.type.is_writable and not self.is_computed

    @property
    def is_computed(self) -> bool:
        """Whether Odoo computes it, and takes nothing else."""
        follows = self.raw.get("depends") or self.raw.get("related") or not self.raw.get("store", True)
        return bool(self.raw.get("readonly") and follows)

    @property
    def is_findable(self) -> bool:
        """Whether records can be found by it."""
        kind = self.type
        plain = kind.is_text or kind.is_one_record or kind.has_choices or kind.is_number or kind.is_moment
        return plain and not kind.is_markup and self.target.is_exact and self.target.searchable

    @property
    def is_side_path(self) -> bool:
        """Whether it shows a field of another record, or is computed: rarely what a column is for."""
        return not self.raw.get("store", True) or bool(self.raw.get("readonly"))


class Models:
    """The models that a guess asks about; each is asked for once.

    Args:
        describer: answers `fields_get`.
        languages: codes of the languages that are active, beside that of the user.
    """

    def __init__(self, describer: DescribesFields, languages: Sequence[str] = ()) -> None:
        self._describer = describer
        self.languages = tuple(languages)
        self._known: dict[str, Mapping[str, ModelField] | None] = {}

    def fields(self, model: str) -> Mapping[str, ModelField]:
        """All fields of a model, by name; none of a model that is not there."""
        if model not in self._known:
            self._known[model] = self._asked(model)
        return self._known[model] or {}

    def existing(self, model: str) -> Mapping[str, ModelField]:
        """The same.

        Raises:
            UsageError: there is no such model.
        """
        if not self.fields(model):
            raise UsageError(
                f"there is no model {model}: check its name; is its module installed? Offline, `odoo-etl schema pull"
                f" {model}` keeps its fields"
            )
        return self.fields(model)

    def _asked(self, model: str) -> Mapping[str, ModelField] | None:
        try:
            own = self._describer.fields_get(model, attributes=_ASKED)
        except OdooError:
            return None
        other = {code: self._in_language(model, code) for code in self.languages}
        return {
            name: _field(model, name, raw, {code: one.get(name, {}) for code, one in other.items()})
            for name, raw in own.items()
        }

    def _in_language(self, model: str, code: str) -> Mapping[str, Mapping[str, Any]]:
        try:
            return self._describer.fields_get(model, attributes=["string", "selection"], context={"lang": code})
        except OdooError:
            return {}


def _field(model: str, name: str, raw: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> ModelField:
    labels = {folded(str(raw.get("string") or name)): ENGLISH}
    for code, one in others.items():
        labels.setdefault(folded(str(one.get("string") or "")), code)
    labels.pop("", None)
    choices = {ENGLISH: raw.get("selection") or []} | {code: one.get("selection") or [] for code, one in others.items()}
    by_language = {
        code: {folded(str(label)): str(value) for value, label in some} for code, some in choices.items() if some
    }
    return ModelField(model, name, raw, labels, by_language)
