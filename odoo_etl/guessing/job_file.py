"""The job as a file: what is sure as its keys, what is not as comments beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from odoo_etl.guessing.proposals import Guess, Proposal
from odoo_etl.guessing.yaml_text import block, inline, scalar
from odoo_etl.text import printable

_EXAMPLE: Final = 30
_SCHEMA: Final = "# yaml-language-server: $schema=job.schema.json"


@dataclass(frozen=True, slots=True)
class JobFile:
    """Where the job will stand, and what it is called.

    Attributes:
        connection: of the project, "main" where nothing else is said.
    """

    path: Path
    name: str
    connection: str = "main"

    @property
    def folder(self) -> Path:
        """The folder that its relative paths start at."""
        return self.path.parent

    def text(self, guess: Guess) -> str:
        """The whole file."""
        return "\n".join(_lines(guess, self)) + "\n"


def is_writable(guess: Guess) -> bool:
    """Whether there is enough for a job: a field, and something that identifies a record."""
    return bool([one for one in guess.mapped if "." not in one.path]) and bool(guess.keys or guess.external_id)


def _lines(guess: Guess, file: JobFile) -> Iterator[str]:
    yield _SCHEMA
    yield f"# Guessed from {_rows(guess)}. What is unsure stands as a comment: read it all before you run it."
    yield from (f"# {_line(note)}" for note in guess.notes)
    yield "version: 1"
    yield f"job: {scalar(file.name)}"
    yield from block("source", _source(guess.source, file.folder), "")
    yield from _target(guess, file)
    yield "fields:"
    specs = {one.column: _spec(one, guess, file.folder) for one in guess.proposals if one.path}
    yield from _fields([one for one in guess.proposals if one.path and "." not in one.path], guess, specs, "  ")
    yield from _line_fields(guess, specs)
    yield from _left_out(guess, specs)


def _rows(guess: Guess) -> str:
    name = Path(str(guess.source.get("path") or guess.source.get("url"))).name
    return f"{_line(name)} ({'the first ' if not guess.is_whole else ''}{guess.rows:,} rows)"


def _source(source: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The source with a path that starts at the folder of the job."""
    found = dict(source)
    if "path" in found:
        found["path"] = _relative(found["path"], folder)
    if "url" in found:
        found["url"] = f"sqlite:///{_relative(found['url'].removeprefix('sqlite:///'), folder)}"
    return found


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _target(guess: Guess, file: JobFile) -> Iterator[str]:
    target: dict[str, Any] = {"connection": file.connection} if file.connection != "main" else {}
    target["model"] = guess.model
    if guess.external_id:
        target["external_id"] = guess.external_id
        yield "# No field of the model holds what tells the rows apart, so that records get an external id."
    else:
        names = guess.keys[0].fields
        target["key"] = names[0] if len(names) == 1 else list(names)
    for one in guess.keys[:1] if not guess.external_id else ():
        yield f"# key: {one.said}"
    for other in guess.keys[(0 if guess.external_id else 1) :]:
        yield f"# or key {', '.join(other.fields)}: {other.said}"
    yield f"target: {inline(target)}"


def _fields(proposals: Sequence[Proposal], guess: Guess, specs: Mapping[str, Any], indent: str) -> Iterator[str]:
    """The fields of a record or of its lines: the key first, then in the order of the file."""
    first = () if guess.external_id or not guess.keys else guess.keys[0].fields
    sure = [one for one in proposals if one.active and not one.variant]
    for one in sorted(sure, key=lambda one: (one.path not in first, proposals.index(one))):
        yield from (f"{indent}# {_line(doubt)}" for doubt in one.against)
        yield from block(_name(one), specs[one.column], indent)
    for one in proposals:
        if not one.active:
            yield from _unsure(one, specs[one.column], indent)


def _name(one: Proposal) -> str:
    return one.path.rpartition(".")[2]


def _spec(one: Proposal, guess: Guess, folder: Path) -> Any:
    """The mapping of a field, short where it is a column alone."""
    keys = dict(one.keys)
    if "root" in keys:
        keys["root"] = _relative(keys["root"], folder)
    others = {
        other.variant: other.column
        for other in guess.proposals
        if other.variant and other.active and other.path == one.path
    }
    if others:
        keys["translations"] = others
    if "expr" in keys:
        return keys
    return {"column": one.column, **keys} if keys else one.column


def _unsure(one: Proposal, spec: Any, indent: str) -> Iterator[str]:
    """A mapping that may be wrong, as a comment with the reasons."""
    reasons = [*one.against, f"known by: {one.how}"]
    if one.runner_up:
        reasons.append(f"second: {one.runner_up}")
    yield f"{indent}# Unsure ({one.sure:.0%}): {_line('; '.join(reasons))}. Values: {_examples(one)}"
    if one.variant:
        yield f"{indent}#   translations of {_name(one)}: {inline({one.variant: one.column})}"
    else:
        yield from (f"{indent}# {line}" for line in block(_name(one), spec, ""))


def _line_fields(guess: Guess, specs: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a record, by their field."""
    heads = list(dict.fromkeys(one.path.partition(".")[0] for one in guess.mapped if "." in one.path))
    if heads:
        yield "lines:"
    for head in heads:
        own = [one for one in guess.proposals if one.path.startswith(f"{head}.")]
        yield f"  {head}:"
        if names := guess.line_keys.get(head):
            yield f"    key: {names[0] if len(names) == 1 else inline(list(names))}"
        yield "    fields:"
        yield from _fields(own, guess, specs, "      ")


def _left_out(guess: Guess, specs: Mapping[str, Any]) -> Iterator[str]:
    """The rest: columns without a field, lines that are unsure as a whole, fields that Odoo demands."""
    heads = {one.path.partition(".")[0] for one in guess.mapped if "." in one.path}
    for one in guess.unsure:
        head, dot, _ = one.path.partition(".")
        if dot and head not in heads:
            yield f"# Unsure ({one.sure:.0%}): lines, {head}: {inline({_name(one): specs[one.column]})}"
    columns = [one for one in guess.unmapped if f"{{{one.column}}}" not in guess.external_id]
    if columns:
        yield "# Columns that no field was found for:"
        yield from (f"#   {_line(one.column)}: {_examples(one) or 'empty'}" for one in columns)
    if guess.lacking:
        yield f"# New records need these fields, too, which no column is for: {', '.join(guess.lacking)}"


def _examples(one: Proposal) -> str:
    return " | ".join(_line(text)[:_EXAMPLE] for text in one.examples)


def _line(text: str) -> str:
    """Text of others on one line."""
    return " ".join(printable(text).split())
