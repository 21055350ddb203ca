"""The program's edge: registers the verbs, prints what went wrong and picks the exit code.

Each verb is one file beside this one. A verb parses, calls and prints its result; every error it lets through ends
here. Verbs import their heavy parts inside their function, so that `--help` answers at once.
"""

from __future__ import annotations

import sys

import click
import typer

from odoo_etl.errors import OdooEtlError

app = typer.Typer(
    name="odoo-etl",
    help="Keep Odoo in step with tabular data, declaratively.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line and exit with the code of the contract (see `errors`)."""
    try:
        code = app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        code = 130
    except OdooEtlError as error:
        sys.stderr.write(f"error: {error}\n")
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)
