"""`load`: rows of texts, as from a spreadsheet; all of them or none, every bad row named (Odoo 19's `Model.load`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox import writing
from odoo_etl.sandbox.constraints import Violation, absent
from odoo_etl.sandbox.conversions import Converter, Unconvertible, external_ids
from odoo_etl.sandbox.errors import UserError
from odoo_etl.sandbox.schema import RELATIONAL, X2MANY

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

IMPORT_MODULE = "__import__"
Info = dict[str, Any]
TOO_MANY = (
    "Found more than 10 errors and more than one error per 10 records, interrupted to avoid showing too many errors."
)


@dataclass(frozen=True)
class Entry:
    """One converted row: what it says, and which record it means."""

    xmlid: str
    record: int
    vals: dict[str, Any]
    info: Info


@dataclass
class Load:
    """One call of `load` under way."""

    env: Env
    model: Model
    module: str
    batch: list[Entry] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    messages: list[Info] = field(default_factory=list)

    def flush_for(self, xmlid: str) -> None:
        """Write the rows so far if one of them has that external id; an empty one stands for any."""
        if not xmlid or any(entry.xmlid == xmlid for entry in self.batch):
            self.flush()

    def flush(self) -> None:
        """Write the rows collected so far: together if that works, else one by one to name the bad ones."""
        entries, self.batch = self.batch, []
        if not entries:
            return
        try:
            with self.env.connection.begin_nested():
                self.ids += self._save(entries)
        except (UserError, ValueError, TypeError) as error:
            self._one_by_one(entries, error)

    def _one_by_one(self, entries: list[Entry], first: Exception) -> None:
        together = None
        if isinstance(first, UserError) and not isinstance(first, Violation):
            together = {**entries[0].info, "type": "error", "message": str(first)}
        errors = 0
        for position, entry in enumerate(entries, start=1):
            try:
                with self.env.connection.begin_nested():
                    self.ids += self._save([entry])
            except (UserError, ValueError, TypeError) as error:
                self.messages.append({**entry.info, **_problem(error)})
                errors += 1
            if errors >= 10 and errors >= position / 10:
                self.messages.append({"type": "warning", "message": TOO_MANY})
                break
        if errors and together and together not in self.messages:
            self.messages.insert(0, together)

    def _save(self, entries: list[Entry]) -> list[int]:
        """Create or update the rows' records; ids in the order of the rows."""
        known = external_ids(self.env, self.model, {entry.xmlid for entry in entries if entry.xmlid})
        targets = [entry.record or known.get(entry.xmlid, 0) for entry in entries]
        new = [entry for entry, target in zip(entries, targets, strict=True) if not target]
        changes = [((target,), entry.vals) for entry, target in zip(entries, targets, strict=True) if target]
        writing.write(self.env, self.model, changes)
        created = iter(writing.create(self.env, self.model, [entry.vals for entry in new]))
        ids = [target or next(created) for target in targets]
        self._name([(entry.xmlid, ids[i]) for i, entry in enumerate(entries) if entry.xmlid and not targets[i]])
        return ids

    def _name(self, pairs: list[tuple[str, int]]) -> None:
        """Give new records their external ids; an id whose record is gone is taken over."""
        data = self.env.model("ir.model.data")
        known = self.env.table(data)
        split = [(*xmlid.partition(".")[::2], record) for xmlid, record in pairs]
        own = [{"_module": module, "_name": name} for module, name, _ in split]
        taken = (known.c.module == sa.bindparam("_module"), known.c.name == sa.bindparam("_name"))
        if own:
            self.env.execute(known.delete().where(*taken), own)
        rows = [{"module": m, "name": n, "model": self.model.name, "res_id": record} for m, n, record in split]
        writing.create(self.env, data, rows)


def _problem(error: Exception) -> Info:
    """The message of a refused row."""
    if isinstance(error, Violation):
        return {"type": "error", "message": error.bare, **({"field": error.column} if error.column else {})}
    if isinstance(error, UserError):
        return {"type": "error", "message": str(error)}
    return {
        "type": "error",
        "message": f"Unknown error during import: {type(error)}: {error}",
        "moreinfo": "Resolve other errors first",
    }


def load(env: Env, model: Model, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Create or update a record per row.

    Args:
        env: the call's environment.
        model: the model to load into.
        fields: column names: a field, `id` (external id), `.id` (database id), or for relational fields
            `field/id` and `field/.id`.
        data: the rows; every cell is a text.

    Returns:
        `{"ids": [...], "messages": [...], "nextrow": 0}`; ids is False and nothing was written if any message is an
        error.

    Raises:
        ValueError: a column names no field.
        UserError: a column leads into a one2many; the sandbox does not load those.
    """
    paths = [name.split("/") for name in fields]
    _check_columns(model, paths)
    run = Load(env, model, env.context.get("module", IMPORT_MODULE))
    converter = Converter(env, run.module, run.flush_for)
    savepoint = env.connection.begin_nested()
    for position, row in enumerate(data):
        entry = _entry(run, converter, paths, row, position)  # may flush the rows before it
        run.batch.append(entry)
    run.flush()
    failed = any(message["type"] == "error" for message in run.messages)
    if failed:
        savepoint.rollback()
    else:
        savepoint.commit()
    return {"ids": False if failed else run.ids, "messages": run.messages, "nextrow": 0}


def _check_columns(model: Model, paths: list[list[str]]) -> None:
    for head, *rest in paths:
        if head == ".id":
            continue
        if head not in model.fields:
            raise ValueError(f"Invalid field name {head!r}")
        target = model.fields[head]
        if target.type == "one2many" or (rest and rest not in (["id"], [".id"])):
            raise UserError(f"The sandbox does not load the column {'/'.join([head, *rest])!r}")
        if rest and target.type not in RELATIONAL:
            raise ValueError(f"Invalid field name {'/'.join([head, *rest])!r}")


def _entry(run: Load, converter: Converter, paths: list[list[str]], row: Sequence[Any], position: int) -> Entry:
    """Convert a row; what does not convert becomes a message and is left out."""
    info: Info = {"rows": {"from": position, "to": position}, "record": position}
    cells: dict[str, Any] = {}
    for (head, *rest), cell in zip(paths, row, strict=False):
        relational = head in run.model.fields and run.model.fields[head].type in RELATIONAL
        if relational:
            cells.setdefault(head, {})["".join(rest)] = cell
        else:
            cells[head] = cell
    xmlid, record = cells.pop("id", "") or "", _database_id(run, cells.pop(".id", ""), info)
    vals = {}
    for name, cell in sorted(cells.items(), key=lambda item: isinstance(item[1], dict)):
        target = run.model.fields[name]
        try:
            vals[name] = converter.convert(target, cell)
            if vals[name] is False and target.type in X2MANY:
                del vals[name]
        except Unconvertible as error:
            run.messages.append({**info, "type": "error", "field": name, "message": str(error), **error.more})
        run.messages += [{**info, "type": "warning", "field": name, "message": text} for text in converter.warnings]
        converter.warnings.clear()
    full = xmlid if not xmlid or "." in xmlid else f"{run.module}.{xmlid}"
    return Entry(full, 0 if full else record, vals, info)


def _database_id(run: Load, cell: Any, info: Info) -> int:
    if not cell:
        return 0
    record = int(cell)
    if absent(run.env, run.model, {record}):
        text = f"Unknown database identifier '{record}'"
        run.messages.append({**info, "type": "error", "field": ".id", "message": text})
        return 0
    return record
