"""The records of a model and those that they lead to, as they are read, and how a column is taken out of them.

country_id.code, country_id.name, category_id.name        one branch of the root for each relation

         root ── name, ref
           ├── country_id ── code, name                    read once for all records of a page
           └── category_id ── name
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.fieldtypes import TargetField, id_of_answered
from odoo_etl.sources.odoo.fields import EXTERNAL_ID, Models, Place

DATAS = ("ir.attachment", "datas")  # the model and field of a content whose checksum stands beside it

Record = dict[str, Any]
Records = Mapping[int, Record]


@dataclass(slots=True)
class Branch:
    """The fields to read of the records of one model.

    Attributes:
        relation: the field that leads to them from those above.
        domain: which of them are read.
        names: fields, in the order of the job.
        contents: fields that hold contents, which are read by their checksums; whether Odoo keeps these.
        below: what is read of the records that these lead to, by relation; that of lines has a key of its own.
        has_external_ids: the external ids of the records are read as well.
    """

    model: str
    relation: str = ""
    domain: Sequence[Any] = ()
    names: dict[str, None] = field(default_factory=dict)
    contents: dict[str, bool] = field(default_factory=dict)
    below: dict[str, Branch] = field(default_factory=dict)
    has_external_ids: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """The records of one branch that a page needs, by id; deleted ones are absent.

    Attributes:
        below: relation to its records.
    """

    records: Records
    below: Mapping[str, Fetched]


Cells = Callable[[Sequence[Record | None], Fetched], list[Any]]  # the cells of a column, a record each


@dataclass(frozen=True, slots=True)
class Wanted:
    """A path as a column has it.

    Attributes:
        path: `country_id.code`.
        at: where the job names it.
        labels: the language in which a selection is read by its labels; "" for its values.
    """

    path: str
    at: Place
    labels: str = ""

    @property
    def rest(self) -> Wanted:
        """The path behind its first field."""
        return replace(self, path=self.path.partition(".")[2])


def cells_of(wanted: Wanted, branch: Branch, models: Models) -> Cells:
    """Have a path read with a branch of its model; gives the function that takes its cells out of what was fetched.

    Raises:
        SourceError: it leads nowhere.
    """
    name, dot, _ = wanted.path.partition(".")
    at = wanted.at
    if name == EXTERNAL_ID and not dot and not models.has(branch.model, name, at):
        branch.has_external_ids = True
        return lambda records, _: [record and record.get(EXTERNAL_ID) for record in records]
    known = models.field(branch.model, name, at)
    if known.type.is_file:
        branch.contents[name] = known.attached or (branch.model, name) == DATAS
    else:
        branch.names[name] = None
    if not dot:
        return _labelled(known, branch.model, models, wanted) if wanted.labels else _leaf(known)
    if not known.type.has_model:
        raise SourceError(
            f"`{wanted.path}`: `{name}` of {branch.model} is {known.described}, over which no path goes on: only over"
            " many2one, many2many and one2many fields",
            at,
        )
    inner = branch.below.setdefault(name, Branch(known.relation, name))
    cells = cells_of(wanted.rest, inner, models)
    return _over_many(name, cells) if known.type.is_many else _over_one(name, cells)


def _leaf(known: TargetField) -> Cells:
    """The values of a field."""
    name, typed = known.name, known.type.typed
    return lambda records, _: [None if record is None else typed(record[name]) for record in records]


def _labelled(known: TargetField, model: str, models: Models, wanted: Wanted) -> Cells:
    """The labels of a selection; a value that the field does not offer any more stands for itself."""
    if not known.type.has_choices:
        raise SourceError(f"`{known.name}` of {model} is {known.described}, which has no labels", wanted.at)
    name, labels = known.name, models.labels(model, known.name, wanted.labels)
    return lambda records, _: [
        None if record is None or record[name] is False else labels.get(record[name], record[name])
        for record in records
    ]


def _over_one(name: str, cells: Cells) -> Cells:
    """The cells of the record that each record has in a many2one field."""

    def over(records: Sequence[Record | None], fetched: Fetched) -> list[Any]:
        below = fetched.below[name]
        get = below.records.get
        return cells([None if record is None else get(id_of_answered(record[name])) for record in records], below)

    return over


def _over_many(name: str, cells: Cells) -> Cells:
    """The cells of the records that each record has in an x2many field: a list each, be they reached by one or many."""

    def over(records: Sequence[Record | None], fetched: Fetched) -> list[Any]:
        below = fetched.below[name]
        lists = []
        for record in records:
            ids = record[name] or () if record is not None else ()
            found = cells([below.records[one] for one in ids if one in below.records], below)
            lists.append(_flat(found) or None)
        return lists

    return over


def _flat(cells: Sequence[Any]) -> list[Any]:
    """Lists in a list as one."""
    return [one for cell in cells for one in (cell if isinstance(cell, list) else [cell])]
