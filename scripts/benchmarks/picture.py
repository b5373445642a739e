"""Draw what was measured against its bars: a dot for each row, the bar a line, a log axis."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from scripts.benchmarks.rows import Row

MET, MISSED = "#0072b2", "#d55e00"
"""Blue and vermilion of Okabe and Ito: told apart by any eye; shapes differ too."""

ROW_IN = 0.27
"""Height of a row, in inches."""

MANY = 1000
"""Amounts that are written out whole."""


def titled(row: Row) -> str:
    """Return what a dot is about."""
    against = f", of {row.peer}" if row.peer else ""
    return f"{row.job}{against} ({row.case})"


def measure(row: Row) -> str:
    """Return what is said at the end of a row: what was measured, and the bar."""
    if row.peer:
        return f"{row.ratio:.2g} (bar {row.bar:g})"
    ours = row.ours or 0.0
    written = f"{ours:,.0f}" if ours >= MANY else f"{ours:.3g}"
    return f"{written} {row.unit} (bar {row.bar:g})"


def draw(rows: Sequence[Row], file: Path, *, told: str) -> bool:
    """
    Draw the rows that have a bar and were measured.

    Parameters
    ----------
    rows
        Any; those without a bar or a measure are left out.
    file
        ``.svg`` or ``.png``.
    told
        When and where, for the line below.

    Returns
    -------
    drawn
        False where matplotlib is missing or there is nothing to draw.
    """
    shown = [row for row in rows if row.share]
    if not shown or find_spec("matplotlib") is None:
        return False
    import matplotlib as mpl  # noqa: PLC0415 - an extra, and slow to start
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 8.5})
    figure = Figure(figsize=(10, 1.4 + ROW_IN * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    for met, colour, marker in ((True, MET, "o"), (False, MISSED, "D")):
        at = [n for n, row in enumerate(shown) if row.met is met]
        word = "bar met" if met else "bar not met"
        axes.scatter(
            [shown[n].share or 0 for n in at], at, c=colour, marker=marker, s=34, label=word
        )
    for n, row in enumerate(shown):
        axes.text(1.01, n, measure(row), transform=axes.get_yaxis_transform(), va="center")
    axes.axvline(1, color="black", linewidth=1.2)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(shown)), [titled(row) for row in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.grid(axis="both", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"share of the bar: left of the line is less than allowed\n{told}")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None, dpi=90)
    return True
