"""Names that a version of Odoo brought, took away, or replaced, as `changes.yaml` holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

FILE: Final = "changes.yaml"
OPENUPGRADE: Final = "https://github.com/OCA/OpenUpgrade, openupgrade_scripts/scripts/{}, upgrade_analysis*.txt"


@dataclass(frozen=True, slots=True)
class NameChange:
    """One name of a model, of a field, or of a value of a selection, in two versions.

    Attributes:
        version: the major version that brought the change.
        model: whose field it is; "" for a model itself.
        field: the selection whose value it is; "" for anything else.
        old: the name before; "" for what came with the version.
        new: the name since then; "" for what is gone.
        note: what to do, in a sentence for both directions; "" where the names say it.
        source: where this is known from.
    """

    version: int
    model: str
    field: str
    old: str
    new: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that is known.

    Attributes:
        every: in the order of versions.
        shares: a model to another one whose fields it has as well.
    """

    every: tuple[NameChange, ...]
    shares: Mapping[str, str]

    def of_models(self) -> Iterator[NameChange]:
        """The changes of models themselves."""
        return (one for one in self.every if not one.model)

    def of_fields(self, model: str) -> Iterator[NameChange]:
        """The changes of a model's fields, whatever the model was called then."""
        names = self.names_of(model)
        return (one for one in self.every if one.model in names and not one.field)

    def of_values(self, model: str, field: str) -> Iterator[NameChange]:
        """The changes of a selection's values."""
        names = self.names_of(model)
        return (one for one in self.every if one.model in names and one.field == field)

    def names_of(self, model: str) -> frozenset[str]:
        """A model's names in all versions, and those of the model whose fields it has as well."""
        names = {model, self.shares.get(model, model)}
        while more := {name for one in self.of_models() for name in _joined(one, names)} - names:
            names |= more
        return frozenset(names)


@cache
def all_changes() -> Changes:
    """Read the file, once.

    Raises:
        KeyError, TypeError: the file is not of its form.
    """
    text = files("odoo_etl.versions").joinpath(FILE).read_text("utf-8")
    tree = yaml.safe_load(text)
    found = [change for group in tree["changes"] for change in _group(group)]
    return Changes(tuple(sorted(found, key=lambda one: one.version)), tree["shares"])


def _group(group: Mapping[str, Any]) -> Iterator[NameChange]:
    """The changes that a version brought, as one source has them."""
    for kind in ("models", "fields", "values"):
        for entry in group.get(kind, ()):
            empty = {"model": "", "field": "", "old": "", "new": "", "note": ""}
            yield NameChange(**{**empty, **entry, "version": group["version"], "source": _source(group["source"])})


def _source(named: str) -> str:
    return named if named.startswith("https:") else OPENUPGRADE.format(named)


def _joined(change: NameChange, names: set[str]) -> set[str]:
    """Both names of a model that was renamed, where one of them is known."""
    both = {change.old, change.new}
    return both if both & names and "" not in both else set()
