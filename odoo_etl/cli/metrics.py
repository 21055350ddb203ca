"""`odoo-etl metrics`: the measures of the project as Prometheus reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from odoo_etl.cli._project import ProjectOption, workspace
from odoo_etl.cli._streams import say


def metrics(
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", show_default=False, help="Write them there, in one step, instead of printing them."
        ),
    ] = None,
    project: ProjectOption = None,
) -> None:
    """Print the measures of jobs and runs, for Prometheus.

    They are made from the ledger and the folders of runs; Odoo is not asked. `metrics: {file: ...}` in project.yaml
    writes the same at the end of each run, and `odoo-etl serve` answers with them at /metrics.
    """
    from odoo_etl.errors import UsageError
    from odoo_etl.measuring import exposition, write_text_file
    from odoo_etl.runs import measures

    text, _ = exposition(measures(workspace(project)))
    if out is None:
        say(text.decode("utf-8").rstrip("\n"))
        return
    try:
        write_text_file(out, text)
    except OSError as error:
        raise UsageError(f"--out {out}: it cannot be written: {error.strerror or error}") from error
