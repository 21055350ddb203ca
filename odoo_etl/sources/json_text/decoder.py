"""JSON values as cells: whole numbers and decimals exactly as they are written, objects with each key once.

Python's own reader does the work. What a cell cannot be (NaN, a number of a million digits) costs its record, or its
cell, and not the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from odoo_etl.codes import LineCode
from odoo_etl.text import MOST_DIGITS, OutOfRange

MAX_RECORD_CHARS: Final = 1 << 26  # of one record
MOST_VALUES: Final = 1_000_000  # in one record
_LONG_CHARS: Final = 1 << 20  # of a record whose values are counted
_TOO_MANY: Final = "has too many digits to be read"
# Escapes of characters that no text can hold: NUL, and halves of pairs (whole pairs among them).
_ODD: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class Flaw(ValueError):
    """A record that is no row; `code` and the text are those of its bad line."""

    def __init__(self, code: LineCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Decoder:
    """Reads one value after the other out of texts."""

    def __init__(self) -> None:
        self._flaw = ""
        self._scan = self._scanner(Decimal, None)
        self._careful: Callable[[str, int], tuple[Any, int]] | None = None

    def value(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins there, and where it ends.

        Raises:
            json.JSONDecodeError: it is malformed, or goes on after the text.
            Flaw: it is nested too deeply.
        """
        try:
            return self._scan(text, at)
        except json.JSONDecodeError:
            raise
        except RecursionError:
            raise Flaw("bad_record", "it is nested too deeply") from None
        except (ValueError, ArithmeticError):  # a number of very many digits
            self._careful = self._careful or self._scanner(_decimal, _integer)
            return self._careful(text, at)

    def lines(self, text: str) -> list[dict[str, Any]] | None:
        r"""The records of whole lines, each of which is one; None where any may be none.

        Read together, they cost half. A line cannot end in a string, since `\n` stays, nor in an object, where a brace
        does not follow a comma; and where one ended in a list, there would be fewer records than lines.
        """
        body = text.rstrip()
        try:
            found = self._scan("[" + body.replace("\n", ",\n") + "]", 0)[0]
        except (ValueError, ArithmeticError, RecursionError):
            found = []
        whole = len(found) == body.count("\n") + 1 and not self._flaw and all(type(one) is dict for one in found)
        self._flaw = ""
        return found if whole else None

    def checked(self, value: Any, *, odd: bool) -> dict[str, Any]:
        """The value as a record.

        Args:
            odd: its text may have `odd_characters`.

        Raises:
            Flaw: it is none.
        """
        flaw, self._flaw = self._flaw, ""
        if type(value) is not dict:
            raise Flaw("bad_record", f"a record is an object, {{...}}, and this is {_kind(value)}")
        if flaw:
            raise Flaw("bad_record", flaw)
        if odd:
            _check_texts(value)
        return value

    def forget(self) -> None:
        """The value that was read is no record: its flaws are none of any."""
        self._flaw = ""

    def _scanner(self, decimal: Any, integer: Any) -> Callable[[str, int], tuple[Any, int]]:
        return json.JSONDecoder(
            parse_float=decimal, parse_int=integer, parse_constant=self._constant, object_pairs_hook=self._object
        ).raw_decode

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            self._flaw = self._flaw or f"an object has the key {twice!r} twice, and nobody can say which one counts"
        return found

    def _constant(self, name: str) -> None:
        self._flaw = self._flaw or f"{name} is no number in JSON"


def has_odd_characters(text: str) -> bool:
    """Whether some value in a text may hold a character that no text can."""
    return "\\u" in text and _ODD.search(text) is not None


def check_size(text: str, start: int, end: int) -> None:
    """Refuse a value that would fill the memory. Raises Flaw."""
    if end - start > MAX_RECORD_CHARS:
        raise Flaw("too_long", f"over {MAX_RECORD_CHARS:,} characters in one record")
    if end - start > _LONG_CHARS and sum(text.count(mark, start, end) for mark in ",[{") > MOST_VALUES:
        raise Flaw("too_long", f"over {MOST_VALUES:,} values in one record")


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else "a number"


def _check_texts(record: dict[str, Any]) -> None:
    waiting: list[Any] = [record]
    while waiting:
        value = waiting.pop()
        if type(value) is str:
            _check_text(value)
        elif type(value) is list:
            waiting += value
        elif type(value) is dict:
            waiting += [*value, *value.values()]


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Flaw("nul_character", "a text holds a NUL character (\\u0000)")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise Flaw("bad_record", f"a text holds half a character ({half}, a lone surrogate)") from None


def _decimal(text: str) -> Decimal | OutOfRange:
    try:
        return Decimal(text)
    except ArithmeticError:
        return OutOfRange(text[:MOST_DIGITS], _TOO_MANY)


def _integer(text: str) -> int | OutOfRange:
    return int(text) if len(text) <= MOST_DIGITS else OutOfRange(f"{text[:20]}…", _TOO_MANY)
