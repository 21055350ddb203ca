"""A file that is held for as long as whoever writes it lives: others can see so whether it is alive.

The system lets go of it when the process ends, however it ends. On POSIX that is a lock of the whole file, on Windows
one of a byte far behind its end, since there a locked byte cannot be read.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    _BEHIND_THE_END = 1 << 30

    def hold(file: int) -> None:
        """Hold an open file. Raises OSError: another one does, or the file system has no locks."""
        os.lseek(file, _BEHIND_THE_END, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _try(file: int) -> None:
        hold(file)
        os.lseek(file, _BEHIND_THE_END, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

    _HELD: type[OSError] = PermissionError
else:
    import fcntl

    def hold(file: int) -> None:
        """Hold an open file. Raises OSError: another one does, or the file system has no locks."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _try(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)

    _HELD: type[OSError] = BlockingIOError


def is_held(file: int) -> bool | None:
    """Whether somebody holds the file that was opened to look; None where the file system has no locks."""
    try:
        _try(file)
    except _HELD:
        return True
    except OSError:
        return None
    return False
