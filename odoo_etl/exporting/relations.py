"""The way in which a column names records: by what people know them, by external ids, or by ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from odoo_etl.errors import SourceError, unless_refused
from odoo_etl.exporting.layout import Kind, OutColumn
from odoo_etl.fieldtypes import TargetField
from odoo_etl.guessing import lookup_keys

Relations = Literal["keys", "external-ids", "ids"]

EXTERNAL_ID: Final = "external_id"
PAGE: Final = 5_000  # records read at once
EVERY: Final = {"active_test": False}
PATH: Final = " / "  # between the levels of a tree in `complete_name`
# Records that one field alone does not tell apart.
_OF_SEVERAL: Final[Mapping[str, tuple[str, ...]]] = {"res.country.state": ("code", "country_id.code")}


class Asked(Protocol):
    """The part of a client by which fields and values are looked at."""

    def search_count(self, model: str, domain: Sequence[Any] = ..., *, context: Any = ...) -> int: ...

    @property
    def search_read(self) -> Callable[..., list[dict[str, Any]]]: ...


Distinct = Callable[[str, str], bool]  # model, field: whether no two records have the same value


def are_distinct(asked: Asked, model: str, name: str) -> bool:
    """Whether no two records have the same value in a field, archived ones among them; they are read, a page at a time.

    Of each value a number of eight bytes is kept.
    """
    seen: set[int] = set()
    last = 0
    while True:
        page = [["id", ">", last], [name, "!=", False]]
        rows = asked.search_read(model, page, [name], limit=PAGE, order="id", context=EVERY)
        for row in rows:
            value = hash(row[name])
            if value in seen:
                return False
            seen.add(value)
        if len(rows) < PAGE:
            return True
        last = rows[-1]["id"]


_RENAMED: Final = frozenset({"name", "complete_name", "email"})


@dataclass(frozen=True, slots=True)
class Way:
    """How records of a model are named.

    Attributes:
        paths: from the record: one for each column; none for its id.
        lookups: of a job that finds them again; `model` is added.
        falls_back: a record without a value is named by its id.
    """

    paths: tuple[str, ...]
    lookups: tuple[Mapping[str, Any], ...]
    falls_back: bool = False


BY_ID: Final = Way((), ({"by": "id"},))
BY_EXTERNAL_ID: Final = Way((EXTERNAL_ID,), ({"by": EXTERNAL_ID}, {"by": "id"}), falls_back=True)


class Ways:
    """The way for each model, found once.

    Args:
        wanted: by what records are named.
        asked: counts records.
        fields_of: model to its fields.
        distinct: tells whether a field tells all records apart.
    """

    def __init__(
        self,
        wanted: Relations,
        asked: Asked,
        fields_of: Callable[[str], Mapping[str, TargetField]],
        distinct: Distinct,
    ) -> None:
        self._wanted, self._asked, self._fields_of, self._distinct = wanted, asked, fields_of, distinct
        self._known: dict[str, Way] = {}

    def of(self, model: str) -> Way:
        """How records of a model are named."""
        if self._wanted != "keys":
            return BY_ID if self._wanted == "ids" else BY_EXTERNAL_ID
        if model not in self._known:
            self._known[model] = self._key_of(model)
        return self._known[model]

    def own_key(self, model: str, names: Collection[str], domain: Sequence[Any]) -> str:
        """The field that tells records of a model apart, all of those that match a domain; "" where none does.

        None that people change, such as a name: what was renamed would pass for a new record.

        Args:
            names: the fields that may be it.
        """
        for paths, _ in _candidates(model, self._fields_of(model)):
            name = paths[0]
            if len(paths) > 1 or name not in names or name in _RENAMED:
                continue
            if self._is_filled(model, name, domain) and self._is_distinct(model, paths):
                return name
        return ""

    def _key_of(self, model: str) -> Way:
        fields = self._fields_of(model)
        for paths, lookup in _candidates(model, fields):
            if all(self._is_filled(model, path) for path in paths) and self._is_distinct(model, paths):
                return Way(paths, (lookup,))
        return BY_EXTERNAL_ID

    def _is_filled(self, model: str, path: str, domain: Sequence[Any] = ()) -> bool:
        """Whether every record has a value; not where the user may not look."""
        with unless_refused():
            empty = [*domain, [path, "=", False]]
            return not self._asked.search_count(model, empty, context=EVERY)
        return False

    def _is_distinct(self, model: str, paths: Sequence[str]) -> bool:
        if len(paths) > 1:
            return True  # said of the model itself
        with unless_refused():
            return self._distinct(model, paths[0])
        return False


def _candidates(model: str, fields: Mapping[str, TargetField]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The fields that may name records of a model, the best first, each with its lookup."""
    if several := _OF_SEVERAL.get(model):
        yield several, {"by": list(several)}
    for name in lookup_keys(model):
        field = fields.get(name)
        if field is None or not field.type.is_text or field.type.has_choices or not field.searchable:
            continue
        if name == "complete_name":
            if {"parent_id", "name"} <= fields.keys():
                yield (name,), {"by": "name", "path": PATH}
        elif field.stored or name == "name":
            yield (name,), {"by": name}


def named(name: str, ids: str, key: str, *, several: bool) -> OutColumn:
    """The column of records that a key names, none of them silently left out.

    Args:
        ids: the column of the source with their ids.
        key: the column with what names them.
        several: they are lists.
    """

    def one(record_id: Any, value: Any) -> Any:
        if record_id and value in {None, False, ""}:
            raise SourceError(
                f"{name}: the record {record_id} has no value there any more: export again, or give --relations"
                " external-ids"
            )
        return value

    return _column(name, (ids, key), one, several=several)


def named_or_id(name: str, ids: str, key: str, *, several: bool) -> OutColumn:
    """The column of records by external id; one that has none is named by its id.

    Args:
        ids: the column of the source with their ids.
        key: the column with their external ids.
        several: they are lists.
    """

    def one(record_id: Any, value: Any) -> Any:
        return value or (str(record_id) if record_id else None)

    return _column(name, (ids, key), one, several=several)


def _column(name: str, columns: tuple[str, str], one: Callable[[Any, Any], Any], *, several: bool) -> OutColumn:
    """The column whose cells are made of two of the source."""
    return OutColumn(name, Kind.LIST if several else Kind.TEXT, columns, _each(name, one) if several else one)


def _each(name: str, one: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The same for the records of a list."""

    def many(record_ids: Any, values: Any) -> Any:
        if not record_ids:
            return None
        if len(record_ids) != len(values):
            raise SourceError(f"{name}: the user may not read all of the records {record_ids}: --relations ids")
        return list(map(one, record_ids, values))

    return many
