"""What is said on stderr while jobs run."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.reporting.progress import Display, TerminalDisplay, Watcher
from odoo_etl.results import JobResult, RejectedRow

ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")


@pytest.mark.parametrize("kind", [Display, TerminalDisplay])
def test_a_message_of_a_server_does_not_steer_the_terminal(capsys, kind):
    """It could clear the screen and say that all is well."""
    display = kind()
    display.say("partners: rejected line 7: name: \x1b[2Jall is well")
    display.close()
    said = capsys.readouterr().err
    assert "\x1b[2J" not in said
    assert "\\x1b[2Jall is well" in said


class Lines(Display):
    """Keeps what it is told to say."""

    def __init__(self):
        super().__init__()
        self.said = []

    def say(self, text):
        """Keep the line."""
        self.said.append(text)


def test_only_the_first_rejects_are_said():
    """Five, then where the others are."""
    display = Lines()
    watcher = Watcher(display)
    watcher.run_started("run", Path("/runs/run"))
    watcher.job_started("j", 9)
    for _ in range(9):
        watcher.rejected("j", ROW)
    watcher.job_finished(JobResult("j", "res.partner"))
    assert len(display.said) == 1 + 5 + 1
    assert display.said[1] == "j: rejected line 7: name: needs a value"
    assert display.said[-1] == "j: more rejected rows go to /runs/run/rejects/j.csv"
