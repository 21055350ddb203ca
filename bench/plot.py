"""The plot of docs/performance.md: one bar for each contender and work, on a logarithmic scale, as hand-written SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.peers import FLUVO
from bench.steps import EXTERNAL_ID, LIMIT, TOOL
from bench.targets import Line

COLOURS = {LIMIT: "#8a8a8a", TOOL: "#1f77b4", EXTERNAL_ID: "#6baed6", FLUVO: "#ff7f0e"}
LEFT, WIDTH, BAR, GAP, TOP = 190, 520, 14, 12, 46
FASTEST_S = 0.1


def svg(lines: Sequence[Line]) -> str:
    """Seconds of every work that a peer or the limit has been measured at."""
    shown = [line for line in lines if line.who in COLOURS and line.rows and line.step not in ("own", "scale", "tune")]
    groups: dict[tuple[int, str], list[Line]] = {}
    for line in sorted(shown, key=lambda one: one.rows):
        groups.setdefault((line.rows, line.what), []).append(line)
    longest = max((line.seconds for line in shown), default=1.0)
    decades = max(1, math.ceil(math.log10(longest / FASTEST_S)))
    parts, y = [], TOP
    for (rows, what), several in groups.items():
        middle = y + len(several) * BAR / 2 + 4
        parts.append(_text(LEFT - 8, middle, f"{what}, {rows:,}", "end"))
        for line in several:
            parts.append(_bar(line, y, decades))
            y += BAR
        y += GAP
    parts = [*_legend(), *_grid(decades, y), *parts]
    size = f'width="{LEFT + WIDTH + 90}" height="{y + 24}"'
    style = 'font-family="sans-serif" font-size="11" fill="#333"'
    white = '<rect width="100%" height="100%" fill="white"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>', white, *parts, "</svg>"]) + "\n"


def _bar(line: Line, y: float, decades: int) -> str:
    length = _x(max(line.seconds, FASTEST_S), decades) - LEFT
    fill = COLOURS[line.who]
    label = f"{line.seconds:,.2f} s" + ("  (wrong data)" if line.fault else "")
    rect = f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 2}" fill="{fill}"/>'
    return rect + _text(LEFT + length + 4, y + BAR - 4, label)


def _legend() -> list[str]:
    parts, x = [], LEFT
    for who, colour in COLOURS.items():
        parts.append(f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>' + _text(x + 15, 18, who))
        x += 30 + 6.5 * len(who)
    return [*parts, _text(LEFT, 36, "seconds, logarithmic: shorter is better")]


def _grid(decades: int, bottom: float) -> list[str]:
    parts = []
    for decade in range(decades + 1):
        seconds = FASTEST_S * 10**decade
        x = _x(seconds, decades)
        line = f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>'
        parts.append(line + _text(x, bottom + 14, f"{seconds:g} s", "middle"))
    return parts


def _x(seconds: float, decades: int) -> float:
    return LEFT + WIDTH * math.log10(seconds / FASTEST_S) / decades


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
