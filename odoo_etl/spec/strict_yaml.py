"""Strict YAML: what a person wrote is what the program sees, or it is an error with its place.

Differences from PyYAML's own loaders: a key twice is an error; only `true`/`false`, `null`/`~`/nothing and plain
decimal numbers are not text (`NO`, `on`, `12:30`, `0123`, `1_000`, `1e5`, `2024-01-31` stay text); keys are text as
written; no tags, no merge keys, one document; depth, aliases and size are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml import events as ev

from odoo_etl.errors import Problem, SpecError
from odoo_etl.spec.tree import Entry, MappingNode, Mark, Node, Scalar, ScalarNode, SequenceNode

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 30
MAX_NODES: Final = 200_000  # after aliases are spelled out
MAX_PROBLEMS: Final = 100  # nobody reads more

# Longer numbers than these stay text: they are identifiers, not quantities.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_WORDS: Final[dict[str, Scalar]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a tree, with the problems that did not keep it from being read."""

    file: str
    root: Node
    problems: tuple[Problem, ...] = ()


def parse_yaml(content: bytes, file: str) -> Document:
    """Read one YAML document.

    Raises:
        SpecError: when the text cannot be read as a tree at all; smaller problems are in the answer.
    """
    text = _decoded(content, file)
    try:
        return _Builder(iter(yaml.parse(text, Loader=yaml.SafeLoader)), file).document()
    except yaml.MarkedYAMLError as error:
        raise SpecError([_syntax_problem(error, text, file)]) from error
    except yaml.reader.ReaderError as error:
        mark = _mark_at(text, error.position)
        message = f"the character {error.character!r} is not allowed in YAML"
        raise SpecError([Problem(message, file, mark.line, mark.column)]) from error


def scalar_value(text: str) -> Scalar:
    """The value that a scalar without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise SpecError([Problem(f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read", file, 1, 1)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = f"byte {content[error.start]:#04x} is not UTF-8"
        raise SpecError([Problem(message, file, line, column, hint="save the file as UTF-8")]) from error


def _mark_at(text: str, position: int) -> Mark:
    return Mark(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """PyYAML's complaint with its place, and what to do about the usual two causes."""
    place = error.problem_mark or error.context_mark
    mark = Mark(place.line + 1, place.column + 1) if place else Mark(1, 1)
    message = f"not valid YAML: {error.problem or error.context}"
    if error.context and error.context_mark and error.problem:
        message += f" {error.context} that starts in line {error.context_mark.line + 1}"
    lines = text.splitlines()
    tab = mark.line <= len(lines) and "\t" in lines[mark.line - 1][: mark.column]
    return Problem(message, file, mark.line, mark.column, hint="indent with spaces, not tabs" if tab else "")


@dataclass(slots=True)
class _Builder:
    """Builds the tree from PyYAML's events; collects what is wrong and goes on where that makes sense."""

    events: Iterator[ev.Event]
    file: str
    anchors: dict[str, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def document(self) -> Document:
        """The one document of the stream."""
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), ev.StreamEndEvent):
            raise SpecError([Problem("the file is empty", self.file, 1, 1)])
        root = self._node(next(self.events), 1)
        next(self.events)  # the end of the document
        following = next(self.events)
        if isinstance(following, ev.DocumentStartEvent):
            self._problem("a second document starts here; one file holds one document", _mark(following))
        return Document(self.file, root, tuple(self.problems))

    def _node(self, event: ev.Event, depth: int) -> Node:
        if isinstance(event, ev.AliasEvent):
            return self._alias(event)
        if depth > MAX_DEPTH:
            raise self._fatal(f"nested deeper than {MAX_DEPTH} levels", _mark(event))
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._fatal(f"more than {MAX_NODES:,} values", _mark(event))
        node = self._built(event, depth)
        if node.size > MAX_NODES:
            raise self._fatal(f"more than {MAX_NODES:,} values once aliases are spelled out", node.mark)
        if isinstance(event, ev.NodeEvent) and event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _built(self, event: ev.Event, depth: int) -> Node:
        if getattr(event, "tag", None) is not None:
            self._problem("YAML tags are not allowed", _mark(event), hint="write the value without `!...`")
        if isinstance(event, ev.MappingStartEvent):
            return self._mapping(_mark(event), depth)
        if isinstance(event, ev.SequenceStartEvent):
            return self._sequence(_mark(event), depth)
        assert isinstance(event, ev.ScalarEvent)  # noqa: S101  the parser has no other node events
        text = self._whole_text(event)
        return ScalarNode(_mark(event), scalar_value(text) if event.style is None else text, text)

    def _whole_text(self, event: ev.ScalarEvent) -> str:
        r"""Its text, with the halves of characters (as JSON writes them: `"\ud83d\ude00"`) put together."""
        value: str = event.value
        if value.isascii():
            return value
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._problem("holds half a character (a lone surrogate)", _mark(event), hint="write both halves, or none")
            return ""

    def _alias(self, event: ev.AliasEvent) -> Node:
        node = self.anchors.get(event.anchor or "")
        if node is None:
            raise self._fatal(f"the alias *{event.anchor} has no anchor before it", _mark(event))
        return node

    def _sequence(self, mark: Mark, depth: int) -> SequenceNode:
        items: list[Node] = []
        while not isinstance(event := next(self.events), ev.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return SequenceNode(mark, tuple(items), 1 + sum(item.size for item in items))

    def _mapping(self, mark: Mark, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), ev.MappingEndEvent):
            key, place = self._key(event)
            node = self._node(next(self.events), depth + 1)
            if key in entries:
                first = entries[key].mark.line
                self._problem(f"the key `{key}` stands here a second time; first in line {first}", place)
            else:
                entries[key] = Entry(place, node)
        return MappingNode(mark, entries, 1 + sum(1 + entry.node.size for entry in entries.values()))

    def _key(self, event: ev.Event) -> tuple[str, Mark]:
        if not isinstance(event, ev.ScalarEvent):
            raise self._fatal("a key must be a single word or text", _mark(event))
        if event.tag is not None:
            self._problem("YAML tags are not allowed", _mark(event), hint="write the key without `!...`")
        if event.value == "<<" and event.style is None:
            self._problem("merge keys (`<<`) are not allowed", _mark(event), hint="spell the keys out")
        return self._whole_text(event), _mark(event)

    def _problem(self, message: str, mark: Mark, hint: str = "") -> None:
        if len(self.problems) == MAX_PROBLEMS:
            raise self._fatal("more problems than are worth telling; the rest of the file was not read", mark)
        self.problems.append(Problem(message, self.file, mark.line, mark.column, hint=hint))

    def _fatal(self, message: str, mark: Mark) -> SpecError:
        return SpecError([*self.problems, Problem(message, self.file, mark.line, mark.column)])


def _mark(event: ev.Event) -> Mark:
    place = event.start_mark
    return Mark(place.line + 1, place.column + 1) if place else Mark(1, 1)
