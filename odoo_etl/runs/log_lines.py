"""Lines of logs as people read them: JSON objects and plain text, each with its time and level. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

Level = Literal["info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = ("info", "warning", "error")
LONGEST: Final = 2_000  # characters of a line
_WARNED: Final = frozenset({"rejected", "wait", "note"})
_WELL: Final = (0, 8)
_PARTLY: Final = 3
_TEXT: Final = "text"  # the key of what is said in words
_ASIDE: Final = frozenset({"time", "at_s", "level", "event", _TEXT, "schema_version"})


class LogLine(NamedTuple):
    """A line of a log.

    Attributes:
        at: when, as ISO 8601 has it; "" where it does not say.
        event: a word for what happened, or "".
    """

    at: str
    level: Level
    event: str
    text: str


def log_line(text: str) -> LogLine:
    """The line that a text is."""
    known = _object(text)
    if known is None:
        return LogLine("", _level_of_text(text), "", _cut(text))
    beside = {name: value for name, value in known.items() if name not in _ASIDE and value not in ("", None, [], {})}
    told = [str(known[_TEXT])] if known.get(_TEXT) else []
    told += [f"{name}: {_shown(value)}" for name, value in beside.items()]
    return LogLine(str(known.get("time", "")), _level(known), str(known.get("event", "")), _cut(", ".join(told)))


def is_as_severe(line: LogLine, level: str) -> bool:
    """Whether a line has this level or a worse one; "" for any."""
    return not level or LEVELS.index(line.level) >= LEVELS.index(_known(level))


def _known(level: Any) -> Level:
    return next((one for one in LEVELS if one == level), "info")


def _object(text: str) -> Mapping[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        known = json.loads(text)
    except ValueError:
        return None
    return known if isinstance(known, dict) else None


def _level(known: Mapping[str, Any]) -> Level:
    """As the line says; of the events of a run, which say none, as what they tell of is."""
    if "level" in known:
        return _known(known["level"])
    if known.get("error"):
        return "error"
    if "exit_code" in known and known["exit_code"] not in _WELL:
        return "warning" if known["exit_code"] == _PARTLY else "error"
    return "warning" if known.get("event") in _WARNED else "info"


def _level_of_text(text: str) -> Level:
    word = text.partition(":")[0].strip().lower()
    return _known(word) if word in LEVELS else "info"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
