"""`odoo-etl export`: records of Odoo to a file or a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._completion import jobs
from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._run import signals_raise
from odoo_etl.cli._streams import complain, say
from odoo_etl.cli._voice import voice
from odoo_etl.errors import Interrupted, OdooEtlError, UsageError
from odoo_etl.stop import Stop

if TYPE_CHECKING:
    from odoo_etl.exporting import ExportOptions
    from odoo_etl.exports import ExportResult


class Relations(StrEnum):
    """How records of other models are named."""

    KEYS = "keys"
    EXTERNAL_IDS = "external-ids"
    IDS = "ids"


class FileFormat(StrEnum):
    """Formats of files."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PARQUET = "parquet"


def export(
    what: Annotated[str, typer.Argument(metavar="JOB|MODEL", autocompletion=jobs, help="For example res.partner.")],
    *,
    fields: Annotated[
        str,
        typer.Option(
            metavar="PATH[,PATH]",
            show_default=False,
            help="Of a model: fields, or paths such as country_id.code; default: all that a job could write.",
        ),
    ] = "",
    domain: Annotated[
        str, typer.Option(metavar="DOMAIN", show_default=False, help="Which records: [['active', '=', true]].")
    ] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Archived records, too.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="RECORDS", show_default=False, help="So many records at most.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help="The file.")] = None,
    format_: Annotated[
        FileFormat | None, typer.Option("--format", show_default=False, help="Default: that of the file's suffix.")
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="URL", show_default=False, help="A SQL database: sqlite:///shop.db, postgresql://...")
    ] = "",
    table: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="The table in that database.")] = "",
    key: Annotated[
        str,
        typer.Option(
            metavar="COLUMN[,COLUMN]",
            show_default=False,
            help="By which rows of the table are updated, or the job of --job finds records.",
        ),
    ] = "",
    relations: Annotated[
        Relations, typer.Option(help="Records of other models by what people know them, external ids or ids.")
    ] = Relations.KEYS,
    delimiter: Annotated[
        str,
        typer.Option(metavar="CHAR", show_default=False, help="Of a CSV file; default: as the job says, or a comma."),
    ] = "",
    encoding: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="Of a CSV file: utf-8-sig is for Excel.")
    ] = "",
    safe: Annotated[
        bool, typer.Option("--safe", help="An apostrophe before what a spreadsheet would calculate, in a CSV file.")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(metavar="DIR", show_default=False, help="Contents of files and images go there; cells name them."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an export that was broken off.")] = False,
    job: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Write the job that loads the file back, too."),
    ] = None,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Export records of Odoo to a file or a table.

    CSV, Excel, JSON Lines, Parquet or SQL. Odoo is only read. The file appears when it is whole.
    """
    from odoo_etl.exporting import ExportOptions

    options = ExportOptions(
        fields=_split(fields),
        domain=_domain(domain),
        archived=archived,
        limit=limit,
        out=out,
        format=format_ or "",
        url=to,
        table=table,
        key=_split(key),
        relations=relations.value,
        delimiter={r"\t": "\t"}.get(delimiter, delimiter),
        encoding=encoding,
        safe=safe,
        files=files,
        force=force,
        resume=resume,
        job=job,
    )
    result = _carried_out(project, what, options)
    if json_:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
    elif not voice().quiet:
        from odoo_etl.reporting.exported import exported_lines

        for line in exported_lines(result):
            say(line)


def _carried_out(project: Path | None, what: str, options: ExportOptions) -> ExportResult:
    """The result of the export, whose progress a person sees; what ends it says how to go on."""
    from odoo_etl.reporting.live import display
    from odoo_etl.runs import export as export_records

    stop = Stop()
    with (
        closing(display(objects=voice().objects, quiet=voice().quiet, planned=False)) as shown,
        signals_raise(stop, [shown.stop]),
    ):
        try:
            with stop.heeded():
                return export_records(replace(workspace(project), observer=shown, stop=stop), what, options)
        except UsageError:
            raise
        except (Interrupted, OdooEtlError) as error:
            shown.close()
            what = "interrupted" if isinstance(error, Interrupted) else f"error: {error}"
            complain("; ".join([what, *getattr(error, "__notes__", ())]))
            raise typer.Exit(error.exit_code) from None


def _split(names: str) -> Sequence[str]:
    return [one.strip() for one in names.split(",") if one.strip()]


def _domain(text: str) -> list[object]:
    """A domain as Python, JSON or YAML write it. Raises UsageError."""
    import ast

    import yaml

    if not text.strip():
        return []
    for read, faults in ((ast.literal_eval, (ValueError, SyntaxError)), (yaml.safe_load, (yaml.YAMLError,))):
        with suppress(*faults):
            if isinstance(found := read(text), list):
                return [list(one) if isinstance(one, tuple) else one for one in found]
    raise UsageError(f"--domain {text} is no domain: write it like [['active', '=', true]]")
