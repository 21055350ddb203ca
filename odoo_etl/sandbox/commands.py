"""The x2many commands: 0 create, 1 update, 2 delete, 3 unlink, 4 link, 5 clear, 6 set (`odoo/orm/commands.py`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.constraints import absent
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.reading import missing_error

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model

CREATE, UPDATE, DELETE, UNLINK, LINK, CLEAR, SET = range(7)
Command = tuple[int, int, Any]


@dataclass(frozen=True, slots=True)
class Actions:
    """The effects that writing one record may have on others."""

    create: Callable[[Env, Model, Sequence[Mapping[str, Any]]], list[int]]
    write: Callable[[Env, Model, Sequence[tuple[Sequence[int], Mapping[str, Any]]]], None]
    unlink: Callable[[Env, Model, Collection[int]], None]


def parse_commands(field: Field, value: Any) -> list[Command]:
    """The commands of a value; a plain list of ids means "set", an empty value "clear".

    Raises:
        ValueError: the value is neither commands nor ids.
    """
    if not value:
        return [(CLEAR, 0, 0)]
    if not isinstance(value, list | tuple):
        raise ValueError(f"Wrong value for {field}: {value}")  # noqa: TRY004 - the class that Odoo raises
    if all(type(item) is int for item in value):
        return [(SET, 0, list(value))]
    if not all(isinstance(item, list | tuple) and item for item in value):
        raise ValueError(f"Wrong value for {field}: {value}")
    padded = [(*item, 0, 0)[:3] for item in value]
    return [(code, target, payload) for code, target, payload in padded]


def apply_commands(env: Env, field: Field, changes: Iterable[tuple[Sequence[int], Any]], actions: Actions) -> None:
    """Carry out the commands that each change `(ids, value)` gives for an x2many field.

    Raises:
        ValueError: a value is no list of commands.
        ValidationError: a command names a record that does not exist.
    """
    comodel = env.model(field.relation)
    links = _Many2many(env, field) if field.link else _One2many(env, comodel, field, actions)
    for ids, value in changes:
        for code, target, payload in parse_commands(field, value):
            if code == CREATE:
                links.create(ids, payload, actions, comodel)
            elif code == UPDATE:
                actions.write(env, comodel, [((target,), payload)])
            elif code == DELETE:
                actions.unlink(env, comodel, [target])
            elif code == UNLINK:
                links.remove(ids, [target])
            elif code == LINK:
                links.add(ids, [target])
            elif code in (CLEAR, SET):
                links.replace(ids, list(payload) if code == SET else [])


class _Many2many:
    """The pairs in the relation's own table."""

    def __init__(self, env: Env, field: Field) -> None:
        name, own, other = field.link or ("", "", "")
        self.env, self.field, self.table = env, field, env.db.links[name]
        self.own, self.other = self.table.c[own], self.table.c[other]

    def create(self, ids: Sequence[int], vals: Mapping[str, Any], actions: Actions, comodel: Model) -> None:
        """One new record, linked to all of `ids`."""
        self.add(ids, actions.create(self.env, comodel, [vals]))

    def add(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Link; what is linked already stays so."""
        self._check(targets)
        rows = [{self.own.name: own, self.other.name: other} for own in ids for other in targets]
        if rows:
            self.env.execute(self.table.insert().prefix_with("OR IGNORE"), rows)

    def remove(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Unlink."""
        self.env.execute(self.table.delete().where(among(self.own, ids), among(self.other, targets)))

    def replace(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Link exactly these."""
        self.env.execute(self.table.delete().where(among(self.own, ids)))
        self.add(ids, targets)

    def _check(self, targets: Sequence[int]) -> None:
        comodel = self.env.model(self.field.relation)
        if targets and (missing := absent(self.env, comodel, targets)):
            raise missing_error(self.env, comodel, missing)


class _One2many:
    """Records of the comodel whose inverse many2one points here."""

    def __init__(self, env: Env, comodel: Model, field: Field, actions: Actions) -> None:
        self.env, self.comodel, self.actions = env, comodel, actions
        self.inverse = comodel.field(field.inverse)

    def create(self, ids: Sequence[int], vals: Mapping[str, Any], actions: Actions, comodel: Model) -> None:
        """One new record for each of `ids`."""
        actions.create(self.env, comodel, [{**vals, self.inverse.name: record} for record in ids])

    def add(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Let the targets point to the (last) record."""
        if ids and targets:
            self.actions.write(self.env, self.comodel, [(targets, {self.inverse.name: ids[-1]})])

    def remove(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Let go of the targets; they are deleted where they cannot live alone."""
        held = [target for target in targets if target in self._held(ids)]
        if self.inverse.on_delete == "cascade":
            self.actions.unlink(self.env, self.comodel, held)
        elif held:
            self.actions.write(self.env, self.comodel, [(held, {self.inverse.name: False})])

    def replace(self, ids: Sequence[int], targets: Sequence[int]) -> None:
        """Hold exactly these."""
        self.remove(ids, sorted(self._held(ids) - set(targets)))
        self.add(ids, targets)

    def _held(self, ids: Sequence[int]) -> set[int]:
        table = self.env.table(self.comodel)
        found = sa.select(table.c.id).where(among(table.c[self.inverse.name], ids))
        return set(self.env.execute(found).scalars())
