"""The reference of commands: a page of Markdown from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from docs.site.keys import cell


def commands_page(app: typer.Typer) -> str:
    """The page: a section for each verb, with its arguments and options."""
    program = typer.main.get_command(app)
    lines = ["# Commands", "", str(program.help), "", "`odoo-etl VERB --help` prints what stands here.", ""]
    lines += ["## Options of all commands", "", "They stand before or after the verb.", "", *_table(program)]
    for path, command in verbs(program):
        lines += ["", f"## {path}", "", *_paragraphs(command.help or ""), "", f"`{_usage(path, command)}`", ""]
        lines += _table(command)
    return "\n".join(lines).rstrip() + "\n"


def verbs(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every verb and sub-verb, by name: `schema pull`."""
    for name, command in sorted(group.commands.items()):
        path = f"{above}{name}"
        yield path, command
        if isinstance(command, TyperGroup):
            yield from verbs(command, f"{path} ")


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _usage(path: str, command: Any) -> str:
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    return " ".join(["odoo-etl", path, "[OPTIONS]", *arguments])


def _argument(one: Any) -> str:
    return _called(one) if one.required else f"[{_called(one)}]"


def _table(command: Any) -> list[str]:
    rows = [
        f"| {_names(one)} | {cell(one.help or '')} | {_default(one)} |"
        for one in command.params
        if not getattr(one, "hidden", False)
    ]
    return ["| argument or option | meaning | default |", "|---|---|---|", *rows] if rows else []


def _called(one: Any) -> str:
    return (one.metavar or one.name.upper()).strip("[]")


def _names(one: Any) -> str:
    if one.param_type_name == "argument":
        return f"`{_called(one)}`"
    value = "" if one.is_flag else f" {one.metavar or _value(one)}"
    names = [*one.opts, *one.secondary_opts]
    return ", ".join(f"`{name}{value}`" for name in names)


def _value(one: Any) -> str:
    choices = getattr(one.click_type, "choices", None) if hasattr(one, "click_type") else None
    return "/".join(str(getattr(each, "value", each)) for each in choices) if choices else one.name.upper()


def _default(one: Any) -> str:
    shown = one.default is not None and one.show_default is not False and not one.required
    if not shown or one.default in ((), "") or (one.is_flag if hasattr(one, "is_flag") else False):
        return ""
    return f"`{getattr(one.default, 'value', one.default)}`"
