"""The columns of a field whose cells name records: the lookups of the job, the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.exporting.inverse import Missed, part_of_template
from odoo_etl.exporting.layout import Kind, OutColumn
from odoo_etl.exporting.models import ID
from odoo_etl.exporting.relations import EXTERNAL_ID, PATH, Distinct, named_or_id
from odoo_etl.exporting.scope import Mapped
from odoo_etl.exporting.texts import MARK, joined
from odoo_etl.spec import LookupSpec, template_columns

_COMPLETE_NAME: Final = "complete_name"
_LOCATIONS: Final = "stock.location"  # whose paths have no blanks beside the mark

Part = Callable[[Any], Any]  # from what is read of a record to what the cell says of it; None where it says nothing


@dataclass(frozen=True, slots=True)
class _Way:
    """A lookup as it is read: for each column the path behind the record, and what becomes of the value."""

    paths: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class LookupColumns:
    """Makes the columns of one field.

    Args:
        missed: counts records that a cell cannot name.
        lost: field to why it is not exported.
        distinct: tells whether no two records of a model have the same value; None where nobody minds.
        as_in_odoo: the columns of the job hold something else: these have the name of the field.
        variant: the language or company of the value.
        other: the name of a column that cannot have that of the job.
    """

    one: Mapped
    missed: Missed
    lost: dict[str, str]
    as_in_odoo: bool
    distinct: Distinct | None = None
    variant: Mapping[str, str] = field(default_factory=dict)
    other: str = ""

    def made(self) -> dict[str, Any] | None:
        """The mapping that reads the columns, None where the field cannot be exported."""
        from_job = self.one.spec.model_dump(mode="json", exclude_unset=True, exclude={"translations", "companies"})
        for name in (
            "column",
            "columns",
            *(("expr", "python", "map", "transform", "default") if self.as_in_odoo else ()),
        ):
            from_job.pop(name, None)
        if self.one.target.type.any_model and self.one.name != ID:
            return self._any_model(from_job)
        if any(way.is_by_source_id for way in self.one.spec.lookup):
            said = "`by: source_id` means ids of another database: cells hold external ids of this one, or its ids"
            self.lost[self.one.path] = said
            return self._by_external_id(from_job)
        if self._is_shared():
            return self._by_external_id(from_job)
        names = self._columns()
        if self._is_several and self.one.spec.split is None and self.one.scope.exact:
            from_job["split"] = MARK
        return {**from_job, **({"columns": names} if len(names) > 1 else {"column": names[0]})}

    def _is_shared(self) -> bool:
        """Whether records that the lookup finds cannot be told apart by it."""
        (lookup, *more) = self.one.spec.lookup
        (path, *others) = _way_of(lookup, []).paths or ("",)
        if self.distinct is None or more or others or lookup.domain or not path or path == EXTERNAL_ID:
            return False
        return "." not in path and not self.distinct(lookup.model, path)

    def _by_external_id(self, from_job: dict[str, Any]) -> dict[str, Any]:
        """Records by external id, or by id, where the lookup of the job would find several."""
        one = self.one
        for name in ("map", "transform", "default", "split"):
            from_job.pop(name, None)
        ids, key = one.scope.read(one.name), one.scope.read(f"{one.name}.{EXTERNAL_ID}")
        column = named_or_id(one.path, ids, key, several=self._is_several)
        name = one.scope.add(column, f"{one.path}.{EXTERNAL_ID}")
        lookups = [{"model": one.spec.lookup[0].model, "by": EXTERNAL_ID}, {"by": ID}]
        return {**from_job, "column": name, "lookup": lookups, **({"split": MARK} if self._is_several else {})}

    def column(self) -> str:
        """The only column."""
        return self._columns()[0]

    @property
    def _is_several(self) -> bool:
        return self.one.target.type.is_many

    def _any_model(self, from_job: dict[str, Any]) -> dict[str, Any] | None:
        """A record of whatever model, by its id; only where a column says of which one."""
        one = self.one
        model_column = one.spec.model_column
        by_id = all(way.by == (ID,) for way in one.spec.lookup)
        if not (by_id or one.scope.exact):
            self.lost[one.path] = "a record of whatever model is exported by its id alone"
            return None
        named = one.target.type.names_model
        read = one.scope.read(one.name)
        kind = (lambda value: _split_reference(value)[1]) if named else None
        column = one.scope.add(OutColumn(one.spec.column or one.path, Kind.INTEGER, (read,), kind), one.path)
        if named and model_column:
            of_model = OutColumn(model_column, Kind.TEXT, (read,), lambda value: _split_reference(value)[0])
            model_column = one.scope.add(of_model, f"{one.path}.model")
        lookup = {"by": ID} if model_column else {"by": ID, "model": one.spec.lookup[0].model}
        return {
            **from_job,
            "column": column,
            "lookup": lookup,
            **({"model_column": model_column} if model_column else {}),
        }

    def _columns(self) -> list[str]:
        """The names of the columns."""
        one = self.one
        ways = [_way_of(lookup, list(one.columns())) for lookup in one.spec.lookup]
        base = "" if one.name == ID else one.name
        wanted = list(one.columns()) if not self.as_in_odoo else []
        if not wanted:
            wanted = [self._own_name(path, len(ways[0].paths)) for path in ways[0].paths]
        ids = one.scope.read(one.name, **self.variant)
        names = []
        for place, name in enumerate(wanted):
            inputs = [ids]
            parts = []
            for way in ways:
                path = ".".join(part for part in (base, way.paths[place]) if part)
                inputs.append(one.scope.read(path, **self.variant))
                parts.append(way.parts[place])
            column = OutColumn(name, Kind.TEXT, tuple(inputs), self._cell(parts, self._mark(place)))
            names.append(one.scope.add(column, self.other or self._own_name(ways[0].paths[place], len(wanted))))
        return names

    def _own_name(self, path: str, count: int) -> str:
        """The name of a column that is called after the field."""
        return self.one.path if count == 1 or not path else f"{self.one.path}.{path}"

    def _mark(self, place: int) -> str | None:
        """The mark between the values of a column; None where each cell has one."""
        split = self.one.spec.split
        if isinstance(split, tuple):
            return split[place]
        return split or (MARK if self._is_several and self.one.scope.exact else None)

    def _cell(self, parts: Sequence[Part], mark: str | None) -> Callable[..., Any]:
        """The function from ids, and what each lookup reads of them, to the cell."""
        table: dict[str, str] | None = None
        if self.one.spec.map is not None and not self.as_in_odoo:
            table = {}
            for text, value in self.one.spec.map.items():
                table.setdefault(str(value), text)

        def named(values: Sequence[Any]) -> Any:
            for part, value in zip(parts, values, strict=True):
                found = part(value) if value is not None else None
                if found is not None:
                    return found if table is None else table.get(str(found))
            return None

        def cell(ids: Any, *values: Any) -> Any:
            if not ids:
                return None
            if not any(isinstance(value, list) for value in values):
                found = [named(values)]
            else:
                rows = zip(*(value or [] for value in values), strict=True)
                found = [named(row) for row in rows]
            return self._joined(found, mark)

        return cell

    def _joined(self, found: Sequence[Any], mark: str | None) -> Any:
        """The cell of some values."""
        if None in found or not found:
            self.missed.at(self.one.path)
        texts = [one for one in found if one is not None]
        if mark is not None:
            return joined(texts, mark) if texts else None
        distinct = list(dict.fromkeys(texts))
        if len(distinct) > 1:
            self.missed.at(self.one.path)
        return distinct[0] if len(distinct) == 1 else None


def _split_reference(value: Any) -> tuple[str | None, int | None]:
    model, _, record = str(value or "").partition(",")
    return (model, int(record)) if record else (None, None)


def _way_of(lookup: LookupSpec, columns: Sequence[str]) -> _Way:
    """A lookup, the other way round."""
    if lookup.external_id is not None:
        template = lookup.external_id.template
        named = columns or template_columns(template)
        return _Way((EXTERNAL_ID,) * len(named), tuple(part_of_template(template, one) for one in named))
    if lookup.is_by_source_id:
        return _Way((EXTERNAL_ID,), (_as_it_is,))
    if lookup.is_by_external_id:
        return _Way((EXTERNAL_ID,), (_behind(lookup),))
    if lookup.by == (ID,):
        return _Way(("",), (_as_it_is,))
    if lookup.path is not None:
        return _Way((_COMPLETE_NAME,), (_path(lookup),))
    return _Way(tuple(lookup.by), (_as_it_is,) * len(lookup.by))


def _as_it_is(value: Any) -> Any:
    return value if value not in {"", False} else None


def _behind(lookup: LookupSpec) -> Part:
    """External ids without what the lookup puts before the cell."""
    if lookup.module is None:
        return _as_it_is
    start = f"{lookup.module}.{lookup.prefix}"
    return lambda value: value.removeprefix(start) if value and value.startswith(start) else None


def _path(lookup: LookupSpec) -> Part:
    """The way through a tree with the marks of the job."""
    inner = "/" if lookup.model == _LOCATIONS else PATH
    mark = lookup.path or inner
    return lambda value: mark.join(value.split(inner)) if value else None
