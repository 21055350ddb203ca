"""Who lives: what is seen of others, and what a clock that somebody sets may say of them."""

from __future__ import annotations

import pytest

from odoo_etl.state.alive import BEAT_S, SURE_S, OwnFile, Silence, forget, is_alive

LEASE_S = 60.0


class Clock:
    """A clock that tests move."""

    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


def watched(looks):
    """What is known of an owner after looks at it: seconds between them, its heartbeat, and that heartbeat's age."""
    clock = Clock()
    silence = Silence(clock)
    found = None
    for passed, beat, age_s in looks:
        clock.time += passed
        found = silence.is_dead("token", beat, age_s, LEASE_S)
    return found


@pytest.mark.parametrize(
    ("looks", "dead"),
    [
        ([(0, 1.0, 30.0)], False),
        ([(0, 1.0, 60.0)], False),
        ([(0, 1.0, 30.0), (60, 1.0, 60.0)], False),
        ([(0, 1.0, 30.0), (60.5, 1.0, 60.0)], True),
        ([(0, 1.0, 61.0)], None),
        ([(0, 1.0, 61.0), (SURE_S - 0.5, 1.0, 75.0)], None),
        ([(0, 1.0, -1.0)], False),
        ([(0, 1.0, -1.5)], None),
        ([(0, 1.0, 61.0), (SURE_S, 1.0, 76.0)], True),
        ([(0, 1.0, 30.0), (35, 1.0, 65.0)], True),
        ([(0, 1.0, 7200.0), (BEAT_S, 9.0, 0.5)], False),  # the store's clock was set forward
        ([(0, 1.0, 7200.0), (BEAT_S, 9.0, 7200.0), (BEAT_S, 19.0, 7200.0)], None),
        ([(0, 1.0, -7200.0)], None),  # it was set back
        ([(0, 1.0, -7200.0), (59, 1.0, -7141.0)], None),
        ([(0, 1.0, -7200.0), (61, 1.0, -7139.0)], True),
        ([(0, 1.0, -7200.0), (10, -7199.0, 1.0)], False),
    ],
)
def test_a_lease_ends_when_its_owner_is_silent(looks, dead):
    """By the store's clock and our own; None: look again."""
    assert watched(looks) is dead


@pytest.mark.parametrize(("silent_s", "dead"), [(0.9, None), (1.0, True)])
def test_a_short_lease_is_watched_for_no_longer_than_it_is(silent_s, dead):
    """It need not be as long as a heartbeat and a half."""
    clock = Clock()
    silence = Silence(clock)
    silence.is_dead("token", 1.0, 5.0, 1.0)
    clock.time += silent_s
    assert silence.is_dead("token", 1.0, 5.0, 1.0) is dead


def test_owners_are_watched_one_by_one():
    """What is known of one says nothing of another."""
    clock = Clock()
    silence = Silence(clock)
    silence.is_dead("one", 1.0, 61.0, LEASE_S)
    clock.time += SURE_S
    assert silence.is_dead("other", 1.0, 61.0, LEASE_S) is None
    assert silence.is_dead("one", 1.0, 61.0, LEASE_S) is True


def test_an_owner_is_seen_through_its_file(tmp_path):
    """Locked, free, gone."""
    own = OwnFile(tmp_path / "runs", "0" * 32)
    folder = tmp_path / "runs"
    assert is_alive(folder, own.name) is None
    own.lock()
    assert is_alive(folder, own.name) is True
    own.release(keep=True)
    assert is_alive(folder, own.name) is False
    forget(folder, own.name)
    assert is_alive(folder, own.name) is None


@pytest.mark.parametrize("name", ["{}/notes", "../notes", "notes", ".alive-../notes", ".alive-" + "g" * 32, ""])
def test_no_other_file_is_touched(tmp_path, name):
    """Whatever the store says."""
    folder = tmp_path / "runs"
    folder.mkdir()
    for path in (tmp_path / "notes", folder / "notes"):
        path.touch()
    given = name.format(tmp_path)
    assert is_alive(folder, given) is None
    forget(folder, given)
    assert (tmp_path / "notes").is_file()
    assert (folder / "notes").is_file()
