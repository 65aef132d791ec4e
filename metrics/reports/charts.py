"""Curves over time as SVG in a data: address, which the Content-Security-Policy allows; matplotlib is loaded late."""

import base64
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

INK, MUTED, TARGET = "#17212B", "#6E7B87", "#8036E2"
SIZE_INCHES = (8.0, 2.6)


class Picture(NamedTuple):
    alt: str
    address: str


def picture(
    title: str, unit: str, at: Sequence[datetime], values: Sequence[float | None], target: float | None = None
) -> Picture:
    """Draw values over time with their target as a dashed line; an unknown value is a gap."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Words stay words, and the same numbers give the same picture.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "report", "date.converter": "concise"}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes: Any = figure.subplots()
        drawn = [float("nan") if value is None else value for value in values]
        axes.plot(list(at), drawn, color=INK, linewidth=1.4, marker=".", markersize=3)
        if target is not None:
            axes.axhline(target, color=TARGET, linewidth=1.4, linestyle=(0, (6, 3)), label="target")
            axes.legend(loc="upper right", frameon=False)
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=MUTED)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    address = "data:image/svg+xml;base64," + base64.b64encode(out.getvalue().encode()).decode()
    return Picture(f"{title}, {unit}", address)
