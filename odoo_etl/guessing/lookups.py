"""Lookups: the way by which most values of a column find a record, or the usual one where nobody can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.contents import kind_of
from odoo_etl.guessing.headers import meanings_of
from odoo_etl.guessing.held import Held
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.ways import Way, path_way, ways_of
from odoo_etl.guessing.words import known_words

EXTERNAL_MODULE: Final = "import"  # of external ids that guessed jobs make
MOST_VALUES: Final = 300  # of a column that are looked for
_SPLITS: Final = ("|", ";", ",", "\n")
_LONGEST_CODE: Final = 5
_ENOUGH: Final = 0.5  # of the values find a record
# Records that people make up as they go: one that is missing is made.
_MADE: Final = frozenset({"res.partner.category", "product.category", "product.tag", "crm.tag", "hr.employee.category"})
# The fields by which people know records of these models, and others whose values are short and hold digits.
_USUAL: Final[Mapping[str, str]] = {
    "res.country": "code",
    "res.currency": "name",
    "res.lang": "code",
    "res.country.state": "code",
    "product.product": "default_code",
    "product.template": "default_code",
    "account.account": "code",
    "res.bank": "bic",
}
_CODES: Final = ("default_code", "ref", "code", "barcode")
_BY_KIND: Final = (
    ("e-mail addresses", "login"),
    ("e-mail addresses", "email"),
    ("barcodes with a right check digit", "barcode"),
)
_HINTED: Final = ("ref", "default_code", "code", "barcode", "login", "email", "name")


@dataclass(frozen=True, slots=True)
class LookupGuess:
    """How a column's values may find records.

    Attributes:
        keys: of the field's mapping, `lookup` among them.
        found: how many of the values that were looked for found a record; None where nobody was asked.
        sought: how many were looked for.
        by: for people: by what.
        doubt: why it may be wrong; "" where it is not.
        makes_missing: whether records that are missing come: made by the job, or by rows of the file itself.
    """

    keys: Mapping[str, Any]
    found: int | None
    sought: int
    by: str
    doubt: str = ""
    makes_missing: bool = False

    @property
    def share(self) -> float:
        """The share of the values that find a record; 0 where nobody was asked."""
        return (self.found or 0) / max(1, self.sought)

    @property
    def said(self) -> str:
        """In words."""
        if self.found is None:
            return f"by {self.by}"
        made = ", others are made" if self.keys["lookup"].get("on_missing") == "create" else ""
        return f"by {self.by} {self.found}/{self.sought}{made}"


class Lookups:
    """Guesses lookups."""

    def __init__(self, models: Models, held: Held) -> None:
        self._models, self._held = models, held

    def guess(
        self, column: Column, target: ModelField, rest: str, own: Mapping[str, Column] | None = None
    ) -> LookupGuess:
        """The lookup that finds the most.

        Args:
            target: the field that holds the records.
            rest: what of the record the header speaks of, folded; "" for nothing.
            own: field to column of the file, for records that rows of the same file are.
        """
        split = _split_of(column) if target.type.is_many else ""
        values = _parts(column.distinct[:MOST_VALUES], split)
        extra: dict[str, Any] = {"split": split} if split else {}
        if target.relation == target.model and (found := _among_rows(target.model, values, own or {})):
            return found
        if target.relation == "res.country" and column.kind in {"names of countries", "codes of countries"}:
            return self._country(values, extra)
        way = path_way(self._models, self._held, target.relation, values)
        way = way or self._best(target.relation, values, rest) or self._usual_way(column, values, target.relation, rest)
        return self._made(extra, way, len(values))

    def _country(self, values: Sequence[str], extra: Mapping[str, Any]) -> LookupGuess:
        """Countries are known by the code of two letters, whatever they are called."""
        short = all(len(value) == 2 and value.isupper() for value in values)
        keys = {**extra, **({} if short else {"transform": "country_code"})}
        lookup = {"model": "res.country", "by": "code"}
        by = "code" if short else "name in any language"
        return LookupGuess({**keys, "lookup": lookup}, len(values) if self._held.is_online else None, len(values), by)

    def _best(self, model: str, values: Sequence[str], rest: str) -> Way | None:
        """The way that finds most; of equal ones that of which the header speaks. None where none finds any."""
        if not self._held.is_online:
            return None
        hinted = _hinted(rest)
        ways = ways_of(self._models, self._held, model, values)
        best = max(ways, key=lambda way: (way.hits, way.lookup["by"] in hinted, -_rank(way.lookup["by"])), default=None)
        return best if best and best.hits else None

    def _usual_way(self, column: Column, values: Sequence[str], model: str, rest: str) -> Way:
        """The way by which people know records of a model."""
        by = self._usual(column, values, model, rest)
        return Way(by, 0, {"model": model, "by": by})

    def _usual(self, column: Column, values: Sequence[str], model: str, rest: str) -> str:
        known = self._models.fields(model)
        kind = column.kind or kind_of(values)
        if kind == "external ids":
            return "external_id"
        if by_kind := next((name for one, name in _BY_KIND if kind == one and name in known), ""):
            return by_kind
        if hinted := next((name for name in _hinted(rest) if name in known), ""):
            return hinted
        usual = _USUAL.get(model, "name")
        if usual == "code" and column.longest > _LONGEST_CODE:
            usual = "name"
        if column.holds_codes:
            usual = next((name for name in (*_numbers_of(model), *_CODES) if name in known), usual)
        return usual if usual in known or not known else "name"

    def _made(self, extra: Mapping[str, Any], way: Way, sought: int) -> LookupGuess:
        """The lookup; what it does not find is made where people make such records up."""
        lookup = dict(way.lookup)
        found = way.hits if self._held.is_online else None
        makes = lookup["model"] in _MADE and lookup["by"] != "external_id" and way.hits < sought
        if makes:
            lookup["on_missing"] = "create"
        doubt = "" if makes or found is None else _doubt(way, sought)
        return LookupGuess({**extra, "lookup": lookup}, found, sought, way.name, doubt, makes_missing=makes)


def lookup_keys(model: str) -> list[str]:
    """The fields by which people know records of a model, the usual one first."""
    return list(dict.fromkeys([*([_USUAL[model]] if model in _USUAL else []), *known_words().lookup_keys]))


def _doubt(way: Way, sought: int) -> str:
    """Why most rows would be rejected; "" where they would not."""
    if way.hits >= _ENOUGH * sought:
        return ""
    few = "none of its values is found in Odoo" if not way.hits else "most of its values find no record"
    return f"{few} (`on_missing: create` makes them)" if "path" in way.lookup else few


def _among_rows(model: str, values: Sequence[str], own: Mapping[str, Column]) -> LookupGuess | None:
    """Records that come with the rows of the same file."""
    for name, column in own.items():
        known = set(column.distinct)
        hits = sum(value in known for value in values)
        if values and hits >= _ENOUGH * len(values):
            prefix = {"module": EXTERNAL_MODULE, "prefix": f"{model.rpartition('.')[2]}_"}
            lookup = {"by": name, **(prefix if name == "external_id" else {}), "on_missing": "defer"}
            return LookupGuess({"lookup": lookup}, hits, len(values), f"{name}, in this file", makes_missing=True)
    return None


def _numbers_of(model: str) -> list[str]:
    """The fields that hold the number of a model's records."""
    names = [name for one in known_words().concepts if one.name == "number" for name in one.fields]
    return [name.partition(":")[2] for name in names if name.startswith(f"{model}:")]


def _rank(name: str) -> int:
    keys = known_words().lookup_keys
    return keys.index(name) if name in keys else len(keys)


def _hinted(rest: str) -> list[str]:
    """The fields that the words of a header speak of, in order."""
    meant = [one for one, _, _ in meanings_of(rest)] if rest else []
    words = {one.name for one in meant}
    if "name" in words and not words & {"number", "sku"}:
        return ["name"]
    names = {name.rpartition(":")[2] for one in meant for name in one.fields}
    return [name for name in _HINTED if name in names]


def _split_of(column: Column) -> str:
    """The mark between several values of a cell, "" where there is none."""
    for mark in _SPLITS:
        holding = [text for text in column.distinct if mark in text]
        if holding and all(part.strip() for text in holding for part in text.strip(mark).split(mark)):
            return mark
    return ""


def _parts(texts: Iterable[str], split: str) -> list[str]:
    parts = (part.strip() for text in texts for part in (text.split(split) if split else [text]))
    return [part for part in dict.fromkeys(parts) if part][:MOST_VALUES]
