"""What is said on stderr while jobs run."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.progress import Display, TerminalDisplay


@pytest.mark.parametrize("kind", [Display, TerminalDisplay])
def test_a_message_of_a_server_does_not_steer_the_terminal(capsys, kind):
    """It could clear the screen and say that all is well."""
    display = kind()
    display.say("partners: rejected line 7: name: \x1b[2Jall is well")
    display.close()
    said = capsys.readouterr().err
    assert "\x1b[2J" not in said
    assert "\\x1b[2Jall is well" in said
