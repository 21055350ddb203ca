"""The program's edge: registers the verbs, prints what went wrong and picks the exit code.

Each verb is one file beside this one. A verb parses, calls and prints its result; every error it lets through ends
here. Verbs import their heavy parts inside their function, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from typing import Annotated

import typer

from odoo_etl.cli._choice import ConnectionOption, EnvOption, VarOption, Verbs, choose
from odoo_etl.cli._help import InSections
from odoo_etl.cli._log import LogLevel, in_front, set_up, wants_objects
from odoo_etl.cli._streams import check_streams, complain, drop_unsaid, without_middle, write_objects
from odoo_etl.cli._voice import LogFormat, speak
from odoo_etl.cli.alerts import alerts
from odoo_etl.cli.apply import apply
from odoo_etl.cli.approve import approve
from odoo_etl.cli.call import call
from odoo_etl.cli.demo import demo
from odoo_etl.cli.docs import docs
from odoo_etl.cli.doctor import doctor
from odoo_etl.cli.explain import explain
from odoo_etl.cli.export import export
from odoo_etl.cli.guess import guess
from odoo_etl.cli.history import history
from odoo_etl.cli.init import init
from odoo_etl.cli.inspect import inspect
from odoo_etl.cli.key import key
from odoo_etl.cli.mcp import mcp
from odoo_etl.cli.metrics import metrics
from odoo_etl.cli.plan import plan
from odoo_etl.cli.preview import preview
from odoo_etl.cli.purge import purge
from odoo_etl.cli.reconcile import reconcile
from odoo_etl.cli.resume import resume
from odoo_etl.cli.retry import retry
from odoo_etl.cli.run import run
from odoo_etl.cli.sandbox import sandbox
from odoo_etl.cli.schedule import schedule
from odoo_etl.cli.schema import schema
from odoo_etl.cli.serve import serve
from odoo_etl.cli.show import show
from odoo_etl.cli.test import run_unit_tests
from odoo_etl.cli.undo import undo
from odoo_etl.cli.upgrade import upgrade
from odoo_etl.cli.validate import validate
from odoo_etl.errors import Interrupted, OdooEtlError, UsageError
from odoo_etl.gc_pauses import seldom_collected
from odoo_etl.text import redacted, secrets_in_use

# The sections of `--help`; within them, verbs stand as they are registered below.
BEGIN, LOOK, RUN, AFTERWARDS, TOOLS = "Begin", "Look before you run", "Run", "Afterwards", "Tools"
SERVE = "Every night"

app = Verbs(
    name="odoo-etl",
    cls=InSections,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(rich_help_panel=BEGIN)(demo)
app.command(rich_help_panel=BEGIN)(init)
app.command(rich_help_panel=BEGIN)(guess)
app.command(rich_help_panel=BEGIN)(doctor)
app.command(rich_help_panel=BEGIN)(inspect)
app.command(rich_help_panel=LOOK)(validate)
app.command("test", rich_help_panel=LOOK)(run_unit_tests)
app.command(rich_help_panel=LOOK)(preview)
app.command(rich_help_panel=LOOK)(plan)
app.command(rich_help_panel=RUN)(run)
app.command(rich_help_panel=RUN)(approve)
app.command(rich_help_panel=RUN)(apply)
app.command(rich_help_panel=RUN)(resume)
app.command(rich_help_panel=RUN)(retry)
app.command(rich_help_panel=RUN)(undo)
app.command(rich_help_panel=AFTERWARDS)(history)
app.command(rich_help_panel=AFTERWARDS)(show)
app.command(rich_help_panel=AFTERWARDS)(explain)
app.command(rich_help_panel=AFTERWARDS)(metrics)
app.command(rich_help_panel=AFTERWARDS)(reconcile)
app.command(rich_help_panel=AFTERWARDS)(purge)
app.command(rich_help_panel=SERVE)(serve)
app.command(rich_help_panel=SERVE)(schedule)
app.command(rich_help_panel=SERVE)(alerts)
app.command(rich_help_panel=SERVE)(mcp)
app.command(rich_help_panel=TOOLS)(export)
app.command(rich_help_panel=TOOLS)(call)
app.command(rich_help_panel=TOOLS)(sandbox)
app.command(rich_help_panel=TOOLS)(upgrade)
app.command(rich_help_panel=TOOLS)(docs)
app.add_typer(schema, name="schema", rich_help_panel=TOOLS)
app.add_typer(key, name="key", rich_help_panel=TOOLS)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"odoo-etl {version('odoo-etl')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    log_level: Annotated[
        LogLevel, typer.Option("--log-level", help="What is told on stderr: with debug each call, without any value.")
    ] = LogLevel.WARNING,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="How stderr is written: for people, or a JSON object a line.")
    ] = LogFormat.TEXT,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing where all goes well: no progress, no result.")
    ] = False,
    env: EnvOption = None,
    connection: ConnectionOption = "",
    var: VarOption = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keep Odoo in step with tabular data, declaratively."""
    speak(log_format, quiet=quiet)
    set_up(log_level)
    choose(env, connection, var, anew=True)


@seldom_collected()
def main() -> None:
    """Run the command line and exit with the code of the contract (see `errors`).

    typer itself exits with 2 for bad usage, with 130 when interrupted, and with the code of a verb's `typer.Exit`.
    """
    check_streams()
    if wants_objects(sys.argv[1:]):
        write_objects()
        speak(LogFormat.JSON, quiet=False)
    try:
        app(in_front(sys.argv[1:]))
    except (OdooEtlError, Interrupted) as error:
        complain(f"error: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:  # before typer heeds it
        complain("error: interrupted")
        sys.exit(128 + signal.SIGINT)
    except Exception as error:  # noqa: BLE001 - the program's edge
        if told := _of_the_command_line(error):
            complain(f"error: {told}")
            sys.exit(UsageError.exit_code)
        complain(redacted("".join(traceback.format_exception(error)), secrets_in_use()).rstrip())
        complain("error: this should not happen; please report the lines above")
        sys.exit(1)
    finally:
        drop_unsaid()
        gc.freeze()  # the process ends: what is left need not be searched for garbage (0.15 s where pandas is loaded)


def _of_the_command_line(error: Exception) -> str:
    """The fault of the command line, where that is why the program failed; else ""."""
    if isinstance(error, OSError) and isinstance(error.filename, str):  # a name that no file can have, say
        return f"{without_middle(error.filename)}: {error.strerror}"
    odd = next((word for word in sys.argv[1:] if any("\ud800" <= char <= "\udfff" for char in word)), "")
    if isinstance(error, UnicodeEncodeError) and odd:  # bytes of the shell that are no UTF-8
        return f"{odd.encode('utf-8', 'backslashreplace').decode()} is no text in UTF-8: give it as such"
    return ""
