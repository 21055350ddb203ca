"""pydantic's errors as problems a person can act on: place, key path, what is allowed, the nearest valid key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from odoo_etl.errors import Problem
from odoo_etl.spec.base import annotation_at, choices_of, keys_of
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.tree import Found, MappingNode, Path, ScalarNode, find, shown

# Values under these keys may be secrets; no message repeats them.
_UNSHOWN: Final = frozenset({"api_key", "apprise", "auth", "headers", "password", "secret", "url", "params"})

_EXPECTED: Final[dict[str, str]] = {
    "string_type": "must be text",
    "dict_type": "must be a mapping (`key: value`)",
    "model_type": "must be a mapping (`key: value`)",
    "model_attributes_type": "must be a mapping (`key: value`)",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "path_type": "must be a path",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "must have at most {max_length} character(s)",
    "too_short": "must have at least {min_length} item(s)",
}

# What the patterns of `values` and `job` ask for, in words.
_PATTERNS: Final[dict[str, str]] = {
    r"^[A-Za-z_][A-Za-z0-9_]*$": "must be the technical name of a field (letters, digits, _)",
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$": "must be a field, or fields joined by dots",
    r"^[a-z0-9_]+(\.[a-z0-9_]+)*$": "must be the technical name of a model, such as res.partner",
    r"^[a-z]{2,3}(_[A-Z0-9]{2,3})?(@[A-Za-z]+)?$": "must be a language as Odoo writes it, such as de_DE",
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$": "must be package.module:function",
    r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$": "must be the name of a header, such as X-Api-Key",
    r"^[A-Za-z0-9_][A-Za-z0-9_-]*$": "may have letters, digits, _ - and starts with a letter, digit or _",
    r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$": "may have letters, digits, _ . - and starts with a letter, digit or _",
}


def from_validation(
    error: ValidationError, model: type[BaseModel], document: Document, ignored: frozenset[Path] = frozenset()
) -> list[Problem]:
    """Every error of a file, in the order of the file, but those of values at the `ignored` paths."""
    details = error.errors(include_url=False, include_input=False)
    return in_order(
        _problem(item, model, document)
        for item in details
        if not ignored or find(document.root, item["loc"]).path not in ignored
    )


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as they stand in the file, none twice."""
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column))


def problem_at(document: Document, path: Sequence[str | int], message: str, hint: str = "", **where: bool) -> Problem:
    """A problem at the value a path leads to, or at its key (`key=True`)."""
    found = find(document.root, path)
    mark = found.key_mark if where.get("key") else found.node.mark
    return Problem(message, document.file, mark.line, mark.column, shown(found.path), hint)


def nearest(word: str, allowed: Sequence[str]) -> str:
    """`did you mean ...?`, or the list of what is allowed."""
    near = get_close_matches(word, allowed, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"allowed: {', '.join(allowed)}" if allowed else ""


def _problem(item: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    loc: Path = item["loc"]
    kind = item["type"]
    if kind == "extra_forbidden":
        hint = nearest(str(loc[-1]), keys_of(annotation_at(model, loc[:-1])))
        return problem_at(document, loc, "unknown key", hint, key=True)
    if loc and loc[-1] == "[key]":
        message, hint = _message(item, annotation_at(model, loc), None)
        return problem_at(document, loc[:-1], message, hint, key=True)
    if kind == "missing":
        return problem_at(document, loc[:-1], f"the key `{loc[-1]}` is missing", key=len(loc) > 1)
    found = find(document.root, (*loc, "type") if kind == "union_tag_invalid" else loc)
    message, hint = _message(item, annotation_at(model, loc), found)
    return problem_at(document, found.path, message, hint, key=not isinstance(found.node, ScalarNode))


def _message(item: ErrorDetails, annotation: Any, found: Found | None) -> tuple[str, str]:
    """The fault in a value, and the way out."""
    kind, context = item["type"], item.get("ctx", {})
    if kind == "spec":
        scalar = context["about_value"] and found and isinstance(found.node, ScalarNode)
        return str(context["message"]) + (_but_is(found) if scalar else ""), str(context["hint"])
    if kind in {"literal_error", "union_tag_invalid"}:
        choices = choices_of(annotation)
        return f"must be one of {', '.join(choices)}{_but_is(found)}", _nearest_choice(found, choices)
    if kind == "union_tag_not_found":
        return "the key `type` is missing", f"one of {', '.join(choices_of(annotation))}"
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return _PATTERNS.get(pattern, f"must match {pattern}") + _but_is(found), ""
    return _expected(kind, context, item["msg"]) + _but_is(found), _quote_hint(kind, found)


def _expected(kind: str, context: dict[str, Any], fallback: str) -> str:
    return _EXPECTED[kind].format(**context) if kind in _EXPECTED else fallback


def _quote_hint(kind: str, found: Found | None) -> str:
    scalar = found.node if found and isinstance(found.node, ScalarNode) else None
    if kind != "string_type" or not (scalar and scalar.text):
        return ""
    return "put it in quotes" + ("" if _hidden(found) else f': "{scalar.text}"')


def _nearest_choice(found: Found | None, choices: list[str]) -> str:
    word = found.node.text if found and isinstance(found.node, ScalarNode) else ""
    near = get_close_matches(word, choices, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def _hidden(found: Found | None) -> bool:
    return found is not None and bool(_UNSHOWN.intersection(map(str, found.path)))


def _but_is(found: Found | None) -> str:
    """`, not 'x'` with the value as written; secrets and whole structures are not repeated."""
    if found is None or _hidden(found):
        return ""
    if isinstance(found.node, ScalarNode):
        text = found.node.text if len(found.node.text) <= 60 else found.node.text[:59] + "…"
        return f", not {text!r}" if isinstance(found.node.value, str) else f", not {text or 'null'}"
    return ", not a mapping" if isinstance(found.node, MappingNode) else ", not a list"
