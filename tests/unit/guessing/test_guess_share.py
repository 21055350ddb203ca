"""How right guesses are without a server: over the files of samples/migrations, and over files of other systems."""

from __future__ import annotations

import pytest

from tests.guesses import foreign_meanings, foreign_tallies, sample_tallies, told

LEAST_OF_SAMPLES = 0.92  # with lookups measured on a real Odoo it is more: tests/e2e/test_guess.py
LEAST_OF_FOREIGN = 0.97  # 0.86 when they were first tried


@pytest.fixture(scope="module")
def samples():
    """The tally of each sample."""
    return sample_tallies()


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """The tally of each file of another system."""
    return foreign_tallies(tmp_path_factory.mktemp("foreign"))


def share(tallies):
    """The share of columns that are right."""
    right, wrong = sum(len(one.right) for one in tallies), sum(len(one.wrong) for one in tallies)
    return right / (right + wrong)


def test_columns_of_the_migrations_are_proposed_as_their_jobs_map_them(samples):
    """`python -m tests.guesses` prints the share of each file."""
    assert share(samples) >= LEAST_OF_SAMPLES, told(samples)


def test_most_columns_of_each_migration_file_are_right(samples):
    """No file is guessed badly."""
    assert [one.name for one in samples if one.share < 0.5] == []


def test_columns_of_foreign_files_are_proposed_as_a_person_would(foreign):
    """Shops, accounting, SAP, Odoo's own export; German, French, Spanish, Italian, Dutch."""
    assert share(foreign) >= LEAST_OF_FOREIGN, told(foreign)
    assert len(foreign) >= 14


def test_the_meanings_name_columns_that_are_there(foreign):
    """A column that a file lacks would count as neither."""
    known = {one.name: {text.split(": ")[0] for text in (*one.right, *one.wrong)} for one in foreign}
    assert all(meant.keys() <= known[name] for name, (_, meant) in foreign_meanings().items())
