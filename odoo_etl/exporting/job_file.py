"""The job that loads an exported file back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from odoo_etl.errors import UsageError
from odoo_etl.exporting.layout import Kind, Layout
from odoo_etl.exporting.models import ID
from odoo_etl.exporting.part import CannotWrite
from odoo_etl.exporting.targets import FileTarget
from odoo_etl.guessing import block, inline, scalar
from odoo_etl.spec import Job, JobSpec
from odoo_etl.text import printable

_TYPES: Final[Mapping[str, str]] = {"csv": "csv", "xlsx": "excel", "jsonl": "jsonl", "parquet": "parquet"}
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_MARKS: Final = re.compile(r"[\\.]")  # of names of columns of JSON files
_TEXTS: Final = frozenset({Kind.TEXT, Kind.LIST, Kind.JSON})


@dataclass(frozen=True, slots=True)
class BackJob:
    """A job that loads an exported file back.

    Attributes:
        path: of the job.
        file: the exported file.
        layout: its columns.
        target: of the job.
        fields: of the job.
        lost: what it leaves out, each with why.
        lines: of the job.
    """

    path: Path
    file: FileTarget
    layout: Layout
    target: Mapping[str, Any]
    fields: Mapping[str, Any]
    lost: Mapping[str, str]
    lines: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the job."""
        return _NO_NAME.sub("_", self.path.stem).strip("_.-") or "job"

    def text(self) -> str:
        """The file of the job."""
        return "\n".join(self._lines()) + "\n"

    @property
    def notes(self) -> tuple[str, ...]:
        """For people: the columns that it leaves out."""
        return tuple(f"the job leaves {name} out: {why}" for name, why in self.lost.items())

    def check(self, jobs: Mapping[str, Job], *, force: bool) -> None:
        """Look whether it can be written, and is a job.

        Args:
            jobs: those of the project, by name.
            force: write over a file that is there.

        Raises:
            UsageError: its file is there, another job has its name, or no job reads such a file.
        """
        if self.path.exists() and not force:
            raise UsageError(f"{self.path} is there already: --force replaces it, --job gives another name")
        if self.name in jobs and jobs[self.name].path.absolute() != self.path:
            raise UsageError(f"{jobs[self.name].path} has a job {self.name} already: give --job a file of another name")
        try:
            JobSpec.model_validate(yaml.safe_load(self.text()))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UsageError(f"no job can load this back: {place}: {first['msg']}; leave out --job") from error

    def write(self) -> None:
        """Write it. Raises CannotWrite."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(self.text(), encoding="utf-8", newline="\n")
        except OSError as error:
            raise CannotWrite(f"{self.path}: cannot be written: {error.strerror or error}") from error

    def _lines(self) -> Iterator[str]:
        yield "# yaml-language-server: $schema=job.schema.json"
        yield f"# Loads {_line(self.file.path.name)} back, which `odoo-etl export` wrote."
        yield "version: 1"
        yield f"job: {scalar(self.name)}"
        yield from block("source", self._source(), "")
        yield f"target: {inline(self.target)}"
        yield from self._fields(self.fields, "")
        yield from self._line_fields(self.lines, "")
        if self.lost:
            yield "# Columns that are not loaded:"
            yield from (f"#   {_line(name)}: {why}" for name, why in self.lost.items())

    def _fields(self, fields: Mapping[str, Any], indent: str) -> Iterator[str]:
        yield f"{indent}fields:"
        for name, spec in fields.items():
            yield from block(name, self._short(spec), f"{indent}  ")

    def _line_fields(self, lines: Mapping[str, Any], indent: str) -> Iterator[str]:
        if lines:
            yield f"{indent}lines:"
        for name, spec in lines.items():
            yield f"{indent}  {name}:"
            for key in ("key", "rest"):
                if key in spec:
                    yield f"{indent}    {key}: {inline(spec[key])}"
            yield from self._fields(spec["fields"], f"{indent}    ")
            yield from self._line_fields(spec.get("lines", {}), f"{indent}    ")

    def _source(self) -> dict[str, Any]:
        path = Path(os.path.relpath(self.file.path, self.path.parent)).as_posix()
        source: dict[str, Any] = {"type": _TYPES[self.file.format], "path": path}
        if self.file.format == "csv":
            source["delimiter"] = self.file.delimiter
            if self.file.encoding.lower() not in {"utf-8", "utf8", "utf-8-sig"}:
                source["encoding"] = self.file.encoding
        return source

    def _short(self, spec: Mapping[str, Any]) -> Any:
        """A mapping, short where it is a column alone."""
        kinds = {one.name: one.kind for one in self.layout.columns}
        guarded = self.file.safe and self.file.format == "csv" and kinds.get(spec.get("column", "")) in _TEXTS
        whole = dict(spec)
        if "root" in whole:
            whole["root"] = Path(os.path.relpath(whole["root"], self.path.parent)).as_posix()
        if guarded:
            whole["transform"] = ["unguard", *given] if (given := spec.get("transform")) else "unguard"
        if self.file.format == "jsonl":
            whole = _escaped(whole)
        return whole["column"] if list(whole) == ["column"] else whole


def _escaped(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping whose columns are keys of JSON objects: dots in them lead nowhere."""
    found = dict(spec)
    for name in ("column", "model_column"):
        if name in found:
            found[name] = _key(found[name])
    if "columns" in found:
        found["columns"] = [_key(one) for one in found["columns"]]
    for name in ("translations", "companies"):
        if name in found:
            found[name] = {code: _key(one) if isinstance(one, str) else one for code, one in found[name].items()}
    return found


def _key(name: str) -> str:
    return _MARKS.sub(r"\\\g<0>", name)


def target_of(model: str, key: Sequence[str], connection: str) -> dict[str, Any]:
    """The target of a job; what is found by its id is only updated."""
    target: dict[str, Any] = {"connection": connection} if connection != "main" else {}
    target |= {"model": model, "key": key[0] if len(key) == 1 else list(key)}
    return target | ({"mode": "update"} if ID in key else {})


def check_key(key: Sequence[str], fields: Mapping[str, Any]) -> None:
    """Raise UsageError where a key names what the file has not."""
    if lost := [name for name in key if name not in fields]:
        some = ", ".join(fields)
        raise UsageError(f"--key names {', '.join(lost)}, which the job of --job does not load: it has {some}")


def _line(text: str) -> str:
    return " ".join(printable(text).split())
