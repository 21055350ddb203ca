"""The layout of what a job maps, with the columns of its source, and the mapping that reads these again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from odoo_etl.exporting.content_files import file_mapping
from odoo_etl.exporting.inverse import Missed, cell_of, is_written_in_words, kind_of_cell, part_of_template, unsettled
from odoo_etl.exporting.job_domain import domain_of
from odoo_etl.exporting.job_lookups import LookupColumns
from odoo_etl.exporting.layout import SOURCE_ID, Kind, Layout, OutColumn
from odoo_etl.exporting.models import ID, ExportedModels
from odoo_etl.exporting.relations import EXTERNAL_ID, Distinct
from odoo_etl.exporting.scope import Mapped, Scope
from odoo_etl.fieldtypes import TargetField
from odoo_etl.spec import FieldSpec, JobSpec, LinesSpec, joined_name, template_columns

_KEPT: Final = frozenset({"split", "lookup", "write", "last", "command", "empty", "model_column"})
_VARIANTS: Final = (("translations", "lang"), ("companies", "company"))

Labels = Callable[[str, str, str], Mapping[str, str]]  # model, field, language: value to label


@dataclass(frozen=True, slots=True)
class JobLayout:
    """A layout, and the way back.

    Attributes:
        fields: of a job that reads the columns.
        lines: of that job.
        domain: the records that the job is about.
        lost: field to why the file has it not, or otherwise than the job's source.
        missed: counts values without a cell while rows are read.
    """

    layout: Layout
    fields: Mapping[str, Any]
    lines: Mapping[str, Any]
    domain: list[Any]
    lost: Mapping[str, str]
    missed: Missed


@dataclass
class JobColumns:
    """Makes the layout of one job.

    Args:
        models: describes the fields.
        labels: asks for what values of selections are called.
        distinct: tells whether no two records of a model have the same value in a field.
        exact: each field has columns of its own, and one that cannot be written as its source has it is written as
            Odoo has it, so that the mapping beside it reads the same again; else the columns are those of the source.
        files: the folder for contents of files; without it, none is exported.
    """

    models: ExportedModels
    labels: Labels
    distinct: Distinct
    exact: bool
    files: Path | None = None
    contents: list[str] = field(default_factory=list)
    missed: Missed = field(default_factory=Missed)
    lost: dict[str, str] = field(default_factory=dict)

    def of(self, job: JobSpec) -> JobLayout:
        """The columns of a job. Raises UsageError: the server lacks its model or a field."""
        scope = Scope(job.target.model, self.exact, reads={SOURCE_ID: ID})
        if job.target.external_id is not None:
            self._add_external_id(scope, job.target.external_id.template)
        fields = self._fields(scope, job.fields)
        lines = {name: self._lines(scope, name, one) for name, one in job.lines.items()}
        old = {} if self.exact else dict(job.source.rename)
        columns = tuple(replace(one, name=old.get(one.name, one.name)) for one in scope.columns.values())
        known = self.models.fields(scope.model)
        domain = [*job.target.key_domain, *domain_of(job.fields, known, job.target.own_key)]
        layout = Layout(scope.reads, columns, scope.line_reads(), contents=tuple(self.contents))
        return JobLayout(layout, fields, lines, domain, self.lost, self.missed)

    def _add_external_id(self, scope: Scope, template: str) -> None:
        """The columns that the external id of each record is made of."""
        for column in dict.fromkeys(template_columns(template)):
            part = part_of_template(template, column)

            def cell(value: Any, part: Callable[[str], str | None] = part) -> str | None:
                found = part(value) if value else None
                if found is None:
                    self.missed.at("external_id")
                return found

            scope.add(OutColumn(column, Kind.TEXT, (scope.read(EXTERNAL_ID),), cell), column)

    def _lines(self, scope: Scope, name: str, spec: LinesSpec) -> dict[str, Any]:
        """The columns of the lines of a field; what a job says of them."""
        target = self.models.steps(scope.model, name)[0]
        inner = scope.below(name, target.relation)
        inner.domain = domain_of(spec.fields, self.models.fields(target.relation), ())
        if spec.source is not None:
            self.lost[scope.path(name)] = "its lines have a source of their own, and are in the same file"
        fields = self._fields(inner, spec.fields, joined=name if spec.source is not None else "")
        said = spec.model_dump(mode="json", exclude_unset=True, include={"key", "rest"})
        below = {one: self._lines(inner, one, lines) for one, lines in spec.lines.items()}
        return {**said, "fields": fields, **({"lines": below} if below else {})}

    def _fields(self, scope: Scope, specs: Mapping[str, FieldSpec], joined: str = "") -> dict[str, Any]:
        """The mapping of each field.

        Args:
            joined: the field of lines with a source of their own, which stands before their columns.
        """
        back: dict[str, Any] = {}
        for name, spec in specs.items():
            (target,) = self.models.steps(scope.model, name)
            made = self._field(Mapped(scope, name, _joined(spec, joined), target))
            if made is not None:
                back[name] = made
        return back

    def _field(self, one: Mapped) -> dict[str, Any] | None:
        """The columns of a field; the mapping that reads them, None where there is none."""
        spec = one.spec
        if spec.has_value:
            return dumped(spec) | self._variants(one)
        if spec.command == "remove":
            self.lost[one.path] = "it takes records away"
            return None
        if one.target.type.is_file:
            return self._content(one)
        as_in_odoo = self._as_in_odoo(one)
        if spec.lookup:
            distinct = self.distinct if self.exact else None
            made = LookupColumns(one, self.missed, self.lost, as_in_odoo, distinct).made()
            return made if made is None else made | self._variants(one)
        column = self._value(one, one.scope.read(one.name), one.path, as_in_odoo=as_in_odoo)
        back = plain(spec, one.target) if as_in_odoo else dumped(spec)
        html = {"type": "html"} if self.exact and one.target.type.is_markup else {}
        return {**back, **html, "column": column} | self._variants(one)

    def _content(self, one: Mapped) -> dict[str, Any] | None:
        """The content of a file, which becomes one of a folder."""
        if self.files is None:
            self.lost[one.path] = "contents of files are exported with --files DIR"
            return None
        read = one.scope.read(one.name)
        self.contents.append(read)
        column = one.scope.add(OutColumn(one.spec.column or one.path, Kind.TEXT, (read,)), one.path)
        kept = {name: value for name, value in dumped(one.spec).items() if name in {"write", "empty"}}
        return file_mapping(column, self.files, **kept)

    def _as_in_odoo(self, one: Mapped) -> bool:
        """Whether the cells hold what Odoo has, since nobody can say which cells it came from; that is told."""
        spec = one.spec
        if spec.expr is not None or spec.python is not None:
            made = f"`expr: {spec.expr}`" if spec.expr is not None else "`python`"
            self.lost[one.path] = f"{made} cannot be undone: the column {one.path} holds what Odoo has"
            return True
        if names := unsettled(spec):
            self.lost[one.path] = f"`transform: {', '.join(names)}` cannot be undone: cells hold what Odoo has"
        elif is_written_in_words(spec):
            self.lost[one.path] = "its dates are written as 2026-11-30, and not as in the source"
        return self.exact and one.path in self.lost

    def _value(self, one: Mapped, read: str, other: str, *, as_in_odoo: bool) -> str:
        """The column of plain values; gives its name."""
        spec = FieldSpec(column=other) if as_in_odoo else one.spec
        if self.exact and one.target.type.is_markup and spec.map is None:
            spec = spec.model_copy(update={"type": "html"})
        labels = self.labels(one.scope.model, one.name, spec.labels) if spec.labels else {}
        cell = cell_of(one.path, spec, one.target, labels, self.missed)
        wanted = OutColumn(spec.column or other, kind_of_cell(spec, one.target), (read,), cell)
        return one.scope.add(wanted, other)

    def _variants(self, one: Mapped) -> dict[str, Any]:
        """The columns of a field in other languages and companies; how they are mapped."""
        found: dict[str, Any] = {}
        for kind, key in _VARIANTS:
            others = one.spec.in_languages if key == "lang" else one.spec.in_companies
            for code, spec in others.items():
                variant = Mapped(one.scope, one.name, spec, one.target)
                made = self._variant(variant, {key: code}, f"{one.path}@{code}")
                if made is not None:
                    found.setdefault(kind, {})[code] = made
        return found

    def _variant(self, one: Mapped, variant: Mapping[str, str], name: str) -> Any:
        if one.spec.has_value:
            return {"value": one.spec.value}
        undone = one.spec.expr is not None or one.spec.python is not None
        if undone:
            self.lost[name] = f"`expr` cannot be undone: the column {name} holds what Odoo has"
        if one.spec.lookup:
            return LookupColumns(one, self.missed, self.lost, undone, variant=variant, other=name).column()
        return self._value(one, one.scope.read(one.name, **variant), name, as_in_odoo=undone)


def dumped(spec: FieldSpec) -> dict[str, Any]:
    """A mapping as a job has it, without its values in other languages and companies."""
    found: dict[str, Any] = spec.model_dump(mode="json", exclude_unset=True, exclude={"translations", "companies"})
    return found


def plain(spec: FieldSpec, target: TargetField) -> dict[str, Any]:
    """The mapping of cells that hold what Odoo has."""
    kept = {name: value for name, value in dumped(spec).items() if name in _KEPT}
    return kept | ({"type": "html"} if target.type.is_markup else {})


def _joined(spec: FieldSpec, field_name: str) -> FieldSpec:
    """The mapping of a field of lines whose columns have the name of the field before them."""
    if not field_name:
        return spec
    columns: dict[str, Any] = {}
    if spec.column is not None:
        columns = {"column": joined_name(field_name, spec.column)}
    if spec.columns is not None:
        columns = {"columns": tuple(joined_name(field_name, one) for one in spec.columns)}
    return spec.model_copy(update=columns)
