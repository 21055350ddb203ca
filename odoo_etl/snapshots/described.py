"""Snapshots in place of a server: they answer what is asked of models, and know nothing of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.planning import Fields, ServerModels, models_of, next_models
from odoo_etl.snapshots.snapshot import Snapshot
from odoo_etl.spec import Job


class SnapshotModels:
    """The models that snapshots describe.

    Args:
        snapshots: by model.
    """

    def __init__(self, snapshots: Mapping[str, Snapshot]) -> None:
        self._snapshots = snapshots

    def fields_get(
        self,
        model: str,
        fields: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """The fields of a model, as a server would describe them.

        Raises:
            AccessRefused: there is no snapshot of it.
        """
        if model not in self._snapshots:
            raise AccessRefused(f"there is no snapshot of {model}")
        snapshot, language = self._snapshots[model], (context or {}).get("lang", "")
        wanted = snapshot.fields if fields is None else [name for name in fields if name in snapshot.fields]
        described = {name: snapshot.described(name, language) for name in wanted}
        return {
            name: {one: value for one, value in raw.items() if attributes is None or one in attributes}
            for name, raw in described.items()
        }

    def server_models(self, jobs: Iterable[Job]) -> ServerModels:
        """Every model that the jobs name or lead to, as far as it is known."""
        jobs = list(jobs)
        fields: dict[str, Fields | None] = {}
        waiting = models_of(jobs)
        while waiting:
            fields.update({model: self._fields(model) for model in waiting})
            waiting = next_models(jobs, fields)
        known = [self._snapshots[model] for model, found in fields.items() if found is not None]
        return ServerModels(
            fields,
            defaults={one.model: one.given for one in known},
            major=max((one.major for one in known), default=0),
            unknown=frozenset(model for model, found in fields.items() if found is None),
        )

    def _fields(self, model: str) -> Fields | None:
        return self._snapshots[model].fields if model in self._snapshots else None
