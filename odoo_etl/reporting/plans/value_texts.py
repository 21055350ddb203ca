"""Values of planned changes as people read them: names in place of ids, long texts cut where they differ. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from odoo_etl.reporting import words
from odoo_etl.results import ChangedField

EMPTY: Final = "(empty)"
WIDTH: Final = 60  # characters of a value on a terminal
_CONTEXT: Final = 12  # characters before the first difference
_UNKNOWN: Final = ChangedField("char")
_BYTES: Final = re.compile(r"([\d,]+) bytes")
_UNITS: Final = ("B", "kB", "MB", "GB")
_ESCAPES: Final = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_MARKS: Final = {"add": "+", "remove": "-"}

Named = tuple[Any, Any]
Texts = tuple[str, str]


def texts_of(pair: Named, names: Named | None, field: ChangedField | None, width: int = WIDTH) -> Texts:
    """The value that is there and the one that is to be, as text; both show the part in which they differ.

    Args:
        names: the same with names in place of ids, where the field refers to records.
        field: what it is, as far as that is known.
        width: longer texts are cut; 0 for none.
    """
    one = field or _UNKNOWN
    old, new = _record_texts(pair, names) if names is not None else (_text(pair[0], one), _text(pair[1], one))
    return cut_around_difference(old, new, width) if width else (old, new)


def difference_of(pair: Named, names: Named | None, field: ChangedField | None, width: int = WIDTH) -> str:
    """A change in one text: `old → new`, and of several records `+A -B`."""
    if names is not None and isinstance(names[1], list | dict) and (moved := _moved(*names)):
        return _joined(moved, width)
    old, new = texts_of(pair, names, field, width)
    return f"{old} → {new}"


def value_of(pair: Named, names: Named | None, field: ChangedField | None, width: int = WIDTH) -> str:
    """The new value alone."""
    if names is not None and isinstance(names[1], dict):
        return _joined(_moved(*names), width)
    return cut(texts_of(pair, names, field, 0)[1], width)


def cut(text: str, width: int = WIDTH) -> str:
    """The beginning of a text; 0 for all of it."""
    return words.cut(text, width) if width else text


def cut_around_difference(old: str, new: str, width: int) -> Texts:
    """Two texts, each in so many characters, from a little before where they begin to differ."""
    if max(len(old), len(new)) <= width or EMPTY in {old, new}:
        return cut(old, width), cut(new, width)
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    if same < width // 2:
        return cut(old, width), cut(new, width)
    start = same - _CONTEXT
    return f"…{cut(old[start:], width - 1)}", f"…{cut(new[start:], width - 1)}"


def _record_texts(pair: Named, names: Named) -> Texts:
    """Records by their names; those that have the same name by their ids as well."""
    old, new = (_listed(one) for one in names)
    if old == new != EMPTY and not isinstance(pair[1], list | dict):
        return f"{old} (id {pair[0]})", f"{new} (id {pair[1]})"
    return old, new


def _listed(names: Any) -> str:
    if isinstance(names, Mapping):
        return _joined([f"{_MARKS[command]}{one}" for command, some in names.items() for one in map(shown, some)], 0)
    if isinstance(names, list | tuple):
        return ", ".join(map(shown, names)) or EMPTY
    return shown(names) or EMPTY


def _moved(old: Any, new: Any) -> list[str]:
    """The records that come and go: `+A`, `-B`; nothing where only their order changes."""
    if isinstance(new, Mapping):
        return [f"{_MARKS[command]}{shown(one)}" for command, some in new.items() for one in some]
    before, after = list(old or ()), list(new or ())
    come, go = [one for one in after if one not in before], [one for one in before if one not in after]
    return [*(f"+{shown(one)}" for one in come), *(f"-{shown(one)}" for one in go)]


def _joined(parts: Sequence[str], width: int) -> str:
    """As many parts as there is room for, and how many there are besides."""
    text = " ".join(parts)
    if not width or len(text) <= width:
        return text
    left = width - len(f" and {len(parts):,} more")
    kept = [cut(parts[0], max(left, _CONTEXT))]
    for part in parts[1:]:
        if len(" ".join([*kept, part])) > left:
            break
        kept.append(part)
    more = len(parts) - len(kept)
    return " ".join(kept) + (f" and {more:,} more" if more else "")


def _text(value: Any, field: ChangedField) -> str:
    if field.type == "boolean" and isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", [], {}):
        return EMPTY
    if field.type == "binary":
        return f"({_BYTES.sub(_short_size, shown(value))})"
    if isinstance(value, float):
        return _number(value, field.digits)
    if isinstance(value, Mapping | list | tuple):
        return shown(json.dumps(value, ensure_ascii=False, default=str))
    return shown(value)


def _number(value: float, digits: int | None) -> str:
    """A number with the digits of its field, unless it has more."""
    if digits is not None and float(text := f"{value:.{digits}f}") == value:
        return text
    return repr(value).removesuffix(".0")


def _short_size(found: re.Match[str]) -> str:
    size, unit = float(found[1].replace(",", "")), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{size:.0f} {_UNITS[0]}"


def shown(value: Any) -> str:
    r"""A text in one line: ends of lines as \n, other control characters as their codes, tags as they are."""
    text = str(value if value is not None else "").translate(_ESCAPES)
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    return char if char.isprintable() or char == "\N{NO-BREAK SPACE}" else f"\\u{ord(char):04x}"
