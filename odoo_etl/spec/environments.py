"""The environments of project.yaml: what one says lies over the rest of the file, key by key.

A mapping is merged with the one below it; anything else takes its place. Values keep the places where they stand, so a
problem names the line of the environment that is at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.problems import nearest, problem_at
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.tree import Entry, MappingNode, Node, Path, ScalarNode

ENVIRONMENTS: Final = "environments"
DEFAULT_ENVIRONMENT: Final = "default_environment"
VARIABLE: Final = "ODOO_ETL_ENV"  # names the environment where the command line does not; ${ODOO_ETL_ENV} in files
OVERLAID: Final = frozenset(
    {
        "after",
        "alerts",
        "before",
        "connections",
        "defaults",
        "executor",
        "metrics",
        "page",
        "retention",
        "schedule",
        "state",
        "tags",
        "variables",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The world that somebody wants a project for, as far as they say.

    Attributes:
        environment: of project.yaml; "" for the file itself, None where nobody said.
        connection: given, all jobs write through it, whichever they name.
        variables: win over those of the process, of `.env` and of project.yaml.
    """

    environment: str | None = None
    connection: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


NO_CHOICE: Final = Choice()


def names_of(document: Document) -> list[str]:
    """The environments of a project."""
    listed = _child(document.root, ENVIRONMENTS)
    return list(listed.entries) if isinstance(listed, MappingNode) else []


def default_of(document: Document) -> str:
    """The environment that is meant where nobody names one, or ""."""
    found = _child(document.root, DEFAULT_ENVIRONMENT)
    return found.value if isinstance(found, ScalarNode) and isinstance(found.value, str) else ""


def in_environment(document: Document, name: str) -> Document:
    """project.yaml as it is in one of its environments; "" is the file itself.

    Raises:
        SpecError: it has no such environment.
    """
    root, listed = document.root, _child(document.root, ENVIRONMENTS)
    if not name:
        return document
    if not (isinstance(root, MappingNode) and isinstance(listed, MappingNode) and name in listed.entries):
        raise SpecError([_unknown(document, name)])
    over, rest = _split(listed.entries[name].node)
    others = _with(listed, {name: replace(listed.entries[name], node=rest)})
    below = _with(root, {ENVIRONMENTS: replace(root.entries[ENVIRONMENTS], node=others)})
    return replace(document, root=_merged(below, over))


def set_apart(root: Node) -> tuple[Node | None, Node]:
    """The environments of a file, and the file without them."""
    if not isinstance(root, MappingNode) or ENVIRONMENTS not in root.entries:
        return None, root
    rest = {key: entry for key, entry in root.entries.items() if key != ENVIRONMENTS}
    return root.entries[ENVIRONMENTS].node, replace(root, entries=rest)


def references(node: Node, at: Path = ()) -> Iterator[Path]:
    """The places of values that hold a reference, which nobody fills in as long as another environment is meant."""
    if isinstance(node, ScalarNode):
        if "${" in node.text:
            yield at
        return
    children = (
        [(key, entry.node) for key, entry in node.entries.items()]
        if isinstance(node, MappingNode)
        else list(enumerate(node.items))
    )
    for key, child in children:
        yield from references(child, (*at, key))


def _unknown(document: Document, name: str) -> Problem:
    known = names_of(document)
    at = (DEFAULT_ENVIRONMENT,) if default_of(document) == name else (ENVIRONMENTS,)
    begun = [one for one in known if one.startswith(name)]
    hint = (
        nearest(begun[0] if len(begun) == 1 else name, known)
        if known
        else f"give project.yaml `{ENVIRONMENTS}: {{{name}: ...}}`"
    )
    return problem_at(document, at, f"there is no environment `{name}`", hint)


def _child(node: Node, key: str) -> Node | None:
    entry = node.entries.get(key) if isinstance(node, MappingNode) else None
    return entry.node if entry else None


def _split(environment: Node) -> tuple[Node, Node]:
    """The keys of an environment that lie over those of the file, and those that lie over nothing."""
    if not isinstance(environment, MappingNode):
        return MappingNode(environment.mark), environment
    over = {key: entry for key, entry in environment.entries.items() if key in OVERLAID}
    rest = {key: entry for key, entry in environment.entries.items() if key not in OVERLAID}
    return replace(environment, entries=over), replace(environment, entries=rest)


def _with(node: MappingNode, entries: Mapping[str, Entry]) -> MappingNode:
    return replace(node, entries={**node.entries, **entries})


def _merged(below: Node, over: Node) -> Node:
    if not (isinstance(below, MappingNode) and isinstance(over, MappingNode)):
        return over
    both = {
        key: replace(entry, node=_merged(below.entries[key].node, entry.node)) if key in below.entries else entry
        for key, entry in over.entries.items()
    }
    return _with(below, both)
