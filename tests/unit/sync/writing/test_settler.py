"""How long a call without an answer is waited for, and how often it is looked for meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from odoo_etl.sync.writing.settler import Settler


@dataclass
class Waited:
    """A clock that moves only while somebody waits; what is looked for is there from a time on."""

    lands_at: float = float("inf")
    now: float = 0.0
    pauses: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)

    def pause(self, seconds):
        """Let the time pass."""
        self.pauses.append(seconds)
        self.now += seconds

    def landed(self):
        """A look."""
        self.looks.append(self.now)
        return self.now >= self.lands_at

    def settler(self, settle_s):
        """Whoever waits by this clock."""
        return Settler(self.pause, settle_s, lambda: self.now)


def test_pauses_are_doubled_up_to_ten_seconds():
    """And the last one ends when the call can no longer land."""
    waited = Waited()
    assert waited.settler(35.0).wait(waited.landed, 0.0) is False
    assert waited.pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 2.4])
    assert waited.looks[-1] == pytest.approx(35.0)


@pytest.mark.parametrize(
    ("sent_s_ago", "waits_s"), [(0.0, 4.0), (3.0, 1.0), (3.9, 0.1), (4.0, 0.0), (5.0, 0.0), (-7.0, 4.0)]
)
def test_the_time_since_it_was_sent_counts(sent_s_ago, waits_s):
    """What was sent in the future was sent now; there is always a look, and the last one comes at the end."""
    waited = Waited()
    assert waited.settler(4.0).wait(waited.landed, sent_s_ago) is False
    assert waited.now == pytest.approx(waits_s)
    assert len(waited.looks) == len(waited.pauses) + 1


@pytest.mark.parametrize(
    ("lands_at", "landed", "pauses"), [(0.0, True, 0), (0.5, True, 2), (4.0, True, 5), (4.1, False, 5)]
)
def test_it_ends_with_the_first_look_that_finds_it(lands_at, landed, pauses):
    """Also with the very last one."""
    waited = Waited(lands_at)
    assert waited.settler(4.0).wait(waited.landed, 0.0) is landed
    assert len(waited.pauses) == pauses


def test_a_pause_is_never_so_short_that_the_clock_stands_still():
    """A hundredth of a second at least."""
    waited = Waited()
    waited.settler(0.001).wait(waited.landed, 0.0)
    assert waited.pauses == [0.01]


def test_records_are_there_when_each_key_has_one():
    """One of several is not enough: a create makes all or none, and some may be somebody else's."""
    answers = [{("a",): [1]}, {("a",): [1], ("b",): []}, {("a",): [1], ("b",): [2]}]
    waited = Waited()
    found = waited.settler(60.0).records([("a",), ("b",)], lambda _: answers.pop(0), 0.0)
    assert found == {("a",): [1], ("b",): [2]}
    assert len(waited.pauses) == 2


def test_what_was_found_last_is_told_when_time_is_up():
    """Not what was there for a moment."""
    answers = [{("a",): [1]}, {("b",): [2]}]
    waited = Waited()
    found = waited.settler(0.1).records([("a",), ("b",)], lambda _: answers.pop(0), 0.0)
    assert found == {("b",): [2]}
