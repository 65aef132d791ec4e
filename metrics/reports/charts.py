"""
Line charts as SVG, for reports and for the load tools.

A chart has two axes (linear from 0, logarithmic, or time) and named curves; None is an unknown value and a gap.
"""

import base64
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 16, 36, 48
INK, GRID, TARGET = "#17212b", "#ddd", "#8036e2"
COLOURS = ("#2962a3", "#c2571a", "#3d7f4f", "#7a4fa0")
MINUTE, HOUR, DAY = 60, 3600, 86_400
TIME_STEPS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY)
MOST_TICKS = 8
# A curve of more points has no marks: a month of minutes would be a megabyte of circles.
MOST_MARKS = 100

Point = tuple[float, float | None]
Curve = tuple[str, Sequence[Point]]


class Axis(NamedTuple):
    low: float
    high: float
    ticks: list[tuple[float, str]]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return where a value stands, from 0 to 1."""
        return ((math.log10(value) if self.logarithmic else value) - self.low) / (self.high - self.low)


def linear(values: Iterable[float]) -> Axis:
    high = max(values, default=10) * 1.1 or 1.0
    step = 10 ** math.floor(math.log10(high / 2))
    step *= next(factor for factor in (1, 2, 5, 10) if high / (step * factor) <= MOST_TICKS)
    return Axis(0.0, high, [(step * n, f"{step * n:,g}") for n in range(int(high / step) + 1)])


def logarithmic(values: Iterable[float]) -> Axis:
    values = list(values)
    low = math.floor(math.log10(min(values, default=1)))
    high = max(math.ceil(math.log10(max(values, default=10))), 1)
    high += high == low
    return Axis(low, high, [(10.0**n, f"{10.0**n:,g}") for n in range(low, high + 1)], logarithmic=True)


def time(values: Iterable[float]) -> Axis:
    """Make an axis of seconds since 1970 with ticks in UTC."""
    values = list(values)
    low, high = min(values), max(max(values), min(values) + MINUTE)
    step = next((step for step in TIME_STEPS if (high - low) / step <= MOST_TICKS), (high - low) / MOST_TICKS)
    words = "%H:%M" if step < DAY else "%d %b"
    at = [n * step for n in range(math.ceil(low / step), int(high / step) + 1)]
    return Axis(low, high, [(value, f"{datetime.fromtimestamp(value, UTC):{words}}") for value in at])


class Chart(NamedTuple):
    """A chart as an image: a data: address, which the Content-Security-Policy allows."""

    alt: str
    address: str


def over_time(
    title: str, unit: str, at: Sequence[datetime], values: Sequence[float | None], target: float | None = None
) -> Chart:
    """Draw values over time, with their target as a dashed line."""
    seconds = [moment.timestamp() for moment in at]
    known = [value for value in [*values, target] if value is not None]
    curve = ("", list(zip(seconds, values, strict=True)))
    svg = draw(title, "UTC", unit, time(seconds), linear(known), [curve], target)
    return Chart(f"{title}, {unit}", "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())


def draw(
    title: str, across: str, up: str, x: Axis, y: Axis, curves: Sequence[Curve], target: float | None = None
) -> str:
    """Return curves between two named axes as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        f' font-size="12" fill="{INK}"><title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}"'
        f' fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
        *(_vertical(_across(x, value), word) for value, word in x.ticks),
        *(_horizontal(_up(y, value), word) for value, word in y.ticks),
    ]
    for n, (name, points) in enumerate(curves):
        parts += _curve(points, COLOURS[n % len(COLOURS)], x, y)
        parts.append(_legend(name, COLOURS[n % len(COLOURS)], n))
    if target is not None:
        line = f"M{LEFT} {_up(y, target):.1f}H{WIDTH - RIGHT}"
        parts.append(f'<path d="{line}" stroke="{TARGET}" stroke-dasharray="6 3"/>')
        parts.append(_legend("target", TARGET, len(curves)))
    return "\n".join([*parts, "</svg>\n"])


def _across(axis: Axis, value: float) -> float:
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def _up(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM)


def _vertical(at: float, word: str) -> str:
    line = f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{GRID}"/>'
    return f'{line}<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{word}</text>'


def _horizontal(at: float, word: str) -> str:
    line = f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>'
    return f'{line}<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{word}</text>'


def _legend(name: str, colour: str, n: int) -> str:
    at = f'x="{WIDTH - RIGHT - 8}" y="{TOP + 16 + 16 * n}"'
    return f'<text {at} text-anchor="end" fill="{colour}">{escape(name)}</text>' if name else ""


def _curve(points: Sequence[Point], colour: str, x: Axis, y: Axis) -> list[str]:
    # A logarithmic axis has no place for 0.
    drawn = [
        None if value is None or (y.logarithmic and value <= 0) else (_across(x, at), _up(y, value))
        for at, value in points
    ]
    line = f'<path d="{_path(drawn)}" fill="none" stroke="{colour}" stroke-width="2"/>'
    if len(drawn) > MOST_MARKS:
        return [line]
    return [line, *(f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="2.5" fill="{colour}"/>' for p in drawn if p)]


def _path(points: Iterable[tuple[float, float] | None]) -> str:
    path, drawing = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if drawing else 'M'}{point[0]:.1f},{point[1]:.1f}"
        drawing = point is not None
    return path


SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 96.0, 24.0, 2.0


def sparkline(values: Sequence[float | None]) -> str:
    """Return an SVG path over the values, the highest at the top; an unknown value is a gap."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
    factor = (SPARK_HEIGHT - 2 * SPARK_MARGIN) / (max(known) or 1)
    return _path(
        None if value is None else (SPARK_MARGIN + n * step, SPARK_HEIGHT - SPARK_MARGIN - value * factor)
        for n, value in enumerate(values)
    )
