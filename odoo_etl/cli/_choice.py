"""The options that every verb has which opens a project: its environment, its connection, its variables.

They are said once, here, and added to each verb where it is registered; they may stand before the verb as well.
"""

from __future__ import annotations

import inspect
import signal
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from odoo_etl.cli._completion import connections, environments
from odoo_etl.cli._streams import complain
from odoo_etl.errors import UsageError


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice of the command line, under the names that `Workspace` and `spec.Choice` have for its parts."""

    environment: str | None = None
    connection: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    approved: bool = False
    success: bool = False


EnvOption = Annotated[
    str | None,
    typer.Option(
        "--env",
        metavar="NAME",
        show_default=False,
        autocompletion=environments,
        help="The environment of project.yaml; default: $ODOO_ETL_ENV, then its default_environment.",
    ),
]
ConnectionOption = Annotated[
    str,
    typer.Option(
        "--connection",
        metavar="NAME",
        show_default=False,
        autocompletion=connections,
        help="Use this connection, whichever the jobs name.",
    ),
]
VarOption = Annotated[
    list[str] | None,
    typer.Option(
        "--var", metavar="NAME=VALUE", show_default=False, help="Set a variable of the project's files; repeatable."
    ),
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Write without asking, also to an environment with `production: true`.")
]
SuccessOption = Annotated[
    bool,
    typer.Option("--success", help="List the rows that land, each with the id of its record, in success/<job>.csv."),
]
_OPTIONS: Mapping[str, Any] = {
    "env": EnvOption,
    "connection": ConnectionOption,
    "var": VarOption,
    "yes": YesOption,
    "success": SuccessOption,
}
_DEFAULTS: Mapping[str, Any] = {"env": None, "connection": "", "var": None, "yes": False, "success": False}
_OF_SOME = {"yes": "writes", "success": "lands"}  # options that only marked verbs have, and the mark

_Verb = TypeVar("_Verb", bound=Callable[..., Any])
_chosen = [Chosen()]  # of the command line, of which a process has one


def chosen() -> Chosen:
    """The choice of the command line."""
    return _chosen[-1]


def choose(
    env: str | None = None,
    connection: str = "",
    var: list[str] | None = None,
    *,
    yes: bool = False,
    anew: bool = False,
) -> None:
    """Take note of what the command line says, before the verb (`anew`) or behind it, which wins.

    Raises:
        UsageError: a variable is not given as NAME=VALUE.
    """
    before = Chosen() if anew else chosen()
    variables = {**before.variables, **dict(map(_pair, var or []))}
    environment = before.environment if env is None else env
    _chosen[:] = [Chosen(environment, connection or before.connection, variables, yes)]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--var {text!r} is not NAME=VALUE, as in --var region=north")
    return name, value


def writes(verb: _Verb) -> _Verb:
    """Mark a verb as one that writes to Odoo: it has `--yes`, too."""
    vars(verb)["writes"] = True
    return verb


def lands(verb: _Verb) -> _Verb:
    """Mark a verb as one that brings rows into Odoo: it has `--success`, too."""
    vars(verb)["lands"] = True
    return verb


class Verbs(typer.Typer):
    """A group of verbs: each that opens a project has the options of this module."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a verb, as `typer.Typer.command` does."""
        register = super().command(name, **options)
        return lambda verb: register(_choosing(verb))


def _choosing(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb with the options that it has not itself."""
    own = inspect.signature(verb)
    added = _added(own.parameters, vars(verb))

    @wraps(verb)
    def called(**values: Any) -> Any:
        success = values.pop("success", False)
        choose(**{name: values.pop(name) for name in added if name != "success"})
        _chosen[:] = [replace(chosen(), success=success)]
        if "project" not in own.parameters:
            _refuse(verb.__name__)
        try:
            return verb(**values)
        except KeyboardInterrupt:  # verbs that run jobs end them in order
            complain("error: interrupted")
            raise typer.Exit(128 + signal.SIGINT) from None

    hints = get_type_hints(verb, include_extras=True)
    parameters = [each.replace(annotation=hints[name]) for name, each in own.parameters.items()]
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS[name], annotation=_OPTIONS[name])
        for name in added
    ]
    signature = own.replace(parameters=parameters, return_annotation=None)
    vars(called).update(__signature__=signature, __annotations__={each.name: each.annotation for each in parameters})
    return called


def _added(own: Collection[str], marks: Collection[str]) -> list[str]:
    """The options that a verb gets beside its own."""
    known = [name for name in _OPTIONS if _OF_SOME.get(name, "") in {"", *marks}]
    return [name for name in known if name not in own] if "project" in own else []


def _refuse(verb: str) -> None:
    if chosen() != Chosen():
        raise UsageError(f"`{verb}` opens no project: leave out --env, --connection and --var")
