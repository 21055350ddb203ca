"""The expectations of a job as text: how many are met, each one that is not, and the numbers on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odoo_etl.results import Expectation

SHOWN_ROWS = 3
SHOWN_RECORDS = 10


def expectation_lines(expectations: Sequence[Expectation]) -> Iterator[str]:
    """The expectations of a job; nothing where it has none.

    A number that is held against another one is always told: control sums are there to be read.
    """
    if not expectations:
        return
    counts = [(word, sum(one.outcome == outcome for one in expectations)) for outcome, word in _WORDS]
    yield f"  expected: {', '.join(f'{count:,} {word}' for word, count in counts if count)}"
    for one in expectations:
        if one.outcome == "failed":
            warning = " (a warning)" if one.severity == "warn" else ""
            yield f"  NOT AS EXPECTED{warning}: {one.place} {one.about}: {one.told}"
            yield from _first(one)
        elif one.outcome == "open" or one.difference is not None:
            yield f"    {one.place} {one.about}: {one.told}"


_WORDS = (("met", "met"), ("failed", "not met"), ("open", "not judged"))


def _first(one: Expectation) -> Iterator[str]:
    """The first rows and records that are not as expected."""
    yield from (f"    {row}" for row in one.rows[:SHOWN_ROWS])
    if (left := len(one.rows) - SHOWN_ROWS) > 0:
        yield f"    {left} more of the first ones, see run_results.json"
    for record in one.records[:SHOWN_RECORDS]:
        known = f" (id {record.id})" if record.id else ""
        file = f" of {record.file}" if record.file else ""
        yield f"    {record.key}{known}, line {record.line}{file}: expected {record.expected}, found {record.found}"
    if (more := one.differing - len(one.records[:SHOWN_RECORDS])) > 0:
        yield f"    {more:,} more records differ"
