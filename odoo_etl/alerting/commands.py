"""Commands that a person who was alerted can give next."""

from __future__ import annotations

import shlex

from odoo_etl.spec import Project


def command(project: Project, verb: str, *words: str) -> str:
    """A command as it is typed in the folder of the project, in the environment that it is about."""
    where = [f"--env={project.environment}"] if project.environment else []
    return f"odoo-etl {verb} {shlex.join([*where, *words])}".rstrip()
