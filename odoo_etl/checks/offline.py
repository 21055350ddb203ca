"""Holds jobs against the snapshots of their models: as `online` does, without a server, and as far as these go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odoo_etl.checks.first_rows import check_first_rows, first_cells
from odoo_etl.checks.rehearsal import rehearse_offline
from odoo_etl.checks.sources import check_sources
from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import TargetField
from odoo_etl.planning import ServerModels, check_filled, check_job, check_warnings, unmapped_in_lookups
from odoo_etl.snapshots import Snapshot, SnapshotModels, read_snapshots
from odoo_etl.spec import Job, Project
from odoo_etl.sync.existing import Schema, undivided_misfits


@dataclass(frozen=True, slots=True)
class OfflineReport:
    """Problems of the jobs, warnings, and the snapshots that tell of their models."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    note: str = ""


def check_offline(project: Project, jobs: Sequence[Job]) -> OfflineReport:
    """Check every job against the snapshots; where there are none, only the first rows of files speak.

    Raises:
        SpecError: a file of the folder is no snapshot.
    """
    snapshots = read_snapshots(project.schema_dir)
    read = {job.name: check_sources(job, project) for job in jobs}
    faults = [problem for one in read.values() for problem in one.problems]
    seen = [warning for one in read.values() for warning in one.warnings]
    for job in (job for job in jobs if not read[job.name].problems):
        seen += rehearse_offline(job, snapshots)
    if not snapshots:
        return OfflineReport(tuple(faults), tuple(seen))
    models = SnapshotModels(snapshots)
    server = models.server_models(jobs)
    known = [job for job in jobs if server.fields[job.spec.target.model] is not None]
    problems = [*faults, *(problem for job in jobs for problem in _problems(job, server, models))]
    warnings = [warning for job in known for warning in _warnings(job, server)]
    return OfflineReport(tuple(problems), (*warnings, *(() if problems else seen)), _note(server, snapshots))


def _problems(job: Job, server: ServerModels, models: SnapshotModels) -> list[Problem]:
    found = [*check_job(job, server), *_undivided(job, server, models)]
    return found or list(unmapped_in_lookups(job, server))


def _undivided(job: Job, server: ServerModels, models: SnapshotModels) -> list[Problem]:
    """Fields with values by company whose one value is for all."""
    fields = server.fields[job.spec.target.model] or {}
    known = {name: TargetField.of(name, fields[name]) for name in job.spec.fields if name in fields}
    found = undivided_misfits(job.spec, Schema(models, {}), known)
    return [job.problem(one.at, one.message, one.hint) for one in found]


def _warnings(job: Job, server: ServerModels) -> list[Problem]:
    fields = server.fields[job.spec.target.model] or {}
    warnings = [*check_warnings(job, fields), *check_filled(job, server)]
    return [*warnings, *check_first_rows(job, fields, first_cells(job))]


def _note(server: ServerModels, snapshots: Mapping[str, Snapshot]) -> str:
    """The models that were held against their snapshots, by the version of their server."""
    named = sorted(server.fields.keys() - {"ir.model.data"})
    known = [model for model in named if model in snapshots]
    versions = ", ".join(sorted({f"Odoo {snapshots[model].server}" for model in known}))
    found = f"fields of {', '.join(known)} are checked against schema/ ({versions})" if known else ""
    rest = [model for model in named if model not in snapshots]
    lacking = f"there is no snapshot of {', '.join(rest)}" if rest else ""
    return "; ".join(filter(None, (found, lacking)))
