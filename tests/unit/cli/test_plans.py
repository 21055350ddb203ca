"""Where the changes of a plan go."""

from __future__ import annotations

import pytest
import typer

from odoo_etl.cli._plans import PlanOutput, output_of, shown_changes
from odoo_etl.errors import UsageError


@pytest.mark.parametrize(("text", "show", "every"), [("0", 0, False), ("25", 25, False), ("all", 10, True)])
def test_some_or_all_changes_are_shown(text, show, every):
    """A number, or the word."""
    output = output_of(shown_changes(text), None, None)
    assert (output, output.needs_every) == (PlanOutput(show, every), every)


@pytest.mark.parametrize("text", ["-1", "some", "", "1.5", "²"])
def test_other_words_are_refused(text):
    """With what may stand there."""
    with pytest.raises(typer.BadParameter, match="neither a number nor `all`"):
        shown_changes(text)


def test_a_file_makes_the_plan_keep_every_change(tmp_path):
    """It is looked at before anything is planned."""
    assert output_of("10", tmp_path / "c.csv", None).needs_every
    assert output_of("10", None, tmp_path / "c.html").needs_every
    assert output_of("10", None, None, keep=True).needs_every
    with pytest.raises(UsageError, match="is in no folder that is there"):
        output_of("10", tmp_path / "no" / "c.csv", None)
    with pytest.raises(UsageError, match="is a folder"):
        output_of("10", None, tmp_path)
