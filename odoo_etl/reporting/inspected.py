"""A model, its fields and a key as lines of text, for `inspect`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from odoo_etl.inspections import FieldReport, KeyReport, ModelReport, RepeatedValue
from odoo_etl.reporting.words import LONGEST_VALUE, NARROW, counted, cut, in_one_line, wrapped

FEW: Final = 8  # fields of which everything is told
_MOST_NAME: Final = 30  # columns of a field's name; longer ones have a line of their own
_INDENT: Final = "    "


def inspected_lines(report: ModelReport, width: int = NARROW, *, details: bool = False) -> Iterator[str]:
    """The model, then its key, or its fields.

    Args:
        width: in columns.
        details: tell everything of each field, also where there are many.
    """
    yield from _head(report, width)
    yield ""
    if report.key is not None:
        yield from key_lines(report.key, width)
        return
    if not report.fields:
        yield "No field is like that: leave out --fields or --search to see all."
        return
    whole = details or len(report.fields) <= FEW
    room = min(_MOST_NAME, max(len(one.name) for one in report.fields))
    for field in report.fields:
        yield from wrapped(f"{field.name:{room}}  ", ", ".join(_facts(field)), width)
        yield from _more(field, width) if whole else _choices(field, width)
    if not whole:
        yield ""
        yield from wrapped("", "--details tells more of each; --fields 'name*' or --search WORD picks some.", width)


def _head(report: ModelReport, width: int) -> Iterator[str]:
    named = f"{report.model} ({report.label})" if report.label else report.model
    count = counted(report.every, "field")
    shown = count if len(report.fields) == report.every else f"{len(report.fields)} of {count}"
    yield from wrapped("", f"{named}: {shown}, as {report.origin} has them (Odoo {report.version})", width)
    if report.rights:
        may = [one for one, allowed in report.rights.items() if allowed]
        lacks = [one for one, allowed in report.rights.items() if not allowed]
        text = f"you may {', '.join(may) or 'nothing'}" + (f"; you may not {', '.join(lacks)}" if lacks else "")
        yield from wrapped("", text, width)
    for note in report.notes:
        yield from wrapped("", f"note: {note}", width)


def _facts(field: FieldReport) -> Iterator[str]:
    """The type of a field, what it refers to, and what is special about it."""
    digits = f" with {counted(field.digits[1], 'decimal')}" if field.digits else ""
    yield f"{field.type}{digits}" + (f" → {field.relation}" if field.relation else "")
    if field.label:
        yield f'"{field.label}"'
    if field.required:
        yield "required, and given by itself" if field.given else "REQUIRED"
    if field.is_computed:
        yield "computed" if field.stored else "computed, not stored"
    flags = {
        "readonly": field.readonly,
        "not searchable": not field.searchable,
        "translated": field.translated,
        "by company": field.by_company,
    }
    yield from (name for name, holds in flags.items() if holds)


def _choices(field: FieldReport, width: int) -> Iterator[str]:
    """The values of a selection; of long ones the first."""
    if field.selection:
        text = ", ".join(f"{value}: {label}" for value, label in field.selection)
        yield f"{_INDENT}{cut(in_one_line(text), width - len(_INDENT))}"


def _more(field: FieldReport, width: int) -> Iterator[str]:
    """Everything else, a line for each subject."""
    subjects = {
        "values: ": ", ".join(f"{value} ({label})" for value, label in field.selection),
        "its lines name it in: ": field.inverse,
        "shows: ": field.related,
        "computed from: ": "" if field.related else ", ".join(field.depends),
        "computed anew when it is written: ": ", ".join(field.recomputes),
        "": " ".join(field.help.split()),
    }
    for head, text in subjects.items():
        if text:
            yield from wrapped(f"{_INDENT}{head}", text, width, hang=len(_INDENT) + 2)


def key_lines(key: KeyReport, width: int = NARROW) -> Iterator[str]:
    """How well some fields tell records apart."""
    name = ", ".join(key.fields)
    archived = f", {key.archived:,} of them archived" if key.archived else ""
    yield from wrapped("", f"{name} on {counted(key.records, 'record')}{archived}:", width)
    yield from wrapped("  ", _verdict(key), width)
    for field, blank in key.blank.items():
        if blank:
            yield from wrapped("  ", f"{counted(blank, 'record')} without {field}: no row finds them", width)
    if key.alike:
        text = f"{counted(key.alike, 'value')} more would stand twice, but for upper and lower case or blanks"
        yield from wrapped("  ", text, width)
    for example in key.examples:
        yield from wrapped("    ", _example(example), width, hang=6)
    if key.repeated > len(key.examples):
        yield f"    ... and {key.repeated - len(key.examples):,} more values"
    for note in key.notes:
        yield from wrapped("  ", note, width)


def _verdict(key: KeyReport) -> str:
    if not key.records:
        return "there is no record yet"
    if key.is_unique:
        return "no value stands twice"
    return (
        f"{counted(key.repeated, 'value')} on several records each, {key.records_of_repeated:,} records together: a row"
        " with such a key is rejected as ambiguous"
    )


def _example(example: RepeatedValue) -> str:
    value = " | ".join(cut(in_one_line(str(part)), LONGEST_VALUE) for part in example.value)
    names = [f"{number} {cut(in_one_line(name), LONGEST_VALUE)}" for number, name in example.first.items()]
    more = example.records - len(names)
    return f"{value}: {example.records:,} records: {', '.join(names)}" + (f" and {more:,} more" if more > 0 else "")
