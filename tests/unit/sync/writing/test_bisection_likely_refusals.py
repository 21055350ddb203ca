"""Learning from refusals: rows like those refused go out alone, and nobody has a verdict but Odoo's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import Refused
from odoo_etl.sync.writing.bisection import ENOUGH, REASONS, LikelyRefusals, RefusalRate, isolate

NAMES = ("name", "kind", "city")
Row = Mapping[str, Any]
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={name: st.sampled_from([False, "a", "b"]) for name in NAMES}), max_size=60
)


class Server:
    """Refuses calls that hold a bad row, and says why."""

    def __init__(self, reason_of: Callable[[Row], str]) -> None:
        self._reason_of = reason_of
        self.calls: list[int] = []
        self.landed: list[Row] = []
        self.refused: list[Row] = []
        self.rate = RefusalRate(likely=LikelyRefusals(NAMES))

    def send(self, rows):
        self.calls.append(len(rows))
        for row in rows:
            if reason := self._reason_of(row):
                raise Refused(reason)

    def load(self, rows):
        isolate(rows, self.send, self.rate, self._land, self._refuse, values=lambda row: row)

    def _land(self, rows, _):
        self.landed += rows

    def _refuse(self, row, _):
        assert self.calls[-1] == 1, "refused alone"
        self.refused.append(row)


def numbered(count, **special):
    """Rows with a name of their own, in three kinds; `special` gives values by position."""
    rows = [{"name": f"N{number}", "kind": "abc"[number % 3], "city": False} for number in range(count)]
    for name, positions in special.items():
        for number in positions:
            rows[number][name] = False
    return rows


def chunks(rows):
    """In thousands."""
    return [rows[start : start + 1000] for start in range(0, len(rows), 1000)]


@given(rows=ROWS, bad=st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([False, "a", "b"]), max_size=2)))
def test_every_row_gets_its_verdict(rows, bad):
    """Whatever makes rows bad, and whatever was learned before: each lands or is refused, once, and rightly."""

    def reason(row):
        return next((str(one) for one in bad if all(row.get(name) == value for name, value in one.items())), "")

    server = Server(reason)
    for _ in range(3):
        server.load(rows)
    assert len(server.landed) + len(server.refused) == 3 * len(rows)
    assert not any(map(reason, server.landed))
    assert all(map(reason, server.refused))


def test_rows_that_lack_a_value_cost_a_call_each():
    """1 % of 10,000 rows have no name: found by halves twice, then each is sent alone and the others together."""
    server = Server(lambda row: "" if row["name"] else "a name is needed")
    for rows in chunks(numbered(10_000, name=range(7, 10_000, 100))):
        server.load(rows)
    assert (len(server.refused), len(server.landed)) == (100, 9_900)
    assert len(server.calls) <= 100 + 10 + 40


def test_several_reasons_are_learned_side_by_side():
    """One field is empty, or another."""
    server = Server(lambda row: "no name" if not row["name"] else "" if row["kind"] else "no kind")
    for rows in chunks(numbered(10_000, name=range(7, 10_000, 200), kind=range(57, 10_000, 200))):
        server.load(rows)
    assert len(server.refused) == 100
    assert len(server.calls) <= 100 + 10 + 80


def test_a_wrong_lesson_is_forgotten_with_the_first_row_that_lands():
    """Two rows of kind b are refused for what cannot be seen; all the others of that kind land, in one call."""
    rows = numbered(30)
    invisible = {id(rows[4]), id(rows[7])}
    server = Server(lambda row: "locked" if id(row) in invisible else "")
    server.load([rows[4], rows[7]])
    assert server.rate.likely.about(rows[1])
    server.calls.clear()
    server.load([row for row in rows if id(row) not in invisible])
    assert len(server.landed) == 28
    assert max(server.calls) >= 8


def test_one_refusal_teaches_nothing_yet():
    """A single row may be bad in any way."""
    likely = LikelyRefusals(NAMES)
    likely.refused({"name": "x"}, "bad")
    assert ENOUGH == 2
    assert not likely.about({"name": "x"})
    likely.refused({"name": "x"}, "bad")
    assert likely.about({"name": "x"})
    assert likely.about({"name": "x", "kind": None})
    assert not likely.about({"name": "x", "kind": "b"})


def test_where_each_row_has_its_own_reason_nothing_piles_up():
    """Messages that quote the row are all different."""
    likely = LikelyRefusals(NAMES)
    for number in range(REASONS + 10):
        likely.refused({"name": "x"}, f"row {number}")
    likely.refused({"name": "x"}, f"row {REASONS + 5}")
    assert not likely.about({"name": "x"})
    looked_at = []

    class Landed(dict):
        def get(self, name, default=None):
            looked_at.append(name)
            return super().get(name, default)

    likely.landed([Landed(name="y")])
    assert looked_at == [], "rows that land cost nothing as long as there is no lesson"


@pytest.mark.parametrize(("number", "is_learned"), [(REASONS - 1, True), (REASONS, False)])
def test_so_many_reasons_are_followed(number, is_learned):
    """The last of them, and none that comes after it."""
    likely = LikelyRefusals(NAMES)
    for reason in range(REASONS + 1):
        likely.refused({"name": f"x{reason}"}, f"reason {reason}")
    likely.refused({"name": f"x{number}"}, f"reason {number}")
    assert likely.about({"name": f"x{number}"}) is is_learned


def test_what_rows_share_is_what_all_of_them_have():
    """A value that one of them lacks is no cause; nor is one that a row has which landed."""
    likely = LikelyRefusals(NAMES)
    likely.refused({"name": "x", "kind": "a", "city": "c"}, "bad")
    likely.refused({"name": "x", "kind": "b", "city": "c"}, "bad")
    assert likely.lessons == 2  # `kind` is no cause, and the rest counts now
    assert likely.about({"name": "x", "kind": "z", "city": "c"})
    assert not likely.about({"name": "x", "kind": "z", "city": "d"})
    likely.landed([{"name": "y", "kind": "a", "city": "c"}, {"name": "z"}])
    assert likely.lessons == 3
    assert likely.about({"name": "x", "city": "d"})
    likely.landed([{"name": "y"}])
    assert likely.lessons == 3
    likely.landed([{"name": "x"}])
    assert not likely.about({"name": "x"})


def test_of_several_causes_one_is_enough():
    """Whichever it is; those of one refusal do not count."""
    likely = LikelyRefusals(NAMES)
    for name, reason in (("x", "one"), ("y", "two"), ("y", "two"), ("z", "three")):
        likely.refused({"name": name}, reason)
    assert [likely.about({"name": name}) for name in "xyz"] == [False, True, False]


def test_a_lane_may_learn_while_another_one_asks():
    """The second reason turns up in the middle of a question."""
    likely = LikelyRefusals(NAMES)
    likely.refused({"name": "x"}, "bad")
    likely.refused({"name": "x"}, "bad")

    class Asked(dict):
        def get(self, name, default=None):
            likely.refused({"name": "y"}, "another reason")
            return super().get(name, default)

    for _ in range(ENOUGH):
        assert not likely.about(Asked(name="z"))
    assert likely.about({"name": "y"})
