"""The world in which a job is tested: a sandbox that has the records of the test, and the models of the snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import Problem, SpecError
from odoo_etl.fieldtypes import ATTRIBUTES, TargetField
from odoo_etl.odoo import OdooClient
from odoo_etl.planning import Fields, models_of, next_models
from odoo_etl.sandbox import BadRow, Sandbox, World
from odoo_etl.snapshots import Snapshot, SnapshotModels
from odoo_etl.spec import JobTest

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
_PULL: Final = "`odoo-etl schema pull {}` keeps what your Odoo says of it"


class OfflineClient(OdooClient):
    """A client of a sandbox which knows from snapshots what the user's own server says of fields."""

    snapshots: Mapping[str, Snapshot] = {}
    kept: Mapping[str, frozenset[str]] = {}  # the fields that the sandbox holds, by model

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """The fields of the model that the sandbox holds: as a snapshot describes them, else as the sandbox does."""
        if model in self.snapshots:
            found = SnapshotModels(self.snapshots).fields_get(model, fields, attributes, context=context)
            return {name: raw for name, raw in found.items() if name in self.kept[model]}
        return super().fields_get(model, fields, attributes, context=context)

    def target_fields(self, model: str) -> dict[str, TargetField]:
        """All fields of the model."""
        found = self.fields_get(model, attributes=ATTRIBUTES)
        return {name: TargetField.of(name, raw) for name, raw in found.items()}


@contextmanager
def world_of(test: JobTest, tables: Tables, schema: Path, snapshots: Mapping[str, Snapshot]) -> Iterator[OfflineClient]:
    """A client of the world of a test.

    Args:
        tables: the records that are there, each with its id.

    Raises:
        SpecError: a model or field is known from nowhere, or a record of the test cannot be one.
    """
    try:
        sandbox = Sandbox(world=World(schema, tables)).start()
    except BadRow as error:
        raise SpecError([_bad_row(test, error)]) from error
    except OSError as error:
        raise SpecError([test.problem((), str(error))]) from error
    try:
        with OfflineClient(sandbox.url, sandbox.db, user=sandbox.user, api_key=sandbox.api_key) as client:
            client.snapshots = snapshots
            client.kept = {name: frozenset(model.fields) for name, model in sandbox.pulled.catalog.items()}
            if problems := [*_unknown_models(test, client, sandbox), *_unkept_fields(test, client, sandbox)]:
                raise SpecError(problems)
            yield client
    finally:
        sandbox.stop()


def numbered(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """The records with an id each; those that the test gives none get the lowest ones that are free."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model, rows in tables.items():
        taken = {row.get("id") for row in rows}
        free = (number for number in count(1) if number not in taken)
        found[model] = [{**row, "id": row["id"] if row.get("id") else next(free)} for row in rows]
    return found


def _bad_row(test: JobTest, error: BadRow) -> Problem:
    if not error.name:
        return test.problem(("lookups", error.model), *_unknown(error.model))
    return test.problem(("lookups", error.model, error.number, error.name), str(error))


def _unknown(model: str) -> tuple[str, str]:
    return f"{model} is neither a model of the sandbox nor is there a snapshot of it", _PULL.format(model)


def _unknown_models(test: JobTest, client: OfflineClient, sandbox: Sandbox) -> Iterator[Problem]:
    """The models that the job needs and nothing describes."""
    fields: dict[str, Fields | None] = {}
    waiting = models_of([test.job])
    while waiting:
        known = waiting & sandbox.pulled.catalog.keys()
        fields.update(dict.fromkeys(waiting - known))
        fields.update({model: client.fields_get(model) for model in known})
        waiting = next_models([test.job], fields)
    for model in sorted(name for name, one in fields.items() if one is None):
        at = ("target", "model") if model == test.job.spec.target.model else ("fields",)
        yield test.job.problem(at, *_unknown(model))


def _unkept_fields(test: JobTest, client: OfflineClient, sandbox: Sandbox) -> Iterator[Problem]:
    """The fields that the sandbox cannot hold, though a snapshot describes them."""
    model = test.job.spec.target.model
    if model not in client.snapshots:
        return
    described = client.snapshots[model].fields
    for name in test.job.spec.fields:
        if name in described and name not in client.kept.get(model, ()):
            raw = described[name]
            relation = raw.get("relation") or ""
            is_known = not relation or relation in sandbox.pulled.catalog
            why = (f"the sandbox keeps no fields like this {raw['type']} field", "") if is_known else _unknown(relation)
            yield test.job.problem(("fields", name), f"a test cannot tell of `{name}`: {why[0]}", why[1])
