"""The first rows of a job as far as they are known without a server: mapped by the snapshots of its models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

from odoo_etl.errors import AccessRefused, OdooEtlError
from odoo_etl.mapping import Mapper, Reject
from odoo_etl.planning import Currencies, RecordRules
from odoo_etl.previewing.online import bounded, cells_of, key_of
from odoo_etl.previewing.shown import Cells, Shown
from odoo_etl.previewing.watched import Seen
from odoo_etl.previews import JobPreview, PreviewedRecord
from odoo_etl.snapshots import Snapshot, SnapshotModels
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec
from odoo_etl.sync import assemble_mapper
from odoo_etl.sync.existing import Schema, line_rules
from odoo_etl.sync.staging import Gathered

_NOBODYS: Final = "unknown"  # the model that a field of a model without a snapshot refers to


@dataclass(frozen=True, slots=True)
class _Models:
    """The models of a job, as snapshots have them."""

    mapper: Mapper
    rules: RecordRules
    companies: Mapping[int, str]
    notes: Sequence[str]


class _Lenient:
    """Models of snapshots; of others every field is taken for a text."""

    def __init__(self, snapshots: Mapping[str, Snapshot]) -> None:
        self._models = SnapshotModels(snapshots)
        self._missing: dict[str, None] = {}

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """The fields of a model."""
        try:
            return self._models.fields_get(model, fields, attributes, context=context)
        except AccessRefused:
            self._missing[model] = None
            return {name: {"type": "char", "relation": _NOBODYS} for name in fields or ()}

    def notes(self) -> list[str]:
        """The models whose fields were taken for texts."""
        named = ", ".join(one for one in self._missing if one != _NOBODYS)
        taken = f"there is no snapshot of {named}: fields are taken for texts; `odoo-etl schema pull` keeps snapshots"
        return [taken] if named else []


def preview_offline(spec: JobSpec, source: Source, rows: int, snapshots: Mapping[str, Snapshot]) -> JobPreview:
    """Map the first rows of a job.

    Args:
        source: of the rows.
        snapshots: by model.
    """
    spec = bounded(spec, rows)
    try:
        source.columns()
        return _mapped(spec, source, rows, _models(spec, snapshots))
    except OdooEtlError as error:
        return JobPreview(spec.job, spec.target.model, error=str(error), exit_code=error.exit_code)


def _models(spec: JobSpec, snapshots: Mapping[str, Snapshot]) -> _Models:
    """Read the snapshots; companies get made-up ids, since only a server knows them.

    Raises:
        UsageError: the job does not fit its model.
    """
    known = _Lenient(snapshots)
    schema = Schema(known, spec.target.context)
    named = sorted({name for one in spec.every_field.values() for name in one.companies})
    companies = {name: -number for number, name in enumerate(named, start=1)}
    fields = schema.fields(spec.target.model, spec.fields)
    children = line_rules(spec, schema, lambda _model, _fields: Currencies(), companies)
    rules = RecordRules(fields, spec.target.own_key, children=children)
    mapper = assemble_mapper(spec, schema, companies)
    return _Models(mapper, rules, {-number: name for name, number in companies.items()}, known.notes())


def _mapped(spec: JobSpec, source: Source, rows: int, models: _Models) -> JobPreview:
    with closing(Gathered(spec, source, models.mapper, rows, cuts_records=True)) as gathered:
        batches = list(gathered.batches())
        cells = Cells(spec, gathered.columns, {-n: name for n, name in models.companies.items()})
        shown = Shown(spec, cells, models.rules.fields)
        made = [shown.record(Seen("unknown", one), models.rules) for batch in batches for one in batch.records]
        rejects = [one for batch in batches for one in batch.rejects]
        mapper, columns = models.mapper, gathered.columns
        made += [shown.reject(one, _values(mapper, columns, one), key_of(mapper, columns, one)) for one in rejects]
        preview = _preview(spec, gathered.columns, made, [*models.notes, *gathered.warnings()])
        return replace(preview, read=gathered.rows, filtered=gathered.filtered)


def _values(mapper: Mapper, columns: Sequence[str], reject: Reject) -> Mapping[str, object]:
    """The values of the good cells of a rejected row."""
    return {name: one.values[0] for name, one in cells_of(mapper, columns, reject).items() if not one.flaws}


def _preview(
    spec: JobSpec, columns: Sequence[str], records: Sequence[PreviewedRecord], notes: Sequence[str]
) -> JobPreview:
    ordered = tuple(sorted(records, key=lambda one: (one.file, one.lines)))
    code = 3 if any(one.fate == "reject" for one in records) else 0
    preview = JobPreview(spec.job, spec.target.model, columns=tuple(columns), records=ordered)
    return replace(preview, notes=tuple(notes), exit_code=code)
