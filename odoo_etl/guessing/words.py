"""The words that headers of tables have: a curated list, by meaning and language (`words.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from odoo_etl.guessing.names import folded

_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "code": "other systems'",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A thing that columns hold.

    Attributes:
        fields: of Odoo that hold it, the likeliest first; `model:field` for one model alone.
        models: whose records it names.
        words: folded words to the language they are of.
    """

    name: str
    fields: tuple[str, ...]
    models: tuple[str, ...]
    words: Mapping[str, str]

    def fields_of(self, model: str) -> list[str]:
        """The fields of a model that hold it, those that are named for this model first."""
        own = [name.partition(":")[2] for name in self.fields if name.startswith(f"{model}:")]
        return [*own, *(name for name in self.fields if ":" not in name and name not in own)]


@dataclass(frozen=True, slots=True)
class Words:
    """All that is known of headers beforehand."""

    concepts: tuple[Meaning, ...]
    entities: tuple[Meaning, ...]
    hints: frozenset[str]
    cents: frozenset[str]
    totals: tuple[str, ...]
    nulls: tuple[str, ...]
    true: frozenset[str]
    false: frozenset[str]
    lines: tuple[str, ...]
    keys: tuple[str, ...]
    lookup_keys: tuple[str, ...]

    def entities_of(self, model: str) -> Iterator[Meaning]:
        """The entities whose records are of a model."""
        return (one for one in self.entities if model in one.models)


@cache
def known_words() -> Words:
    """The words of the file beside this one."""
    text = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Words(
        concepts=tuple(_meaning(name, one) for name, one in data["concepts"].items()),
        entities=tuple(_meaning(name, one) for name, one in data["entities"].items()),
        hints=frozenset(data["hints"].split()),
        cents=frozenset(data["cents"].split()),
        totals=tuple(map(folded, _listed(data["totals"]))),
        nulls=tuple(_listed(data["nulls"])),
        true=frozenset(word.casefold() for word in _listed(data["truth"]["true_words"])),
        false=frozenset(word.casefold() for word in _listed(data["truth"]["false_words"])),
        lines=tuple(data["lines"]),
        keys=tuple(data["keys"]),
        lookup_keys=tuple(data["lookup_keys"]),
    )


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _meaning(name: str, data: Mapping[str, Any]) -> Meaning:
    words: dict[str, str] = {}
    for language, said in _LANGUAGES.items():
        for word in _listed(data.get(language, "")):
            if word:
                words.setdefault(folded(word), said)
    return Meaning(name, _tuple(data.get("fields")), _tuple(data.get("models")), words)


def _tuple(names: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(names or ())
