"""The layout of some fields of a model, and what a job says of each so that the file can be loaded back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.exporting.content_files import file_mapping
from odoo_etl.exporting.layout import SOURCE_ID, Kind, Layout, OutColumn, kind_of
from odoo_etl.exporting.models import ID, ExportedModels
from odoo_etl.exporting.relations import BY_EXTERNAL_ID, EXTERNAL_ID, Way, Ways, named, named_or_id
from odoo_etl.exporting.texts import MARK
from odoo_etl.fieldtypes import TargetField

REFERENCE_MODEL: Final = ".model"  # behind a reference: the column with the model of its record
_BOOKS: Final = frozenset({ID, "create_uid", "create_date", "write_uid", "write_date", "display_name", "parent_path"})


@dataclass
class _Made:
    """The columns that are known so far, and the way back.

    Attributes:
        back: field to what a job says of it.
        lost: path to why a job cannot load it back.
    """

    reads: dict[str, Any] = field(default_factory=dict)
    columns: list[OutColumn] = field(default_factory=list)
    back: dict[str, Any] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)
    files: Path | None = None

    def read(self, path: str) -> str:
        """The column of the source that holds a path."""
        self.reads[path] = path
        return path


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """A layout, and the way back.

    Attributes:
        back: field to what a job says of it.
        lost: path to why a job cannot load it back.
    """

    layout: Layout
    back: Mapping[str, Any]
    lost: Mapping[str, str]


def default_fields(models: ExportedModels, model: str) -> list[str]:
    """The fields that a job could write, contents of files and lines left out. Raises UsageError."""
    open_ones = [name for name, one in models.fields(model).items() if _is_open(name, one)]
    return [ID, *open_ones]


def _is_open(name: str, one: TargetField) -> bool:
    return one.stored and not (name in _BOOKS or one.derived or one.type.is_file or not one.type.is_writable)


def layout_of(
    models: ExportedModels, model: str, paths: Sequence[str], ways: Ways, files: Path | None = None
) -> ModelLayout:
    """The columns of some fields.

    Args:
        paths: fields of the model, or paths over relations.
        files: the folder for contents of files.

    Raises:
        UsageError: a field is not there, or is named twice; nobody says where contents of files go.
    """
    if twice := sorted({path for path in paths if list(paths).count(path) > 1}):
        raise UsageError(f"--fields names {', '.join(twice)} twice")
    made = _Made(reads={SOURCE_ID: ID}, files=files)
    for path in paths:
        _add(made, models, model, path, ways)
    names = [one.name for one in made.columns]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"--fields makes two columns of {', '.join(doubled)}: leave one of them out")
    lost = {**made.lost, **_not_written(models.fields(model), made.back)}
    back = {name: spec for name, spec in made.back.items() if name not in lost}
    layout = Layout(made.reads, tuple(made.columns), contents=tuple(made.contents))
    return ModelLayout(layout, back, lost)


def _add(made: _Made, models: ExportedModels, model: str, path: str, ways: Ways) -> None:
    """The columns of one path."""
    if path == EXTERNAL_ID:
        made.columns.append(OutColumn(path, Kind.TEXT, (made.read(path),)))
        made.lost[path] = "it identifies a record, and is no field"
        return
    steps = models.steps(model, path)
    last, several = steps[-1], any(one.type.is_many for one in steps)
    if path.endswith(f".{EXTERNAL_ID}"):
        base = path.removesuffix(f".{EXTERNAL_ID}")
        _add_records(made, base, BY_EXTERNAL_ID, path, steps)
    elif last.type.has_model:
        _add_records(made, path, ways.of(last.relation), path, steps)
    elif last.type.names_model:
        _add_reference(made, path, steps)
    elif last.type.is_file:
        _add_content(made, path, steps)
    else:
        kind = Kind.LIST if several else kind_of(last.type)
        made.columns.append(OutColumn(path, kind, (made.read(path),)))
        _back_of_value(made, path, steps)


def _add_records(made: _Made, base: str, way: Way, name: str, steps: Sequence[TargetField]) -> None:
    """The columns of a relation."""
    several = any(one.type.is_many for one in steps)
    ids = made.read(base)
    if not way.paths:
        made.columns.append(OutColumn(name, Kind.LIST if several else Kind.INTEGER, (ids,)))
        names = [name]
    elif several and len(way.paths) > 1:  # two lists would not say what goes together
        _add_records(made, base, BY_EXTERNAL_ID, name, steps)
        return
    else:
        names = [name] if len(way.paths) == 1 else [f"{name}.{path}" for path in way.paths]
        build = named_or_id if way.falls_back else named
        for column, path in zip(names, way.paths, strict=True):
            made.columns.append(build(column, ids, made.read(f"{base}.{path}"), several=several))
    if len(steps) > 1:
        made.lost[name] = "it is a field of another record"
    elif steps[0].type.is_lines:
        made.lost[name] = "lines are records of their own: a job with `lines` exports them"
    else:
        made.back[base] = _spec(steps[0], names, _lookup(way, steps[0].relation))


def _lookup(way: Way, relation: str) -> Any:
    lookups = [one if one == {"by": ID} else {"model": relation, **one} for one in way.lookups]
    return lookups[0] if len(lookups) == 1 else lookups


def _add_content(made: _Made, path: str, steps: Sequence[TargetField]) -> None:
    """The content of a file, which becomes one of a folder."""
    if made.files is None:
        raise UsageError(f"{path} is {steps[-1].described}: say with --files DIR where contents of files go")
    if any(one.type.is_many for one in steps):
        raise UsageError(f"{path}: a cell names one file, and these are several: export {steps[-2].relation}")
    read = made.read(path)
    made.contents.append(read)
    made.columns.append(OutColumn(path, Kind.TEXT, (read,)))
    if len(steps) == 1:
        made.back[path] = file_mapping(path, made.files)
    else:
        made.lost[path] = "it is a field of another record"


def _add_reference(made: _Made, path: str, steps: Sequence[TargetField]) -> None:
    """A record of any model: a column with its id, and one with its model."""
    read = made.read(path)
    model = f"{path}{REFERENCE_MODEL}"
    made.columns.append(OutColumn(path, Kind.INTEGER, (read,), _id_of))
    made.columns.append(OutColumn(model, Kind.TEXT, (read,), _model_of))
    if len(steps) == 1:
        made.back[path] = _spec(steps[0], [path], {"by": ID}) | {"model_column": model}
    else:
        made.lost[path] = "it is a field of another record"


def _id_of(value: Any) -> int | None:
    return int(str(value).partition(",")[2]) if value else None


def _model_of(value: Any) -> str | None:
    return str(value).partition(",")[0] if value else None


def _back_of_value(made: _Made, path: str, steps: Sequence[TargetField]) -> None:
    """Note how a job loads a plain value, if it can."""
    last = steps[-1]
    if len(steps) == 1:
        if last.type.any_model and not last.type.is_number:
            made.lost[path] = "nothing says of which model its records are"
        else:
            made.back[path] = _spec(last, [path])
    elif len(steps) == 2 and steps[0].type.takes_lookup and steps[0].name not in made.back and last.type.is_text:
        lookup = {"model": steps[0].relation, "by": last.name}
        made.back[steps[0].name] = _spec(steps[0], [path], lookup)
    else:
        made.lost[path] = "it is a field of another record"


def _spec(target: TargetField, columns: Sequence[str], lookup: Any = None) -> dict[str, Any]:
    """The mapping of a field in a job."""
    spec: dict[str, Any] = {"column": columns[0]} if len(columns) == 1 else {"columns": list(columns)}
    if target.type.is_markup:
        spec["type"] = "html"
    if target.type.is_many:
        spec["split"] = MARK
    if not target.required and not target.type.never_empty:
        spec["empty"] = "clear"
    return spec | ({"lookup": lookup} if lookup else {})


def _not_written(fields: Mapping[str, TargetField], names: Iterable[str]) -> dict[str, str]:
    """Of some fields, those that no job writes, each with why; an id may be a key."""
    found = {}
    for name in names:
        if name in _BOOKS - {ID}:
            found[name] = "Odoo fills it itself"
        elif name != ID and (fields[name].derived or fields[name].computed):
            found[name] = "Odoo computes it"
    return found
