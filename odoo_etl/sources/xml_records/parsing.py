"""XML as events, read safely: no entities, no DTD, no network, and no more of it in memory than one record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from odoo_etl.errors import SourceError
from odoo_etl.sources.files import open_bytes
from odoo_etl.sources.nested import Part

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

FORGOTTEN_BYTES: Final = 1 << 20  # without a record, after which what is held is given back
BLOCK_BYTES: Final = 1 << 16
MAX_RECORD_BYTES: Final = 1 << 26
_LIMIT: Final = 114  # the code of an error of libxml2 about its limits
_AT_PATH: Final = ("source", "path")


def events(part: Part, steps: Sequence[str] = ()) -> Iterator[tuple[str, Element]]:
    """The starts and ends of elements, each as soon as it is known; what is broken comes after those before it.

    Args:
        steps: the way to the records: only the root and they are told of, and what stands between them is forgotten.
            Without any, all elements are told of.

    Raises:
        SourceError: it cannot be read, is malformed, declares entities, or has a record that is too large.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[pattern(steps[0]), pattern(steps[-1])] if steps else None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    with open_bytes(part.file, part.fingerprint) as stream:
        waited = 0
        root: Element | None = None
        while True:
            data = stream.read(BLOCK_BYTES)
            broken = _fed(parser, data, part.file.name)
            for event in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                if root is None:
                    root = event[1]
                    _check_declarations(root, part.file.name)
                waited = 0
                yield event
            if broken is not None:
                raise broken
            if not data:
                return
            waited += len(data)
            if steps and root is not None and waited > FORGOTTEN_BYTES and not _forget_between(root, steps):
                waited = 0
            if waited > MAX_RECORD_BYTES:
                raise SourceError(
                    f"{part.file}: {waited:,} bytes hold no whole record: records: may name another element, or one is"
                    " too large",
                    ("source", "records"),
                )


def _fed(parser: etree.XMLPullParser, data: bytes, name: str) -> SourceError | None:
    """Feed the next bytes; none at all end the document. Returns the error where it is malformed."""
    try:
        if data:
            parser.feed(data)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        known = parser.feed_error_log.last_error
        said = (error.msg or "").rpartition(", line ")[0] or error.msg or ""
        if not line:
            line, column, said = (known.line, known.column, known.message) if known else (1, 1, "the file is empty")
        more = (
            " (a text may have 10,000,000 bytes, and elements 256 levels)"
            if getattr(error, "code", 0) == _LIMIT
            else ""
        )
        return SourceError(f"{name}: line {line}, column {column}: no XML: {' '.join(said.split())}{more}", _AT_PATH)
    return None


def pattern(step: str) -> str:
    """The name of an element as lxml looks for it."""
    return step if "{" in step else f"{{*}}{step}"


def fits(element: Element, step: str) -> bool:
    """Whether an element has this name, with its namespace or without."""
    tag = str(element.tag)
    return tag == step or ("{" not in step and (step == "*" or tag.rpartition("}")[2] == step))


def _forget_between(root: Element, steps: Sequence[str]) -> bool:
    """Give back what is whole and no part of a record; answers whether a record has begun."""
    node, level, on_way = root, 1, fits(root, steps[0])
    while len(node) and not (on_way and level == len(steps)):
        del node[:-1]
        node, level = node[-1], level + 1
        on_way = on_way and level <= len(steps) and fits(node, steps[level - 1])
    return on_way and level == len(steps)


def _check_declarations(element: Element, name: str) -> None:
    """Refuse a document that declares entities: they can read other files, and grow without measure."""
    declared: Any = cast("Any", element.getroottree().docinfo).internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise SourceError(
            f"{name}: declares entities in its DOCTYPE, which are not read: write their texts out", _AT_PATH
        )
