"""Answers as an assistant gets them: no secret, no control character, and no more than it can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from odoo_etl.text import printable, redacted

MOST_LETTERS: Final = 40_000  # of an answer
_TEXT: Final = 2_000  # letters of one text
_ITEMS: Final = 200  # of a list or a mapping
_SHORTEST: Final = 40
_MOST_LOOKED_AT: Final = 2_000_000  # letters; what comes behind them is left out before anything is redacted
_NODE: Final = 20  # a value that is no text counts as so many
_BETWEEN: Final = "\x00"  # stands in no text: it is spelled out before


def plain(value: Any) -> Any:
    """A value as JSON has it: data classes are mappings, times are texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value) if isinstance(value, Path) else f"{value}"


def answer(value: Any, secrets: Iterable[str]) -> dict[str, Any]:
    """A value as an answer.

    Args:
        secrets: none of them is in it, however it is spelled.
    """
    told = _pruned(plain(value), [_MOST_LOOKED_AT])
    texts = [printable(text).replace(_BETWEEN, "") for text in _texts(told)]
    clean = iter(redacted(_BETWEEN.join(texts), secrets).split(_BETWEEN))
    return dict(_fitting(_filled(told, clean)))


def one_text(text: str, secrets: Iterable[str]) -> str:
    """A text for an assistant."""
    return redacted(printable(text), secrets)


def _pruned(value: Any, left: list[int]) -> Any:
    """The value as far as there is room for it.

    Args:
        left: how many letters there is room for; it becomes smaller.
    """
    left[0] -= _NODE + (len(value) if isinstance(value, str) else 0)
    if isinstance(value, str):
        return value[: 10 * MOST_LETTERS]
    if isinstance(value, dict):
        return {name: _pruned(each, left) for name, each in value.items() if left[0] > 0}
    if isinstance(value, list):
        kept = [_pruned(each, left) for each in value if left[0] > 0]
        return [*kept, *([f"… {len(value) - len(kept):,} more"] if len(kept) < len(value) else [])]
    return value


def _texts(value: Any) -> Iterator[str]:
    """Every text of a value, names included, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _filled(value: Any, texts: Iterator[str]) -> Any:
    """The value with other texts in place of its own, in the same order."""
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, dict):
        return {next(texts): _filled(each, texts) for each in value.values()}
    if isinstance(value, list):
        return [_filled(each, texts) for each in value]
    return value


def _fitting(value: dict[str, Any]) -> dict[str, Any]:
    """The value cut until it fits; what was left out is told where it was."""
    letters, items = _TEXT, _ITEMS
    while True:
        cut = {name: _cut(each, letters, items) for name, each in value.items()}
        if len(json.dumps(cut, ensure_ascii=False)) <= MOST_LETTERS or items == 1:
            return cut
        letters, items = max(_SHORTEST, letters // 2), max(1, items // 2)


def _cut(value: Any, letters: int, items: int) -> Any:
    if isinstance(value, str) and len(value) > letters:
        return f"{value[:letters]}… ({len(value) - letters:,} more letters)"
    if isinstance(value, list):
        more = [f"… {len(value) - items:,} more"] if len(value) > items else []
        return [*(_cut(each, letters, items) for each in value[:items]), *more]
    if isinstance(value, dict):
        cut = dict[str, Any]()
        for name, each in islice(value.items(), items):
            short = str(_cut(name, letters, items))
            cut[f"{short} {len(cut)}" if short in cut else short] = _cut(each, letters, items)
        return cut | ({"…": f"{len(value) - items:,} more"} if len(value) > items else {})
    return value
