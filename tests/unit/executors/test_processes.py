"""Where workers can be forks of one process."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from odoo_etl.executors.processes import LONGEST_TEMPORARY, can_fork
from odoo_etl.spool_folders import PREFIX

SOCKET = f"{PREFIX}12345678/listener-12345678"


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_the_socket_of_what_forks_fits_into_its_name(more, fits):
    """The folder of temporary files may be too long; then workers are started one by one."""
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        folder = Path(short, "x" * (LONGEST_TEMPORARY + more - len(os.fsencode(short)) - 1))
        (folder / SOCKET).parent.mkdir(parents=True)
        assert len(os.fsencode(folder)) == LONGEST_TEMPORARY + more
        assert can_fork(str(folder)) is fits
        with socket.socket(socket.AF_UNIX) as one:
            if fits:
                one.bind(str(folder / SOCKET))
            else:
                with pytest.raises(OSError, match="too long"):
                    one.bind(str(folder / SOCKET))
