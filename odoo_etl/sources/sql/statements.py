"""Queries as people write them, made statements that every driver takes: with their parameters, lists and nulls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import sqlalchemy as sa

from odoo_etl.errors import SourceError
from odoo_etl.sources.sql.sessions import MYSQL

_TEXT, _NAME, _LINE, _BLOCK = r"'(?:[^']|'')*'", r'"(?:[^"]|"")*"', r"--[^\n]*", r"/\*.*?\*/"
# What is no SQL inside: literals, quoted names, comments.
_LITERALS: Final[Mapping[str, str]] = {
    **dict.fromkeys(MYSQL, rf"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|(?:--(?=\s|$)|\#)[^\n]*|{_BLOCK}"),
    "mssql": rf"{_TEXT}|{_NAME}|\[(?:[^\]]|\]\])*\]|{_LINE}|{_BLOCK}",
    "oracle": rf"[qQ]'(?:\[.*?\]|\{{.*?\}}|\(.*?\)|<.*?>|(?P<mark>\S).*?(?P=mark))'|{_TEXT}|{_NAME}|{_LINE}|{_BLOCK}",
}
_OTHERS: Final = rf"{_TEXT}|{_NAME}|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|{_LINE}|{_BLOCK}"
_PARAMETER: Final = r"(?<![:\w\\]):\w+"
_IS_NULL: Final = r"(?<![:\w\\]):(?P<null>\w+)\s+is\s+(?P<no>not\s+)?null\b"
_IN: Final = r"\bin\s*(?:(?<![:\w\\]):(?P<list>\w+)\b|\(\s*:(?P<bracketed>\w+)\s*\))"
_FLAGS: Final = re.DOTALL | re.IGNORECASE


class Query:
    """The text of a query, of one dialect.

    Args:
        params: the values of the job, by name.
    """

    def __init__(self, text: str, params: Mapping[str, Any], dialect: str) -> None:
        if "\0" in text:  # where libpq would silently end it
            raise SourceError("the query holds a NUL character")
        self.text, self._params = text, params
        self._literals = _LITERALS.get(dialect, _OTHERS)

    @property
    def bare(self) -> str:
        """The query without the semicolons and comments at its end, so that it may stand in brackets."""
        blank = re.compile(self._literals, _FLAGS).sub(lambda part: _blank(part[0]), self.text)
        return self.text[: len(blank.rstrip("; \t\r\n"))]

    def statement(self, text: str, ours: str = "") -> sa.TextClause:
        """A statement around the query with the job's parameters bound.

        Args:
            ours: a parameter of the statement that is not the job's.

        Raises:
            SourceError: the query and the job do not have the same parameters.
        """
        self._check(text, ours)
        text, lists = self._with_lists(self._with_nulls_decided(text))
        statement = sa.text(self._as_sqlalchemy_reads_it(text))
        left = statement.compile().params.keys() - {ours}
        return statement.bindparams(*(self._bound(name, is_list=name in lists) for name in sorted(left)))

    def _check(self, text: str, ours: str) -> None:
        wanted = set(sa.text(self._as_sqlalchemy_reads_it(text)).compile().params) - {ours}
        if wanted != self._params.keys():
            raise SourceError(_parameter_problem(wanted - self._params.keys(), self._params.keys() - wanted))

    def _bound(self, name: str, *, is_list: bool) -> sa.BindParameter[Any]:
        value = self._params[name]
        if is_list and not isinstance(value, list | tuple):
            value = [value]
        expanding = isinstance(value, list | tuple)
        return sa.bindparam(name, value, expanding=expanding, type_=_type_of(value))

    def _with_nulls_decided(self, text: str) -> str:
        """`:name is null` as what it is: databases ask of which type such a parameter is, and nobody can say."""

        def decided(match: re.Match[str]) -> str:
            name = match["null"]
            if name is None or name not in self._params:
                return match[0]
            is_null = (self._params[name] is None) is not bool(match["no"])
            return "1 = 1" if is_null else "1 = 0"

        return re.sub(f"{self._literals}|{_IS_NULL}", decided, text, flags=_FLAGS)

    def _with_lists(self, text: str) -> tuple[str, set[str]]:
        """`IN (:name)` as `IN :name`, which SQLAlchemy makes a list of; and the names that stand so."""
        names = set[str]()

        def listed(match: re.Match[str]) -> str:
            name = match["list"] or match["bracketed"]
            if name is None or name not in self._params:
                return match[0]
            names.add(name)
            return f"IN :{name}"

        return re.sub(f"{self._literals}|{_IN}", listed, text, flags=_FLAGS), names

    def _as_sqlalchemy_reads_it(self, text: str) -> str:
        """Make SQLAlchemy see the parameters that a person sees.

        It takes `:name` inside a literal, a quoted name or a comment for one, and misses the one in `:name::type`.
        """
        literals = re.compile(self._literals, _FLAGS)
        escaped = literals.sub(lambda literal: re.sub(_PARAMETER, r"\\\g<0>", literal[0]), text)
        return re.sub(f"{_PARAMETER}(?=::)", r"\g<0> ", escaped)


def _blank(part: str) -> str:
    return (" " if part.startswith(("--", "/*", "#")) else "x") * len(part)


def _type_of(value: Any) -> sa.types.TypeEngine[Any] | None:
    """None for text, alone or in a list: the database takes it for what its column is, such as a date."""
    values = value if isinstance(value, list | tuple) else [value]
    return sa.types.NullType() if all(isinstance(one, str) or one is None for one in values) else None


def _parameter_problem(missing: set[str], unused: set[str]) -> str:
    """Say which parameters the query and the job do not share."""
    lines = []
    for name in sorted(missing):
        near = get_close_matches(name, unused, n=1)
        hint = f"did you mean {near[0]}?" if near else "add it under params: in the source of the job"
        lines.append(f"the query needs :{name}, which params does not give ({hint})")
    lines += [f"the query does not use the parameter {name}" for name in sorted(unused)]
    return "\n".join(lines)
