r"""The names of columns: the way to a value, its keys joined by dots, as in `customer.address.city`.

A dot or a backslash in a key itself has a backslash before it (`net\.weight`); an empty key is written `""`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKS = re.compile(r"[\\.]")
_PIECE = re.compile(r"\\.|\.|[^\\.]+|\\\Z", re.DOTALL)
_WRITTEN = re.compile(r"\\(.)", re.DOTALL)
_EMPTY = '""'


def escaped(key: str) -> str:
    """The key as it stands in the name of a column."""
    if key in {"", _EMPTY}:
        return f"\\{_EMPTY}" if key else _EMPTY
    return _MARKS.sub(r"\\\g<0>", key) if "." in key or "\\" in key else key


def below(name: str, key: str) -> str:
    """The name of what stands under a key of what has this name; "" for the record itself."""
    return f"{name}.{escaped(key)}" if name else escaped(key)


def keys_of(name: str) -> Sequence[str]:
    """The keys that a name is made of."""
    found = [""]
    for piece in _PIECE.findall(name):
        if piece == ".":
            found.append("")
        else:
            found[-1] += piece
    return ["" if key == _EMPTY else _WRITTEN.sub(r"\1", key) for key in found]
