"""`odoo-etl key rotate`: a new API key in place of a connection's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import ConnectionOption, Verbs, chosen
from odoo_etl.cli._project import ProjectOption, workspace
from odoo_etl.cli._streams import complain, say

if TYPE_CHECKING:
    from odoo_etl.runs import Workspace
    from odoo_etl.runs.rotated import RotatedKey

key = Verbs(help="Replace the API key of a connection.", no_args_is_help=True)


@key.callback()
def _key() -> None:
    pass


@key.command()
def rotate(
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="For how many days the new key is good.")] = 90,
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Leave the old key as it is.")] = False,
    print_: Annotated[
        bool,
        typer.Option("--print", help="Print the new key, once, instead of writing it down: for a store of secrets."),
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Only end the old key, now that the printed one is in its place.")
    ] = False,
    connection: ConnectionOption = "",
    project: ProjectOption = None,
) -> None:
    """Make a new API key, put it where the old one stands, then end the old one.

    From Odoo 19 on. The new key is proved before anything is replaced: at every moment, one that works stands in its
    place. Of an Odoo that wants the user's password, that is `password` of the connection, or asked for.
    """
    from odoo_etl.errors import UsageError
    from odoo_etl.runs.rotated import WantedKey, finish_key, rotate_key

    name = connection or chosen().connection or "main"
    used = workspace(project)
    if finish and (keep_old or print_):
        raise UsageError("--finish makes no key: leave out --keep-old and --print")
    if finish:
        ended = finish_key(used, name, lambda: _password(used, name))
        say(f"the old key {_LEFT[ended]}" if ended else "no key was waiting for that")
        return
    wanted = WantedKey(days, keep_old, print_, lambda: _password(used, name))
    _tell(rotate_key(used, name, wanted))


def _tell(rotated: RotatedKey) -> None:
    """Say what became of the keys; a key that is printed stands on stdout, alone."""
    until = f"{rotated.expires_at:%Y-%m-%d}"
    if rotated.finished:
        complain(f"an earlier rotation was broken off: the key that it left behind {_LEFT[rotated.finished]}")
    if rotated.key:
        complain(f"{rotated.connection}: the new key {rotated.name!r} is good until {until}; it is shown this once:")
        typer.echo(rotated.key)
        complain("put it in its place, then end the old one: odoo-etl key rotate --finish")
        return
    say(f"{rotated.connection}: a new key, good until {until}, stands in {rotated.home}")
    say(_OLD[rotated.old].format(name=rotated.name))


_OLD = {
    "revoked": "the old key is ended",
    "kept": "the old key is as it was",
    "unknown": "the old key is still good: Odoo does not tell which of several keys it is. Delete it there (My"
    " Preferences, Account Security); the new one is called {name!r}",
}


_LEFT = {
    "revoked": "is ended",
    "kept": "is as it was, as was asked for",
    "unknown": "is still good: Odoo does not tell which of several keys it is. Delete it there (My Preferences, Account"
    " Security)",
}


def _password(used: Workspace, name: str) -> str:
    """The password of the connection's user, asked for where somebody can answer."""
    known = used.load(with_jobs=False).connection(name).password.get_secret_value()
    if known or not sys.stdin.isatty():
        return known
    return str(typer.prompt("password of the user, which this Odoo wants", hide_input=True, err=True))
