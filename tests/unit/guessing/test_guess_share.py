"""How right guesses are without a server, over samples/migrations and files of other systems; their jobs are valid."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from odoo_etl.guessing import JobFile, is_writable
from odoo_etl.spec import JobSpec
from tests.guesses import (
    SAMPLES,
    foreign_guesses,
    foreign_meanings,
    foreign_tallies,
    sample_guess,
    sample_tallies,
    told,
)

LEAST_OF_SAMPLES = 0.92  # with lookups measured on a real Odoo it is more: tests/e2e/test_guess.py
LEAST_OF_FOREIGN = 0.97  # 0.86 when they were first tried


@pytest.fixture(scope="module")
def samples():
    """The tally of each sample."""
    return sample_tallies()


@pytest.fixture(scope="module")
def foreign():
    """The tally of each file of another system."""
    return foreign_tallies()


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


def is_valid(found):
    """Whether the job of a guess is one."""
    text = JobFile(Path("pipelines/t.yaml"), "t").text(found)
    return JobSpec.model_validate(yaml.safe_load(text)).job == "t"


@pytest.mark.parametrize("sample", SAMPLES, ids=" ".join)
def test_jobs_for_the_samples_are_valid(sample):
    """Whatever was guessed."""
    found = sample_guess(*sample)
    assert is_writable(found)
    assert is_valid(found)


def test_jobs_for_foreign_files_are_valid():
    """With all that their names of columns hold."""
    assert [name for name, found in foreign_guesses().items() if not is_valid(found)] == []
