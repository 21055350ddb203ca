"""Answers taken apart: their records, and what they say of further pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested import below, keys_of

Record = dict[str, Any]

MOST_DEPTH: Final = 4  # of the objects in which lists of records are looked for
_AT = ("source", "records")


class NoJson(Exception):
    """A text is no JSON.

    Attributes:
        is_cut: it ends too early, as what breaks off does.
    """

    def __init__(self, reason: str, *, is_cut: bool = False) -> None:
        super().__init__(reason)
        self.is_cut = is_cut


@dataclass(frozen=True, slots=True)
class Page:
    """The content of an answer.

    Attributes:
        records: those of a document; the lines of a file are read once.
        document: the answer, of which the records are a part; None where it has nothing beside them.
    """

    records: Iterable[Record]
    document: Any = None

    def value(self, path: str) -> Any:
        """The value at a path of the answer; None for nothing."""
        return value_at(self.document, keys_of(path))


def parsed(text: bytes) -> Any:
    """The value of a JSON text; numbers with a fraction are Decimals. Raises NoJson."""
    try:
        return json.loads(text.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise NoJson(f"byte {error.start + 1} is no UTF-8") from None
    except json.JSONDecodeError as error:
        raise NoJson(f"{error.msg}, in line {error.lineno}, column {error.colno}", is_cut=_is_cut(error)) from None
    except RecursionError:
        raise NoJson("it is nested too deeply") from None
    except ValueError as error:  # a whole number of thousands of digits
        raise NoJson(str(error)) from None


def _is_cut(error: json.JSONDecodeError) -> bool:
    return not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated string")


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def value_at(document: Any, keys: Sequence[str]) -> Any:
    """The value under these keys; items of lists are named by their number, from 0. None for nothing."""
    for key in keys:
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


class RecordFinder:
    """Finds the records of answers.

    Args:
        path: where they stand; "" for the only list of objects, which is the same in all answers.
    """

    def __init__(self, path: str) -> None:
        self._path: str | None = path or None

    def page(self, document: Any) -> Page:
        """The records of an answer. Raises SourceError: nobody can say which they are, or they are no objects."""
        if isinstance(document, list) and self._path is None:
            return Page(_checked(document, "the answer"), document)
        _check_errors(document, self._path)
        found = dict(lists_in(document))
        if self._path is None:
            if len(found) != 1:
                return Page(_none_or_unclear(document, found), document)
            (self._path,) = found
        records = value_at(document, keys_of(self._path))
        if records is None:
            return Page(_none_or_misnamed(self._path, document, found), document)
        if not isinstance(records, list):
            raise SourceError(f"records: {self._path!r} is no list in the answer{_there(found)}", _AT)
        return Page(_checked(records, repr(self._path)), document)


def lists_in(document: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects of an answer by their path, those in other lists left out."""
    if isinstance(document, dict) and depth < MOST_DEPTH:
        for key, value in document.items():
            yield from lists_in(value, below(name, key), depth + 1)
    elif isinstance(document, list) and document and all(isinstance(one, dict) for one in document):
        yield name, document


def _checked(records: list[Any], where: str) -> list[Record]:
    if odd := next((one for one in records if not isinstance(one, dict)), None):
        raise SourceError(f"records: {where} is a list of {type(odd).__name__} values, not of objects", _AT)
    return [one for one in records if one is not None]


def _check_errors(document: Any, path: str | None) -> None:
    """Refuse an answer of failures (GraphQL, JSON:API), which may have records as well: those that are left."""
    failed = document.get("errors") if isinstance(document, Mapping) else None
    if failed and isinstance(failed, list) and (path or "").partition(".")[0] != "errors":
        said = json.dumps(failed[0], ensure_ascii=False, default=str)[:300]
        raise SourceError(f"the answer tells of errors: {said}", ("source",))


def _none_or_unclear(document: Any, found: Mapping[str, Any]) -> list[Record]:
    """No records, where an answer is clearly without any; without a list that is empty, nobody knows."""
    if not found and any(isinstance(value, list) and not value for value in _values(document, 0)):
        return []
    if not found:
        raise SourceError("the answer has no list of objects; say in records: where its records stand", _AT)
    raise SourceError(f"records: name the list that has the records{_there(found)}", _AT)


def _none_or_misnamed(path: str, document: Any, found: Mapping[str, Any]) -> list[Record]:
    """No records, as servers leave an empty list out; but not where others stand under another name."""
    if found or not isinstance(document, dict):
        near = get_close_matches(path, found, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else _there(found)
        raise SourceError(f"records: the answer has nothing at {path!r}{hint}", _AT)
    return []


def _values(document: Any, depth: int) -> Iterator[Any]:
    yield document
    if isinstance(document, dict) and depth < MOST_DEPTH:
        for value in document.values():
            yield from _values(value, depth + 1)


def _there(found: Mapping[str, Any]) -> str:
    return f"; lists of objects are at {', '.join(map(repr, found))}" if found else ""
