"""Records whose lookups have their answers: ids stand in place of keys, in lines and in other languages too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import Content, ContentRef, IdList
from odoo_etl.mapping import (
    CLEAR,
    Flaw,
    Key,
    Lines,
    Lookup,
    Record,
    Ref,
    RefList,
    Reject,
    VariantValues,
    beside_rejected,
    fold,
    has_lines,
    joined,
    refs_of,
)

Ids = tuple[int, ...]
Found = Mapping[Lookup, Mapping[Key, Ids]]
Asking = Mapping[int, Ref | RefList | ContentRef]
_ASKING = frozenset({Ref, RefList, ContentRef})
Hint = Callable[[Ref], str]  # the way out for a missing record, as the end of a sentence


class Answer(NamedTuple):
    """The answer to a lookup: the value with ids in place of keys, unless it waits for records or has flaws.

    So is the content that a reference stands for.
    """

    value: int | bool | IdList | Content = False
    flaws: Sequence[Flaw] = ()
    waits: bool = False


def asking_values(records: Sequence[Record], names: Sequence[str]) -> Asking:
    """The values that ask for other records or for contents, by `id`.

    The mapper gives equal cells of a chunk the same value.

    Args:
        names: the fields of the records themselves that may ask.
    """
    parts = [part for record in records for part in record.parts or (record,)]
    wanted = [part.values.get(name) for name in names for part in parts]
    for part in parts:
        if part.children or part.variants:
            wanted += [value for values in _inner(part) for value in values.values()]
    return {id(value): value for value in wanted if value is not None and type(value) in _ASKING}


def answers_to(values: Mapping[int, Ref | RefList], found: Found, hint: Hint, *, last: bool) -> Mapping[int, Answer]:
    """The answers to values that ask; with `last` none waits for records that come later.

    Args:
        hint: says of a missing record what may have been meant.
    """
    return {number: _answer(value, found, hint, last=last) for number, value in values.items()}


def with_ids(
    records: Sequence[Record], names: Sequence[str], answers: Mapping[int, Answer]
) -> tuple[list[Record], list[Reject]]:
    """Records with ids in place of keys, and rejects for rows whose lookups have no single answer."""
    rejects: list[Reject] = []
    return [done for one in records if (done := _resolved(one, names, answers, rejects))], rejects


def _resolved(
    record: Record, names: Iterable[str], answers: Mapping[int, Answer], rejects: list[Reject]
) -> Record | None:
    """The part of a record that remains; None when none of its rows does."""
    if not record.parts:
        return _with_ids(record, names, answers, rejects)
    own: list[Reject] = []
    standing = [(part, done) for part in record.parts if (done := _with_ids(part, names, answers, own))]
    rejects += own
    bad = next((one for one in own if not one.is_skipped), None)
    if bad is not None and has_lines(record):
        rejects += beside_rejected(bad, [row for _, done in standing for row in done.rows])
        return None
    if skipped := next((one for one in own if has_lines(record) and _skips_record(one)), None):
        rejects += [Reject(row, skipped.flaws) for _, done in standing for row in done.rows]
        return None
    if not standing:
        return None
    for one in (one for pair in standing for one in pair) if own else ():
        one.some_rows = True  # rows that the job leaves alone may be lines of it
    folded = fold([done for _, done in standing])
    if any(done.later for _, done in standing):
        folded.later = joined([part for part, _ in standing])
        folded.held = any(done.held for _, done in standing)
    return folded


def _skips_record(reject: Reject) -> bool:
    """Whether a lookup of the record itself, and not of a line, leaves it alone."""
    return any(flaw.skips and "." not in flaw.field for flaw in reject.flaws)


def _with_ids(
    part: Record, names: Iterable[str], answers: Mapping[int, Answer], rejects: list[Reject]
) -> Record | None:
    """A row with ids in place of keys; None when a lookup has no answer, which `rejects` then tell."""
    values, children, variants = {**part.values}, part.children, part.variants
    flaws: list[Flaw] = []
    waits, held = _put_ids(values, names, answers, flaws), False
    if variants:
        own = _Inner(answers, flaws)
        variants = own.variants(variants)
        waits = waits or own.waits
    if children:
        inner = _Inner(answers, flaws)
        children, held = inner.children(children), inner.waits
    if not flaws:  # `replace` takes three times as long
        later = part if waits or held else None
        return Record(part.key, values, part.rows, (), later, children, variants, part.some_rows, held, part.bond)
    rejects += [Reject(row, tuple(flaws)) for row in part.rows]
    return None


def _put_ids(
    values: dict[str, Any], names: Iterable[str], answers: Mapping[int, Answer], flaws: list[Flaw], path: str = ""
) -> bool:
    """Put ids in place of keys, where the names have lookups; whether one of them waits, whose field is left out."""
    waits = False
    for name in names:
        answer = answers.get(id(values.get(name)))
        if answer is None:  # a plain value
            continue
        if answer.waits:
            del values[name]
            waits = True
        elif answer.flaws:
            flaws += [replace(flaw, field=path + name) for flaw in answer.flaws]
        else:
            values[name] = answer.value
    return waits


class _Inner:
    """The lines of a row, and its values in other languages and companies, with ids in place of keys.

    Args:
        flaws: takes what is wrong with lookups that have no answer.

    Attributes:
        waits: a lookup waits until all rows are written; its field is left out.
    """

    def __init__(self, answers: Mapping[int, Answer], flaws: list[Flaw], path: str = "") -> None:
        self._answers, self._flaws, self._path = answers, flaws, path
        self.waits = False

    def children(self, children: Sequence[Lines]) -> tuple[Lines, ...]:
        """The lines of a record."""
        return tuple([self._under(lines.name, lines.records) for lines in children])

    def variants(self, variants: Sequence[VariantValues]) -> tuple[VariantValues, ...]:
        """The values of a record in other languages and companies."""
        return tuple([VariantValues(one.variant, self._values(one.values)) for one in variants])

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values = {**given}
        waits = _put_ids(values, given, self._answers, self._flaws, self._path)
        self.waits = self.waits or waits
        return values

    def _under(self, name: str, records: Sequence[Record]) -> Lines:
        inner = _Inner(self._answers, self._flaws, f"{self._path}{name}.")
        ready = [
            replace(
                line,
                values=inner._values(line.values),
                children=inner.children(line.children),
                variants=inner.variants(line.variants),
            )
            for line in records
        ]
        self.waits = self.waits or inner.waits
        return Lines(name, tuple(ready))


def _inner(record: Record) -> Iterator[Mapping[str, Any]]:
    """The values of a record's lines, and those that it has in other languages and companies."""
    for one in record.variants:
        yield one.values
    for line in (line for lines in record.children for line in lines.records):
        yield line.values
        yield from _inner(line)


def _answer(value: Ref | RefList, found: Found, hint: Hint, *, last: bool) -> Answer:
    asked = [asked_last(ref, found) for ref in refs_of(value)]
    if not last and any(ref.on_missing == "defer" and not ids for ref, ids in asked):
        return Answer(waits=True)
    single = [_single(first, ref, ids, hint) for first, (ref, ids) in zip(refs_of(value), asked, strict=True)]
    if flaws := [each for each in single if isinstance(each, Flaw)]:
        return Answer(flaws=flaws)
    if isinstance(value, RefList):
        return Answer(IdList(tuple(sorted({each for each in single if each is not CLEAR})), value.command))
    return Answer(single[0])


def asked_last(ref: Ref, found: Found) -> tuple[Ref, Ids]:
    """The lookup that has found something, or the last one."""
    ids = found[ref.lookup][ref.key]
    while not ids and ref.then is not None:
        ref = ref.then
        ids = found[ref.lookup][ref.key]
    return ref, ids


def _single(first: Ref, ref: Ref, ids: Ids, hint: Hint) -> Any:
    """The id of the one record that has the key, `CLEAR` where there may be none, or a flaw.

    Args:
        first: the lookup that was asked first; the others follow from it.
        ref: the one that has found the ids.
    """
    if len(ids) == 1 or (ids and ref.first):
        return f"{ref.lookup.model},{min(ids)}" if ref.named else min(ids)
    if ids:
        some = ", ".join(map(str, sorted(ids)[:10]))
        reason = f"{len(ids)} records of {ref.lookup.model} have {_shown(ref)}: ids {some}"
        return Flaw("lookup", "ambiguous_lookup", reason)
    if ref.on_missing == "empty":
        return CLEAR
    skips = ref.on_missing == "skip_row"
    return Flaw("lookup", "lookup_missing", f"{_none_has(first)}{'' if skips else _perhaps(first, hint)}", skips=skips)


def _none_has(ref: Ref | None) -> str:
    """No record has the key: `no res.country has code = 'X', nor name = 'X'`."""
    texts, model = list[str](), ""
    while ref is not None:
        here = ref.lookup.model
        texts.append(f"nor {_shown(ref)}" if here == model else f"no {here} has {_shown(ref)}")
        ref, model = ref.then, here
    return ", ".join(texts)


def _perhaps(ref: Ref, hint: Hint) -> str:
    """The way out that the last lookup knows of, else one before it."""
    return (_perhaps(ref.then, hint) if ref.then is not None else "") or hint(ref)


def _shown(ref: Ref) -> str:
    """The key as people read it, and what narrows it."""
    key = ", ".join(f"{path} = {part!r}" for path, part in zip(ref.lookup.by, ref.key, strict=True))
    return f"{key} within {ref.lookup.domain}" if ref.lookup.domain else key
