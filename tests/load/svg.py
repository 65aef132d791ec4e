"""A small picture of curves over a logarithmic or linear axis, as SVG."""

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 16, 36, 48
COLOURS = ("#2962a3", "#c2571a", "#3d7f4f", "#7a4fa0")

Curve = tuple[str, Sequence[tuple[float, float]]]


def picture(title: str, across: str, up: str, curves: Sequence[Curve], logarithmic: bool = True) -> str:
    """Draw named curves of (x, y); both axes are logarithmic unless told otherwise."""
    points = [point for _, curve in curves for point in curve if point[1] > 0 or not logarithmic]
    x, y = _Axis([p[0] for p in points], logarithmic), _Axis([p[1] for p in points], logarithmic)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        f' font-size="12"><title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for tick in x.ticks():
        at = _across(x, tick)
        parts.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{tick:,g}</text>')
    for tick in y.ticks():
        at = _up(y, tick)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{tick:,g}</text>')
    for n, (name, curve) in enumerate(curves):
        parts += _curve(name, curve, COLOURS[n % len(COLOURS)], n, x, y)
    return "\n".join([*parts, "</svg>\n"])


class _Axis:
    def __init__(self, values: Sequence[float], logarithmic: bool) -> None:
        self.logarithmic = logarithmic
        self.low: float
        self.high: float
        low, high = min(values, default=1), max(values, default=10)
        if logarithmic:
            self.low, self.high = math.floor(math.log10(low)), max(math.ceil(math.log10(high)), 1)
            self.high += self.high == self.low
        else:
            self.low, self.high = 0.0, high * 1.1 or 1.0

    def ticks(self) -> list[float]:
        if self.logarithmic:
            return [10.0**n for n in range(int(self.low), int(self.high) + 1)]
        step = 10 ** math.floor(math.log10(self.high / 2))
        step *= next(factor for factor in (1, 2, 5, 10) if self.high / (step * factor) <= 8)
        return [step * n for n in range(int(self.high / step) + 1)]

    def share(self, value: float) -> float:
        at = math.log10(value) if self.logarithmic else value
        return (at - self.low) / (self.high - self.low)


def _across(axis: _Axis, value: float) -> float:
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def _up(axis: _Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM)


def _curve(name: str, curve: Sequence[tuple[float, float]], colour: str, n: int, x: _Axis, y: _Axis) -> list[str]:
    drawn = [(_across(x, a), _up(y, b)) for a, b in curve if b > 0 or not y.logarithmic]
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in drawn)
    return [
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in drawn),
        f'<text x="{WIDTH - RIGHT - 8}" y="{TOP + 16 + 16 * n}" text-anchor="end" fill="{colour}">'
        f"{escape(name)}</text>",
    ]
