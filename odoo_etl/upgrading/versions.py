"""From version to version of the format: what each upgrade means, and how it is written into a file.

An upgrade says twice what it does: as a function of the values, and as edits of the text. The edited text must read as
what the function gives; where it does not, the file stays as it is and a person is told what to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec import parse_yaml
from odoo_etl.spec.tree import MappingNode, ScalarNode, plain
from odoo_etl.upgrading.edits import Edit, NotThere, Text, edited

NEWEST: Final = 1
VERSION = "version"
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The way from one version to the next.

    Attributes:
        to: the version afterwards; before, it was one less.
        about: what it changes, for a person who has to do it by hand.
        meant: the values of a file before, to those afterwards.
        edits: the same in the text; the tree has the places.
    """

    to: int
    about: str
    meant: Callable[[dict[str, Any]], dict[str, Any]]
    edits: Callable[[MappingNode, Text], Iterable[Edit]]


def _with_version(values: dict[str, Any]) -> dict[str, Any]:
    return {VERSION: 1, **values}


def _add_version(root: MappingNode, text: Text) -> list[Edit]:
    return [text.key_first(root.mark, VERSION, "1")]


# Version 0 are files without a version: drafts, mostly of people who wrote them by hand.
UPGRADES: Final = (Upgrade(1, "the first key is `version: 1`", _with_version, _add_version),)


def upgraded(content: bytes, file: str, upgrades: Sequence[Upgrade] = UPGRADES) -> tuple[int, bytes]:
    """The version that a file had, and its content in the newest one.

    Args:
        file: its name in errors.

    Raises:
        SpecError: it is of a newer version, cannot be read, or must be changed by hand.
    """
    newest = upgrades[-1].to
    root = _mapping(content, file)
    began = version = _version(root, file, newest)
    for upgrade in upgrades[len(upgrades) - (newest - version) :]:
        content = _step(content, root, file, upgrade)
        root = _mapping(content, file)
        version = upgrade.to
    return began, content


def _step(content: bytes, root: MappingNode, file: str, upgrade: Upgrade) -> bytes:
    text = content.decode("utf-8")
    mark = _MARK if text.startswith(_MARK) else ""
    text = text.removeprefix(_MARK)
    by_hand = Problem(
        f"cannot be upgraded to version {upgrade.to} without changing more than that",
        file,
        root.mark.line,
        root.mark.column,
        hint=f"by hand: {upgrade.about}",
    )
    try:
        new = (mark + edited(text, upgrade.edits(root, Text(text)))).encode()
        reads = plain(_mapping(new, file))
    except (NotThere, SpecError) as error:
        raise SpecError([by_hand]) from error
    if reads != upgrade.meant({key: plain(entry.node) for key, entry in root.entries.items()}):
        raise SpecError([by_hand])
    return new


def _mapping(content: bytes, file: str) -> MappingNode:
    document = parse_yaml(content, file)
    if document.problems:
        raise SpecError([*document.problems])
    root = document.root
    if not isinstance(root, MappingNode):
        raise SpecError([Problem("must be keys with values", file, root.mark.line, root.mark.column)])
    return root


def _version(root: MappingNode, file: str, newest: int) -> int:
    """The version that a file says, 0 where it says none."""
    if (entry := root.entries.get(VERSION)) is None:
        return 0
    value = entry.node.value if isinstance(entry.node, ScalarNode) else None
    at = entry.node.mark
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        problem = Problem(f"`{VERSION}` must be a number from 1 to {newest}", file, at.line, at.column)
        raise SpecError([problem])
    if value > newest:
        hint = f"upgrade odoo-etl, not the file; this one knows versions up to {newest}"
        raise SpecError([Problem(f"version {value} is of a newer odoo-etl", file, at.line, at.column, hint=hint)])
    return value
