"""Lookups: by which field of a model the most values of a column are found in Odoo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from odoo_etl.errors import OdooError
from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.contents import kind_of
from odoo_etl.guessing.headers import meanings_of
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.words import known_words

EXTERNAL_MODULE: Final = "import"  # of external ids that guessed jobs make
MOST_VALUES: Final = 300  # of a column that are looked for
_MOST_RECORDS: Final = 2_000  # of a model that are read at once; of larger ones only the values are asked for
_SPLITS: Final = ("|", ";", ",", "\n")
_PATHS: Final = (" / ", " > ", "/", ">", "\\")
# Records that people make up as they go: one that is missing is made.
_MADE: Final = frozenset({"res.partner.category", "product.category", "product.tag", "crm.tag", "hr.employee.category"})
# Models whose records have one name each by which people know them, in what order they are sought offline.
_OFFLINE: Final[Mapping[str, str]] = {
    "res.country": "code",
    "res.currency": "name",
    "res.lang": "code",
    "res.country.state": "code",
    "product.product": "default_code",
    "product.template": "default_code",
    "account.account": "code",
    "res.bank": "bic",
}
_LONGEST_CODE: Final = 5
_CODES: Final = ("default_code", "ref", "code", "barcode")  # what short values with digits are
_PLACES: Final[Mapping[str, str]] = {"stock.location": "location_id", "uom.uom": "relative_uom_id"}


class Records(Protocol):
    """Whoever knows the records of a database."""

    def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        limit: int | None,
        context: Mapping[str, Any] | None,
    ) -> list[dict[str, Any]]: ...


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
        return f"by {self.by} {self.found}/{self.sought}"


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to find records: the values that do, and the keys that say it."""

    name: str
    hits: int
    keys: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)


class Lookups:
    """Guesses lookups; of each model it asks as little as it can.

    Args:
        records: of the server; None where there is none to ask.
    """

    def __init__(self, models: Models, records: Records | None) -> None:
        self._models, self._records = models, records
        self._tables: dict[str, list[dict[str, Any]] | None] = {}
        self._some_known: dict[tuple[str, str, tuple[str, ...]], list[dict[str, Any]]] = {}
        self._ids: dict[str, set[str]] = {}

    @property
    def is_online(self) -> bool:
        """Whether there is a server to ask."""
        return self._records is not None

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
        if target.relation == target.model and (found := self._among_rows(target.model, values, own or {})):
            return found
        if target.relation == "res.country" and column.kind in {"names of countries", "codes of countries"}:
            return self._country(values, extra)
        ways = self._ways(target.relation, values) if self._records is not None else []
        hint = _hinted(rest)
        best = max(ways, key=lambda way: (way.hits, way.name in hint, -_rank(way.name)), default=None)
        if best is None or not best.hits:
            return self._unasked(column, target, values, rest, extra)
        return _made({**extra, **best.extra}, target.relation, best, len(values))

    def _country(self, values: Sequence[str], extra: Mapping[str, Any]) -> LookupGuess:
        """Countries are known by the code of two letters, whatever they are called."""
        short = all(len(value) == 2 and value.isupper() for value in values)
        keys = {
            **extra,
            **({} if short else {"transform": "country_code"}),
            "lookup": {"model": "res.country", "by": "code"},
        }
        by = "code" if short else "name in any language"
        return LookupGuess(keys, len(values) if self._records is not None else None, len(values), by)

    def _among_rows(self, model: str, values: Sequence[str], own: Mapping[str, Column]) -> LookupGuess | None:
        """Records that come with the rows of the same file."""
        for name, column in own.items():
            known = set(column.distinct)
            hits = sum(value in known for value in values)
            if hits >= 0.5 * len(values) and values:
                prefix = {"module": EXTERNAL_MODULE, "prefix": f"{model.rpartition('.')[2]}_"}
                lookup = {"by": name, **(prefix if name == "external_id" else {}), "on_missing": "defer"}
                return LookupGuess({"lookup": lookup}, hits, len(values), f"{name}, in this file", makes_missing=True)
        return None

    def _unasked(
        self, column: Column, target: ModelField, values: Sequence[str], rest: str, extra: Mapping[str, Any]
    ) -> LookupGuess:
        """The usual lookup, where nothing was found, or nobody could be asked."""
        model = target.relation
        by = self._usual(column, values, model, rest)
        lookup: dict[str, Any] = {"model": model, "by": by}
        if path := _path_of(values) if by == "name" and self._parent(model) else "":
            lookup |= {"path": path, **({"parent": _PLACES[model]} if model in _PLACES else {})}
        if model in _MADE:
            lookup["on_missing"] = "create"
        found = 0 if self.is_online else None
        doubt = "none of its values is found in Odoo" if found == 0 and model not in _MADE else ""
        return LookupGuess({**extra, "lookup": lookup}, found, len(values), by, doubt, makes_missing=model in _MADE)

    def _usual(self, column: Column, values: Sequence[str], model: str, rest: str) -> str:
        """The field that people know records of a model by."""
        known = self._models.fields(model)
        kind = column.kind or kind_of(values)
        if kind == "external ids":
            return "external_id"
        for one, name in (
            ("e-mail addresses", "login"),
            ("e-mail addresses", "email"),
            ("barcodes with a right check digit", "barcode"),
        ):
            if kind == one and name in known:
                return name
        own = [name for one in known_words().concepts if one.name == "number" for name in one.fields]
        named = [name.partition(":")[2] for name in own if name.startswith(f"{model}:")]
        hinted = [name for name in _hinted(rest) if name in known]
        usual = _OFFLINE.get(model, "name")
        if usual == "code" and column.longest > _LONGEST_CODE:
            usual = "name"
        if column.holds_codes:
            usual = next((name for name in (*named, *_CODES) if name in known), usual)
        return hinted[0] if hinted else usual if usual in known or not known else "name"

    def _parent(self, model: str) -> bool:
        return _PLACES.get(model, "parent_id") in self._models.fields(model)

    def _ways(self, model: str, values: Sequence[str]) -> list[_Way]:
        """All ways to find records of a model, with how many of the values each finds."""
        ways: list[_Way] = []
        for name in known_words().lookup_keys:
            raw = self._models.fields(model).get(name)
            if raw is not None and raw.ttype in {"char", "text"} and name != "complete_name":
                ways += self._by_field(model, name, values)
        ways += self._by_path(model, values)
        if not any(way.hits for way in ways):
            ways += self._by_external_id(model, values)
        return ways

    def _by_field(self, model: str, name: str, values: Sequence[str]) -> list[_Way]:
        held = self._held(model, name, values)
        hits = sum(held[value] == 1 for value in values)  # a value of several records finds none
        keys: dict[str, Any] = {"model": model, "by": name}
        ways = [_Way(name, hits, keys)]
        if hits < len(values):
            folded = Counter(one.casefold() for one in held.elements())
            more = sum(folded[value.casefold()] == 1 for value in values)
            ways += [_Way(name, more, {**keys, "ignore_case": True})] if more > hits else []
        return ways

    def _held(self, model: str, name: str, values: Sequence[str]) -> Counter[str]:
        """The values that records of a model have in a field: all of a small model, those asked for of a large one."""
        table = self._table(model)
        if table is None:
            table = self._some(model, name, tuple(values))
        return Counter(str(row[name]) for row in table if row.get(name))

    def _table(self, model: str) -> list[dict[str, Any]] | None:
        """All records of a small model, by the fields that name them."""
        if model not in self._tables:
            fields = self._models.fields(model)
            names = [
                name for name in known_words().lookup_keys if name in fields and fields[name].ttype in {"char", "text"}
            ]
            found = self._asked(model, [], names, _MOST_RECORDS + 1) if names else []
            self._tables[model] = found if len(found) <= _MOST_RECORDS else None
        return self._tables[model]

    def _some(self, model: str, name: str, values: tuple[str, ...]) -> list[dict[str, Any]]:
        """Records of a large model that have one of the values; asked once."""
        if (model, name, values) not in self._some_known:
            found = self._asked(model, [[name, "in", list(values)]], [name], len(values) * 2)
            self._some_known[model, name, values] = found
        return self._some_known[model, name, values]

    def _asked(self, model: str, domain: Sequence[Any], names: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """Records of the server, archived ones among them; none that it refuses to tell."""
        if self._records is None:
            return []
        try:
            return self._records.search_read(model, domain, names, limit=limit, context={"active_test": False})
        except OdooError:
            return []

    def _by_path(self, model: str, values: Sequence[str]) -> list[_Way]:
        """Of a tree: cells that hold the whole way to a record."""
        mark = _path_of(values)
        if not mark or "complete_name" not in self._models.fields(model) or not self._parent(model):
            return []
        held = {
            one.replace(" / ", mark)
            for one in self._held(model, "complete_name", [value.replace(mark, " / ") for value in values])
        }
        begun = {one.split(mark)[0] for one in held} | held
        hits = sum(value in held for value in values)
        near = sum(value.split(mark)[0] in begun for value in values)
        keys: dict[str, Any] = {"model": model, "by": "name", "path": mark}
        keys |= {"parent": _PLACES[model]} if model in _PLACES else {}
        return [_Way("name", max(hits, int(near > 0)), keys)]

    def _by_external_id(self, model: str, values: Sequence[str]) -> list[_Way]:
        """By external ids, whole ones or such that end with the values."""
        if model not in self._ids:
            rows = self._asked("ir.model.data", [["model", "=", model]], ["module", "name"], _MOST_RECORDS)
            self._ids[model] = {f"{row['module']}.{row['name']}" for row in rows}
        known = self._ids[model]
        ways = [_Way("external id", sum(value in known for value in values), {"model": model, "by": "external_id"})]
        prefixes = {
            one.removesuffix(value) for value in values[:5] for one in known if one.endswith(value) and one != value
        }
        for start in sorted(prefixes, key=len):
            module, _, prefix = start.partition(".")
            hits = sum(f"{start}{value}" in known for value in values)
            keys = {"model": model, "by": "external_id", "module": module} | ({"prefix": prefix} if prefix else {})
            ways.append(_Way(f"external id {start}...", hits, keys))
        return ways


def _made(extra: Mapping[str, Any], model: str, way: _Way, sought: int) -> LookupGuess:
    """The lookup by the way that finds most; what it does not find is made where people make such records up."""
    lookup = dict(way.keys)
    if model in _MADE and way.hits < sought and lookup["by"] != "external_id":
        lookup["on_missing"] = "create"
    doubt = (
        ""
        if way.hits >= 0.5 * sought or "on_missing" in lookup or "path" in lookup
        else "most of its values find no record"
    )
    said = (
        f"{way.name} as a path"
        if "path" in lookup
        else f"{way.name}, whatever its case"
        if "ignore_case" in lookup
        else way.name
    )
    return LookupGuess({**extra, "lookup": lookup}, way.hits, sought, said, doubt, makes_missing="on_missing" in lookup)


def _rank(name: str) -> int:
    keys = known_words().lookup_keys
    return keys.index(name) if name in keys else len(keys)


def _hinted(rest: str) -> list[str]:
    """The fields that the words of a header speak of, in order."""
    if not rest:
        return []
    names = [name.rpartition(":")[2] for one, _, _ in meanings_of(rest) for name in one.fields]
    usual: list[str] = [
        name for name in ("ref", "default_code", "code", "barcode", "login", "email", "name") if name in names
    ]
    words = {one.name for one, _, _ in meanings_of(rest)}
    return ["name"] if words & {"name"} and not words & {"number", "sku"} else usual


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


def _path_of(values: Sequence[str]) -> str:
    """The mark between the levels of a tree, "" where there is none."""
    return next((mark for mark in _PATHS if sum(mark in value for value in values) >= 0.3 * len(values) and values), "")
