r"""Text as a cell of a file that people open in a spreadsheet: nothing in it is run, and it reads back as it was.

- What a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, also in their wide forms, a tab or a line break at
  the start) gets a `'` before it, and so does text that has such a `'` of its own. A number such as `-1.5` is none.
- The same after `;`, a tab or a line break inside the text: a spreadsheet that expects another delimiter, or does not
  see the quotes, begins a new cell there.
- NUL and half characters (lone surrogates), which CSV or UTF-8 cannot hold, are written `\u0000` and `\ud800`;
  backslashes before text that looks like that are doubled.
"""

from __future__ import annotations

import re

_RUN = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_NUMBER = re.compile(r"-[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?")  # "+49" may be the start of a phone number
_FORMULA = re.compile(rf"(?:\A(?='*[{_RUN}\t\r\n])|(?<=[;\t\r\n])(?='*[{_RUN}]))")
_GUARDED = re.compile(rf"(?:\A'(?='*[{_RUN}\t\r\n])|(?<=[;\t\r\n])'(?='*[{_RUN}]))")

_CODE = "u(?:0000|d[89a-f][0-9a-f]{2})"
_UNWRITABLE = re.compile(rf"(\\+)(?={_CODE})|(\\*)([\x00\ud800-\udfff])")
_WRITTEN = re.compile(rf"(\\+)({_CODE})")


def guarded(text: str) -> str:
    """The text as it may stand in the file."""
    text = _UNWRITABLE.sub(_write, text)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def unguarded(text: str) -> str:
    """The text that `guarded` was given; text that a person typed stays as it is, unless it looks guarded."""
    return _WRITTEN.sub(_read, _GUARDED.sub("", text))


def _write(match: re.Match[str]) -> str:
    slashes, before, character = match.groups()
    return slashes * 2 if slashes else f"{before * 2}\\u{ord(character):04x}"


def _read(match: re.Match[str]) -> str:
    slashes, code = match.groups()
    own, odd = divmod(len(slashes), 2)
    return "\\" * own + (chr(int(code[1:], 16)) if odd else code)
