"""How the tests come by promtool, as far as none is needed for that."""

from __future__ import annotations

from tests.promtool import find, promtool


def test_the_machines_own_is_taken(tmp_path):
    """Nothing is fetched where there is one."""
    program = tmp_path / "promtool"
    program.write_text("#!/bin/sh\necho said $1; echo wrong >&2; exit 3\n")
    program.chmod(0o755)
    assert find(str(tmp_path)) == program
    assert promtool(program, "check") == (3, "said check\nwrong\n")
