"""What the benchmark makes of its measurements."""

from __future__ import annotations

from pathlib import Path

from bench.book import Book, Measurement
from bench.data import Rows
from bench.targets import Measured, targets


def _one(
    who: str, seconds: float, number: int = 1, *, what: str = "first load", fault: str | None = None
) -> Measurement:
    return Measurement("first", 10_000, number, what, who, seconds, fault=fault)


def test_ratios_are_taken_within_a_round_before_their_median() -> None:
    """Rounds on a machine that was slow for a while compare with each other, not with the others."""
    measured = [_one("limit", 10, 1), _one("odoo-etl", 10, 1), _one("limit", 90, 2), _one("odoo-etl", 100, 2)]
    [found] = targets([*measured, _one("limit", 20, 3), _one("odoo-etl", 20, 3)])
    assert (found.value, found.met) == (1.0, True)


def test_a_fast_run_with_wrong_data_reaches_nothing() -> None:
    """Its ratio is shown, but not as reached, and says why."""
    [found] = targets([_one("limit", 10), _one("odoo-etl", 1, fault="9,999 rows")])
    assert not found.met
    assert "WRONG: 9,999 rows" in str(found)


def test_runs_with_wrong_data_are_not_in_the_median() -> None:
    """As long as there is a sound one."""
    [line] = Measured([_one("fluvo", 1, 1, fault="lost rows"), _one("fluvo", 3, 2)]).lines()
    assert (line.seconds, line.rounds, line.fault) == (3, 2, "lost rows")


def test_a_book_is_gone_on_with(tmp_path: Path) -> None:
    """What was kept is read again, and its round is known."""
    book = Book.open(tmp_path / "results.json", {"odoo-etl": "1"})
    book.keep("first", 10_000, 1, [_one("limit", 2.5)])
    again = Book.open(book.path, {})
    assert again.measurements == book.measurements
    assert again.has("first", 10_000, 1)
    assert not again.has("first", 10_000, 2)


def test_refused_rows_are_no_part_of_what_odoo_must_hold() -> None:
    """Two of 200 rows have no name."""
    rows = Rows(200, refused=True)
    assert (rows.refusals(), rows.checksum()[0]) == (2, 198)


def test_scaling_is_told_beside_what_the_machine_gives() -> None:
    """Whole processes, and without what start-up takes."""
    seconds = {10: (3, 3, 1, 1), 1_000: (23, 15, 10, 12.5)}
    works = ("1 Dask worker", "2 Dask workers", "half of the rows, one run", "both halves, two runs at once")
    measured = [
        Measurement("scale", rows, 1, what, "odoo-etl", taken)
        for rows, several in seconds.items()
        for what, taken in zip(works, several, strict=True)
    ]
    whole, marginal = targets(measured)
    assert (round(whole.value, 2), round(marginal.value, 2)) == (1.53, 1.67)
    assert "gives 1.60 to two runs" in str(whole)
