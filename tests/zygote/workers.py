"""What forks the workers of a divided run, forked in its turn: else it would import the program at each such run."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Sequence
from multiprocessing import util

MOST_BYTES, MOST_FILES = 1 << 16, 8
FREE = 1000  # numbers of files that nobody has
# Else Dask starts each of its workers by itself, and lets it import all of Dask.
DASK = {"DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver"}


def fork_ahead() -> None:
    """Fork what shall fork the workers of this process: here is still nothing that they must not share."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        ours.close()
        serve(theirs)
    theirs.close()
    usual = util.spawnv_passfds

    def spawn(path: bytes, arguments: Sequence[str], files: Sequence[int]) -> int:
        """Give to the fork what the first fork server would be started with."""
        if "multiprocessing.forkserver" not in arguments[-1]:
            return usual(path, arguments, files)
        util.spawnv_passfds = usual
        with ours:
            socket.send_fds(ours, [json.dumps([arguments[-1], list(files)]).encode()], files)
        return pid

    util.spawnv_passfds = spawn


def serve(theirs: socket.socket) -> None:
    """Wait to be needed, then be the fork server; never returns."""
    from fcntl import F_DUPFD, fcntl  # Windows, which has none, collects the tests that fork nothing

    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # as it is when one is started
        with theirs:
            told, files, _, _ = socket.recv_fds(theirs, MOST_BYTES, MOST_FILES)
        if told:  # else nobody needs it any more
            code, numbers = json.loads(told)
            for file, number in zip([fcntl(file, F_DUPFD, FREE) for file in files], numbers, strict=True):
                os.dup2(file, number)
                os.close(file)
            exec(code)
    finally:
        os._exit(0)
