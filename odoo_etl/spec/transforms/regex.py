"""`regex`: replaces or takes what a regular expression finds, in a time that grows with the text and no faster.

The expressions are RE2's: no pattern and no cell can make one of them run away (docs/decisions/0025).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StrictInt, StrictStr

from odoo_etl.spec.base import Issue
from odoo_etl.spec.transforms.base import Arguments, Change, Unreadable
from odoo_etl.spec.value_kinds import invalid

_REFERENCE = re.compile(r"\\(?:(\d+)|g<(\w+)>)|\\(.?)", re.DOTALL)  # \1, \g<name>; else what a backslash stands before
_HINT = r"the syntax is RE2's: no look-around (?=, ?!, ?<=), no \1 in the pattern; put it in single quotes"


def compiled_pattern(pattern: str) -> Any:
    """The pattern, compiled; raises re2.error."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def checked_pattern(text: str) -> str:
    """The pattern itself, which can be compiled; raises PydanticCustomError."""
    import re2

    try:
        compiled_pattern(text)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        why = said.decode() if isinstance(said, bytes) else said
        raise invalid(f"is not a regular expression: {why}", _HINT) from error
    except UnicodeEncodeError as error:
        raise invalid("is not a regular expression: it holds half a character") from error
    return text


def _groups(pattern: Any) -> set[str]:
    """The numbers and names of the groups of a pattern; none where it is no pattern."""
    if not isinstance(pattern, str):
        return set()
    try:
        compiled = compiled_pattern(checked_pattern(pattern))
    except ValueError:  # which the key itself says
        return set()
    return {*map(str, range(compiled.groups + 1)), *compiled.groupindex}


class Regex(Arguments):
    """Replaces what a regular expression finds by `to`, or takes one group of its first match."""

    example: ClassVar[str] = "{regex: {pattern: '^0+', to: ''}}"

    pattern: Annotated[str, Field(min_length=1), AfterValidator(checked_pattern)] = Field(
        description="A regular expression, as RE2 has them."
    )
    to: str | None = Field(
        default=None,
        description=r"What stands in the place of each match: \1 is the first group, \g<name> one by name.",
    )
    take: StrictInt | StrictStr | None = Field(
        default=None, description="The group that the text becomes, by number (0: all that matches) or name."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Either `to` or `take`, and the groups that they name."""
        to, take = data.get("to"), data.get("take")
        if (to is None) == (take is None):
            yield Issue(
                "`regex` needs either `to` or `take`", (), "`to: ''` drops what matches, `take: 1` keeps a group"
            )
        known = _groups(data.get("pattern"))
        if known and take is not None and str(take) not in known:
            yield Issue(f"the pattern has no group {take}", ("take",), _known(known))
        for number, name, other in _REFERENCE.findall(to) if known and isinstance(to, str) else ():
            if other != "\\" and (number or name) not in known:
                hint = r"a backslash is written \\" if not (number or name) else _known(known)
                yield Issue(f"the pattern has no group \\{number or name or other}", ("to",), hint)

    def change(self, cells: Mapping[str, str]) -> Change:
        """The function for this pattern."""
        del cells
        compiled = compiled_pattern(self.pattern)
        return self._taken(compiled) if self.take is not None else self._replaced(compiled)

    def _replaced(self, compiled: Any) -> Change:
        to = self.to or ""
        fixed = "\\" not in to

        def put(match: Any) -> str:
            return to if fixed else _REFERENCE.sub(lambda found: _referred(found, match), to)

        return lambda text: str(compiled.sub(put, _encodable(text)))

    def _taken(self, compiled: Any) -> Change:
        group = self.take

        def taken(text: str) -> str:
            match = compiled.search(_encodable(text))
            if match is None:
                raise Unreadable("no_match", f"does not match {self.pattern}")
            return str(match.group(group) or "")

        return taken


def _referred(found: re.Match[str], match: Any) -> str:
    number, name, other = found.groups()
    if other is not None:
        return other
    return match.group(int(number) if number else name) or ""


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable("bad_text", "holds half a character (a lone surrogate)") from None
    return text


def _known(groups: set[str]) -> str:
    return f"it has {', '.join(sorted(groups))} (0: all that matches)"
