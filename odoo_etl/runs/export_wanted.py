"""The export of a model or of a job: its columns, its records, its file, and the job that loads that back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.exporting import (
    ID,
    BackJob,
    ExportedModels,
    ExportOptions,
    FileTarget,
    JobColumns,
    Ways,
    are_distinct,
    check_key,
    default_fields,
    file_target,
    layout_of,
    target_of,
)
from odoo_etl.odoo import OdooClient
from odoo_etl.runs.export_source import Opened, Wanted
from odoo_etl.spec import CsvSource, ExcelSource, Job, JobSpec, SourceSpec, TableFile

ACTIVE: Final = "active"
_FORMATS: Final[Mapping[str, str]] = {"csv": "csv", "excel": "xlsx", "jsonl": "jsonl", "parquet": "parquet"}


def of_model(opened: Opened, model: str, options: ExportOptions) -> Wanted:
    """The export of a model. Raises UsageError."""
    models = ExportedModels(opened.client, {})
    ways = Ways(options.relations, opened.client, models.fields, _distinct(opened.client))
    paths = list(options.fields) or default_fields(models, model)
    made = layout_of(models, model, paths, ways, _folder(options))
    file = _file(options, None)
    if options.job is None or file is None:
        return Wanted(model, model, made.layout, options.domain, options.archived, file)
    names = {name for name, spec in made.back.items() if "lookup" not in spec}
    key = list(options.key) or [ways.own_key(model, names, options.domain) or ID]
    if key == [ID] and ID not in made.back:
        made = layout_of(models, model, [ID, *paths], ways, _folder(options))
    check_key(key, made.back)
    lost = dict(made.lost)
    if ID in made.back and ID not in key:
        lost[ID] = f"records are found by {', '.join(key)}"
    fields = {name: made.back[name] for name in dict.fromkeys([*key, *made.back]) if name not in lost}
    job = BackJob(Path(options.job).absolute(), file, made.layout, target_of(model, key, opened.name), fields, lost)
    job.check(opened.project.jobs, force=options.force)
    layout = made.layout.with_notes(job.notes)
    return Wanted(model, model, layout, options.domain, options.archived, file, back=job)


def _folder(options: ExportOptions) -> Path | None:
    """The folder for contents of files."""
    return Path(options.files).absolute() if options.files is not None else None


def _distinct(client: OdooClient) -> Callable[[str, str], bool]:
    """Tells whether a field tells all records of a model apart."""
    return lambda model, name: are_distinct(client, model, name)


def of_job(opened: Opened, job: Job, options: ExportOptions) -> Wanted:
    """The export of what a job maps, in the form of its source. Raises UsageError."""
    spec = job.spec
    if options.fields:
        raise UsageError("--fields are those of a model: what a job maps says what is exported of it")
    models = ExportedModels(opened.client, {})
    made = JobColumns(
        models,
        _labels(opened.client),
        _distinct(opened.client),
        exact=options.job is not None,
        files=_folder(options),
    ).of(spec)
    file = _file(options, spec.source)
    notes = [f"{path}: {why}" for path, why in made.lost.items()]
    if options.job is None:
        notes += _not_undone(spec.source)
    back = None
    if options.job is not None and file is not None:
        back = BackJob(
            Path(options.job).absolute(), file, made.layout, _target(job), made.fields, made.lost, made.lines
        )
        back.check(opened.project.jobs, force=options.force)
    layout = made.layout.with_notes(notes, made.missed.notes)
    domain = [*made.domain, *_with_external_ids(opened.client, spec), *options.domain]
    archived = options.archived or ACTIVE in spec.fields
    target = spec.target
    return Wanted(job.name, target.model, layout, domain, archived, file, target.company or "", target.context, back)


def _not_undone(source: SourceSpec) -> Iterator[str]:
    """The keys of a source that the file does not follow."""
    if source.where is not None:
        yield f"`where: {source.where}` of the source is not undone"
    if isinstance(source, TableFile) and source.header:
        yield "the file begins with the names of its columns, which `header` of the source gives: leave that out"


def _labels(client: OdooClient) -> Callable[[str, str, str], Mapping[str, str]]:
    """Asks for what the values of a selection are called in a language."""

    def labels(model: str, name: str, language: str) -> Mapping[str, str]:
        found = client.fields_get(model, [name], ["selection"], context={"lang": language})
        return dict(found[name].get("selection") or [])

    return labels


def _with_external_ids(client: OdooClient, spec: JobSpec) -> list[Any]:
    """Of a job that names its records by external ids, the condition on those that have such."""
    if spec.target.external_id is None:
        return []
    module, _, name = spec.target.external_id.template.partition(".")
    start = name.partition("{")[0].replace("_", r"\_")
    domain = [["module", "=", module], ["model", "=", spec.target.model], ["name", "=like", f"{start}%"]]
    rows = client.search_read("ir.model.data", domain, ["res_id"], order="res_id")
    return [["id", "in", sorted({row["res_id"] for row in rows})]]


def _target(job: Job) -> dict[str, Any]:
    """The target of the job that loads the file back, which removes nothing."""
    target = job.spec.target.model_dump(mode="json", exclude_unset=True, exclude={"vanish", "key_domain"})
    if target.get("mode") == "mirror":
        target["mode"] = "upsert"
    return target


def _file(options: ExportOptions, source: SourceSpec | None) -> FileTarget | None:
    """The file of an export, in the form of a job's source as far as nothing else is said; None for a table."""
    if options.url:
        return None
    path = Path(options.out or "")
    wanted = options.format
    if source is not None and not wanted and not path.suffix:
        wanted = _FORMATS.get(source.type, "csv")
    found = file_target(path, wanted, force=options.force)
    csv = source if isinstance(source, CsvSource) else None
    delimiter = options.delimiter or (csv.delimiter if csv and csv.delimiter and len(csv.delimiter) == 1 else "")
    encoding = options.encoding or (csv.encoding if csv and "encoding" in csv.model_fields_set else "")
    sheet = source.sheet if isinstance(source, ExcelSource) and isinstance(source.sheet, str) else ""
    return found.written(delimiter, encoding, sheet, safe=options.safe)
