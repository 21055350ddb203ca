"""Values of the files for schedulers: what is to run, where, and what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Literal

CatchUp = Literal["latest", "all", "none"]
GRACE_S: Final = 180  # between being asked to end and being killed: calls on their way are finished
# Another attempt ends the same way: invalid files, rejected rows, a safety limit, a stale plan. As in serving/attempts.
NOT_AGAIN: Final = (2, 3, 4, 7)
REJECTS: Final = 3


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """A schedule and the jobs that run by it, together in one run.

    Attributes:
        name: of the job; `tag:x`; or `project`.
        jobs: their names.
        cron: five fields; "" where only files start it.
        jitter_s: seconds by which it starts later at most.
        catch_up: which of the times at which it could not run are made up for.
        timeout_s: None for no limit.
        retries: so many further attempts.
        on_files: it also runs when files have arrived.
    """

    name: str
    jobs: tuple[str, ...]
    cron: str
    timezone: str = "UTC"
    jitter_s: float = 0.0
    catch_up: CatchUp = "latest"
    timeout_s: float | None = None
    retries: int = 2
    on_files: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the runs are to be started.

    Attributes:
        program: the path of `odoo-etl` there.
        project: the folder of the project there, spelled as it is there.
        user: who runs it, and owns the folder.
        version: of odoo-etl.
        variables: that the files of the project name; each of them is told where the platform keeps such things.
        environment: of project.yaml, or "".
        is_production: whoever installs the file agrees that it writes there.
        now: the moment from which on the times are looked at.
    """

    program: str
    project: str
    user: str
    version: str
    now: datetime
    variables: tuple[str, ...] = ()
    environment: str = ""
    is_production: bool = False

    @property
    def prefix(self) -> str:
        """The beginning of the names of what belongs to the project."""
        kind = PurePosixPath if self.project.startswith("/") else PureWindowsPath
        return slug(f"odoo-etl-{kind(self.project).name}")[:30].rstrip("-")

    def words(self, one: ScheduledRun, *, with_folder: bool = True) -> list[str]:
        """The words behind the program that run the jobs of a schedule."""
        choice = [f"--env={self.environment}"] if self.environment else []
        folder = [f"--project={self.project}"] if with_folder else []
        return [*choice, "run", *folder, *(["--yes"] if self.is_production else []), *one.jobs]


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """A file for a scheduler; the path is where it belongs, from the folder on that is named in its first lines."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The files for a platform.

    Attributes:
        notes: what the platform does not do as the schedule says, each beginning with the name of the schedule.
        steps: the commands that put the files into use.
    """

    files: tuple[ScheduleFile, ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]


def slug(name: str) -> str:
    """A name of lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "schedule"


def slugs(runs: tuple[ScheduledRun, ...]) -> dict[str, str]:
    """The slug of each schedule, by its name; no two are the same."""
    found: dict[str, str] = {}
    for one in runs:
        own, number = slug(one.name)[:20].rstrip("-"), 2
        while own in found.values():
            own, number = f"{slug(one.name)[:18].rstrip('-')}-{number}", number + 1
        found[one.name] = own
    return found


def whole_seconds(seconds: float) -> int:
    """At least a second."""
    return max(1, round(seconds))


def lines_of(notes: tuple[str, ...]) -> list[str]:
    """Notes as comments."""
    return [f"# Note: {one}" for one in notes]


def lost(one: ScheduledRun, sentences: Mapping[str, str]) -> list[str]:
    """The notes on what a platform does otherwise than a schedule says.

    Args:
        sentences: by what is said: `jitter`, `catch_up: all` (or `latest`, `none`), `timeout`, `retries`.
    """
    said = [f"catch_up: {one.catch_up}"]
    said += ["jitter"] if one.jitter_s else []
    said += ["timeout"] if one.timeout_s is not None else []
    said += ["retries"] if one.retries else []
    found = [f"{one.name}: `{key}`: {sentences[key]}" for key in said if key in sentences]
    if one.on_files:
        found.append(f"{one.name}: `on: files`: no scheduler sees files arrive, `odoo-etl serve` does")
    return found
