"""The measurements of a benchmark on disk: each is kept as soon as it is made, so that one can be gone on with."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run.

    Attributes:
        step: the step of the plan, for example `rerun`.
        round: 1 for the first.
        what: the work, for example `unchanged`.
        who: who did it: `tool`, `fluvo`, `limit`, ...
        calls: requests, where they are known.
        fault: why its figures are worth nothing.
    """

    step: str
    rows: int
    round: int
    what: str
    who: str
    seconds: float
    cpu_s: float | None = None
    peak_mib: float | None = None
    calls: int | None = None
    fault: str | None = None


@dataclass
class Book:
    """What was measured so far, and where it is kept.

    Attributes:
        about: the machine, the versions, when it began.
        done: the rounds that are whole.
        stages: seconds by stage of the tool, for each work whose time was looked into.
    """

    path: Path
    about: dict[str, Any]
    measurements: list[Measurement] = field(default_factory=list)
    done: list[list[Any]] = field(default_factory=list)
    stages: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, versions: dict[str, str]) -> Book:
        """Go on with the file when there is one."""
        if path.exists():
            return cls.read(path)
        began = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(path, {"schema": SCHEMA, "began": began, "machine": _machine(), "versions": versions})

    @classmethod
    def read(cls, path: Path) -> Book:
        """What a file holds."""
        kept = json.loads(path.read_text())
        measurements = [Measurement(**one) for one in kept["measurements"]]
        return cls(path, kept["about"], measurements, kept["done"], kept["stages"])

    def has(self, step: str, rows: int, number: int) -> bool:
        """True when this round is whole."""
        return [step, rows, number] in self.done

    def keep(self, step: str, rows: int, number: int, measured: Iterable[Measurement]) -> None:
        """Keep a whole round."""
        self.measurements += measured
        self.done.append([step, rows, number])
        self.save()

    def save(self, **more: Any) -> None:
        """Write aside, then replace."""
        kept = {
            "about": self.about,
            **more,
            "stages": self.stages,
            "done": self.done,
            "measurements": [_without_none(asdict(one)) for one in self.measurements],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(".partial")
        aside.write_text(_compact(kept) + "\n")
        aside.replace(self.path)


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value
        for key, value in values.items()
        if value is not None
    }


def _compact(kept: dict[str, Any]) -> str:
    """JSON with one line for each element of a top-level list."""
    parts = []
    for key, value in kept.items():
        if isinstance(value, list):
            lines = ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in value)
            parts.append(f'  "{key}": [\n    {lines}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpus": os.cpu_count(), "processor": _processor(), "memory_gib": round(memory), "system": platform.system()}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].split(":", 1)[1].strip() if names else platform.machine()
