"""How much speaks for a column being a field: its name, its contents, and whether the field takes its values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.contents import FIELDS_OF_KIND, TELLING
from odoo_etl.guessing.headers import Heading, entities_of, heading_of, meanings_of, owned_by
from odoo_etl.guessing.models import ENGLISH, ModelField
from odoo_etl.guessing.names import alike, folded

_LEAST: Final = 0.3
_IDENTIFIERS: Final = frozenset({"ref", "default_code", "barcode", "code", "acc_number", "login", "bic", "message_id"})
_NUMBER_OR_NAME: Final = frozenset({"name", "number"})
_BESIDE: Final = 0.72
_NEARLY_UNIQUE: Final = 0.8  # a few rows may be there twice
_KNOWN_BY: Final = frozenset({"name", "company_name", "number", "code", "sku", "barcode", "email", "login", "vat"})
_MOST_COMPANIES: Final = 5
_MOST_CHOICES: Final = 12
_NO_FIT: Final = 0.05
_LANGUAGES: Final = frozenset({"lang", "lang_id"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The reasons to take one column for one field.

    Attributes:
        score: from 0 to 1.
        how: in words.
        rest: of a column that names a record of another model, which of its fields the header speaks of, folded.
    """

    score: float
    how: str
    rest: str = ""

    def times(self, factor: float) -> Evidence:
        """The same, weaker or stronger."""
        return replace(self, score=min(1.0, self.score * factor))


NOTHING: Final = Evidence(0.0, "")


def evidence_for(column: Column, field: ModelField, siblings: Collection[str]) -> Evidence:
    """The evidence that the column is the field.

    Args:
        siblings: the names of all fields of the model.
    """
    heading = heading_of(column.name)
    named = max(_by_name(heading, field, siblings), key=lambda one: one.score, default=NOTHING)
    content = _by_content(column, field, siblings)
    fit = _fit(column, field)
    if named.score < _LEAST and content.score < _LEAST:
        return NOTHING
    best = _together(named, content)
    factor = (
        _filled(column)
        * fit
        * (0.75 if field.is_side_path and best.score < 0.78 else 1.0)
        * _as_identifier(column, field)
    )
    return best.times(factor)


def _filled(column: Column) -> float:
    """Of two columns that say the same, the fuller one is meant."""
    return 0.96 + 0.04 * column.filled / max(1, len(column.cells))


def _together(named: Evidence, content: Evidence) -> Evidence:
    """The two as one: contents confirm a name, and stand in for one that says nothing."""
    if named.score >= content.score:
        how = f"{named.how}; {content.how}" if content.score else named.how
        return Evidence(min(1.0, named.score + 0.15 * content.score), how, named.rest)
    how = f"{content.how}; {named.how}" if named.score >= _LEAST else content.how
    return Evidence(min(1.0, content.score + 0.2 * named.score), how, named.rest)


def _by_name(heading: Heading, field: ModelField, siblings: Collection[str]) -> Iterator[Evidence]:
    yield from _technical(heading, field)
    yield from _labelled(heading, field)
    for core, factor in ((heading.full, 1.0), (heading.core, 0.98)):
        yield from (one.times(factor) for one in _meant(core, field))
        yield from (one.times(factor) for one in _owned(core, field, siblings))
    yield from _beside(heading.core, field)


def _technical(heading: Heading, field: ModelField) -> Iterator[Evidence]:
    if heading.name == field.name:
        yield Evidence(1.0, "name of the field")
    name = folded(field.name)
    bare = name.removesuffix(" id").removesuffix(" ids")
    yield Evidence(alike(heading.full, name), "name of the field")
    yield Evidence(alike(heading.core, bare) * 0.93, "name of the field")


def _labelled(heading: Heading, field: ModelField) -> Iterator[Evidence]:
    for label, language in field.labels.items():
        where = "label" if language == ENGLISH else f"label, {language}"
        yield Evidence(alike(heading.full, label) * 0.97, where)
        yield Evidence(alike(heading.core, label) * 0.95, where)


def _meant(core: str, field: ModelField) -> Iterator[Evidence]:
    """By the words that other systems have for it."""
    for concept, score, language in meanings_of(core):
        names = concept.fields_of(field.model)
        if field.name in names:
            own = 0.02 if f"{field.model}:{field.name}" in concept.fields else 0.0
            yield Evidence(score * (0.96 + own - 0.05 * min(names.index(field.name), 6)), f"{language} word")


def _beside(core: str, field: ModelField) -> Iterator[Evidence]:
    """By a word for a number or a name beside one that nobody knows: `Mitgl.-Nr.`, `Name des Betriebs`."""
    words = core.split()
    for word, others in ((words[0], words[1:]), (words[-1], words[:-1])) if len(words) > 1 else ():
        for concept, score, language in meanings_of(word):
            is_meant = concept.name in _NUMBER_OR_NAME and score == 1
            is_first = [field.name] == concept.fields_of(field.model)[:1]
            if is_meant and is_first and not _is_of_others(" ".join(others), field):
                yield Evidence(_BESIDE, f"{language} word")


def _is_of_others(rest: str, field: ModelField) -> bool:
    """Whether a word is known for something else than a field, or for another model's records."""
    fields = [concept.fields_of(field.model) for concept, score, _ in meanings_of(rest) if score > 0.8]
    models = [entity.models for entity, score, _ in entities_of(rest) if score > 0.8]
    return any(field.name not in some for some in fields) or any(field.model not in some for some in models)


def _owned(core: str, field: ModelField, siblings: Collection[str]) -> Iterator[Evidence]:
    """By whose something the header says it is: of the model itself, or of one that the field leads to."""
    for owned in owned_by(core):
        if field.model in owned.entity.models:
            yield from _own(owned.rest, field)
        if field.relation in owned.entity.models:
            known = not owned.rest or _identifies(owned.rest)
            strength = (0.9 if owned.rest else 0.88) * (1.0 if known else 0.6)
            yield Evidence(_leading(field, siblings) * strength, "names such a record", owned.rest)
    for entity, score, language in entities_of(core):
        if field.relation in entity.models:
            yield Evidence(score * _leading(field, siblings) * 0.9, f"{language} word")
    if field.relation in {"product.product", "product.template"} and field.model != field.relation:
        for concept, score, language in meanings_of(core):
            if concept.name in {"sku", "barcode"}:
                yield Evidence(score * _leading(field, siblings) * 0.9, f"{language} word", core)


def _identifies(rest: str) -> bool:
    """Whether it is something by which people know a record, and not one of its other values."""
    meant = any(concept.name in _KNOWN_BY and score > 0.8 for concept, score, _ in meanings_of(rest))
    return meant or any(score > 0.8 for _, score, _ in entities_of(rest))


def _own(rest: str, field: ModelField) -> Iterator[Evidence]:
    """The header is the model's own name, with what it says of it: its number, or its name."""
    if not rest:
        if field.name == "name":
            yield Evidence(0.75, "what they are called")
        if field.name in _IDENTIFIERS:
            yield Evidence(0.73, "what they are called")
        return
    for one in _meant(rest, field):
        yield one.times(0.98)
    for label, language in field.labels.items():
        yield Evidence(alike(rest, label) * 0.9, f"label, {language}")


def _leading(field: ModelField, siblings: Collection[str]) -> float:
    """How likely a field is the one that leads to records of its model, among others that do so, too."""
    last = field.relation.rpartition(".")[2]
    bare = field.name.removesuffix("_id").removesuffix("_ids")
    if field.relation == field.model:
        return 0.65
    if bare == "product_tmpl" or (bare == last and not (bare == "product" and "product_tmpl_id" in siblings)):
        return 1.0
    if bare.startswith("property"):
        return 0.6
    if bare in last or bare.startswith(last):
        return 0.95
    if last in bare:
        return 0.95 if field.raw.get("required") else 0.9
    return 0.8 if not field.type.is_many else 0.7


def _by_content(column: Column, field: ModelField, siblings: Collection[str]) -> Evidence:
    """By what the cells hold."""
    if column.kind:
        wanted = FIELDS_OF_KIND[column.kind]
        for at, name in enumerate(one for one in wanted if one in siblings or one.startswith("->")):
            if field.name == name or (field.relation and name == f"-> {field.relation}" and not field.type.is_many):
                strong = 0.8 - 0.08 * at
                plain = _leading(field, siblings) if field.relation else 1.0
                return Evidence(strong * plain, f"{column.kind}")
    share = _share_of_choices(column, field)
    if share >= 0.8 and column.unique >= 2:
        return Evidence(0.62 * share, "its values are those of the field")
    return NOTHING


def _share_of_choices(column: Column, field: ModelField) -> float:
    """How many of a column's values a selection offers, as they are or by their labels in some language."""
    if not field.choices or not column.distinct:
        return 0.0
    values = {folded(value) for one in field.choices.values() for value in one.values()}
    if field.name in _LANGUAGES:
        values |= {value.split()[0] for value in values}  # `fr` stands for `fr_FR`
    known = [values, *(set(one) for one in field.choices.values())]
    return max(sum(folded(text) in some for text in column.distinct) for some in known) / len(column.distinct)


def _as_identifier(column: Column, field: ModelField) -> float:
    """Numbers that tell records apart are there once each."""
    if column.filled < 4:
        return 1.0
    if field.name == "name":
        return 0.96 if column.holds_codes else 1.0
    if field.name not in _IDENTIFIERS:
        return 1.0
    nearly = column.unique >= _NEARLY_UNIQUE * column.filled
    return (1.03 if column.is_unique else 1.0 if nearly else 0.85) * (
        1.0 if column.holds_codes or column.kind else 0.95
    )


def _fit(column: Column, field: ModelField) -> float:
    """Whether the field takes the values, from 0 to 1."""
    if column.is_empty:
        return 0.9
    kind = field.type
    if kind.has_model or kind.is_reference:
        return _fit_of_relation(column, field)
    if kind.has_choices:
        return _fit_of_choices(column, field)
    if kind.is_moment:
        return _fit_of_moment(column, field)
    if kind.is_text or kind.is_markup:
        return _fit_of_text(column, field)
    return _fit_of_plain(column, field)


def _fit_of_plain(column: Column, field: ModelField) -> float:
    """Numbers, true and false, files."""
    if field.type.is_number:
        return column.number.share if column.number else _NO_FIT
    if field.type.is_file:
        return 1.0 if column.kind in {"names of images", "names of files"} else _NO_FIT
    return 1.0 if field.type.false_is_a_value and column.truth else _NO_FIT


def _fit_of_choices(column: Column, field: ModelField) -> float:
    if _share_of_choices(column, field) >= 0.8:
        return 1.0
    return 0.9 if column.unique <= _MOST_CHOICES or field.name in _LANGUAGES else 0.2


def _fit_of_moment(column: Column, field: ModelField) -> float:
    if not column.day:
        return _NO_FIT
    return 0.9 if column.day.has_time and not field.type.has_time else column.day.share


def _fit_of_relation(column: Column, field: ModelField) -> float:
    if field.relation == "res.company" and column.unique > _MOST_COMPANIES:
        return 0.7
    if column.day or (column.number and not column.number.is_whole and not column.number.marked):
        return 0.1
    return 0.4 if column.longest > 120 else 1.0


def _fit_of_text(column: Column, field: ModelField) -> float:
    """Texts take everything; some contents are meant for fields of their own."""
    if column.kind in TELLING and field.name not in FIELDS_OF_KIND[column.kind]:
        own = folded(column.kind).split()[0] in folded(field.name) or field.name in {"name", "phone", "mobile"}
        return 0.85 if own or field.name.endswith(("_from", "mobile")) else 0.6
    if column.day and column.kind != "barcodes with a right check digit" and field.name not in _IDENTIFIERS | {"name"}:
        return 0.6
    fraction = column.number is not None and not column.number.is_whole and not column.number.keys.get("percent")
    return 0.5 if fraction else 1.0


def labels_language(field: ModelField, texts: Mapping[str, object] | Collection[str]) -> str:
    """The language in which all texts are labels of a selection; "" for none."""
    for code, labels in field.choices.items():
        if all(folded(text) in labels for text in texts):
            return code
    return ""
