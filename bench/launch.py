"""Runs a command, writes what it took: `python -IS launch.py RESULT TIMEOUT_S COMMAND...`

Seconds, processor seconds and peak memory. A process of its own, because the peak that Linux tells of a child is never
below the memory of the process that started it. So it imports next to nothing.
"""

import json
import os
import signal
import sys
import time


def main() -> None:
    """Start, wait, write; the command is killed after the timeout."""
    result, timeout_s, *command = sys.argv[1:]
    started = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.alarm(int(timeout_s))
    _, status, usage = os.wait4(pid, 0)
    took = {
        "seconds": time.monotonic() - started,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(result, "w") as file:  # noqa: PTH123 - pathlib alone is some megabytes
        json.dump(took, file)


if __name__ == "__main__":
    main()
