"""Where the time goes: the threads of one run of the tool, looked at every few milliseconds.

`python -m bench.stages FILE run ...` runs `odoo-etl run ...` in this process and writes seconds by stage to FILE. Each
thread counts for what its innermost known frame does: by the clock where it waits for Odoo, so that three lanes that
wait for one second make three, and by its own processor time elsewhere, so that threads which wait for each other, or
for their turn in the interpreter, count for nothing.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

INTERVAL_S = 0.004
TURN_S = 0.0002  # a thread is seen where it is, and not only where it lets others have the interpreter by itself
WAITING = ("/http/client.py", "/socket.py", "/ssl.py", "/urllib3/", "/selectors.py")
PACKAGE = next(iter(find_spec("odoo_etl").submodule_search_locations or ())) + "/"  # type: ignore[union-attr]
IDLE = ("/threading.py", "/queue.py", "/concurrent/futures/")
# The folder of odoo_etl that the innermost of our own frames lies in, and what it is called.
STAGES = {
    "sources": "source",
    "mapping": "mapping",
    "planning": "mapping",
    "odoo": "encode and decode",
    "state": "ledger",
    "loading": "runner",
}
START, WAIT, OTHER = "start", "waiting for Odoo", "other"


def stage_of(frame: FrameType | None) -> str | None:
    """What a thread does; None when it waits for another thread."""
    innermost = True
    while frame is not None:
        name = frame.f_code.co_filename
        if innermost and any(part in name for part in IDLE):
            return None
        if any(part in name for part in WAITING):
            return WAIT
        if "importlib" in name:
            return START
        if name.startswith(PACKAGE):
            return STAGES.get(name[len(PACKAGE) :].split("/")[0], OTHER)
        frame, innermost = frame.f_back, False
    return OTHER


def watch(counts: dict[str, float], stop: threading.Event) -> None:
    """Count, until stopped, the time that passes between two looks for what each thread was seen at."""
    mine, before = threading.get_ident(), time.perf_counter()
    worked: dict[int, float] = {}
    while not stop.wait(INTERVAL_S):
        now = time.perf_counter()
        for ident, frame in sys._current_frames().items():  # noqa: SLF001 - there is no public way
            if ident == mine:
                continue
            clock = time.clock_gettime(time.pthread_getcpuclockid(ident))
            stage = stage_of(frame)
            if stage:
                counts[stage] += now - before if stage == WAIT else clock - worked.get(ident, 0.0)
            worked[ident] = clock
        before = now


def main() -> None:
    """Run the tool under watch; ends with its exit code."""
    target, sys.argv = Path(sys.argv[1]), ["odoo-etl", *sys.argv[2:]]
    counts: dict[str, float] = defaultdict(float)
    stop = threading.Event()
    sys.setswitchinterval(TURN_S)
    watcher = threading.Thread(target=watch, args=(counts, stop), daemon=True)
    watcher.start()
    from odoo_etl.cli.main import main as run  # noqa: PLC0415 - its import is part of what is watched

    try:
        run()
    finally:
        stop.set()
        watcher.join()
        target.write_text(json.dumps({stage: round(seconds, 3) for stage, seconds in sorted(counts.items())}))


if __name__ == "__main__":
    main()
