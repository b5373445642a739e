"""Whether a second file of streets shows the same barriers, or a crossing that the first lacks."""

from dataclasses import replace

import numpy as np

from almaty_geo.coverage.barriers.report import BarrierReport, CutOff
from almaty_geo.travel import ByStreets, Reach, Travel

ORDER = {True: 0, None: 0, False: 1}

HALF = 0.5
"""A second way of less than this share of the first means that there is a crossing after all."""


def confirmed(
    report: BarrierReport, first: Travel, second: ByStreets, *, reach: Reach
) -> BarrierReport:
    """
    Return a report whose groups say whether a second file of streets knows no crossing either.

    Parameters
    ----------
    report
        Of the first file.
    first, second
        Ways by both files.
    reach
        Says how people travel, and in what unit.

    Returns
    -------
    report
        Groups where the second file shows a crossing come after the others that have a link; those
        without a link come last; by people each.
    """
    told = [replace(one, confirmed=_holds(one, first, second, reach)) for one in report.cut_off]
    ranked = sorted(told, key=lambda one: (one.link is None, ORDER[one.confirmed]))
    return replace(report, cut_off=tuple(ranked))


def _holds(one: CutOff, first: Travel, second: ByStreets, reach: Reach) -> bool | None:
    """Return whether the way between a link's ends is as long by the second; None if unknown."""
    if one.link is None:
        return None
    ends = np.array([one.link.start_m, one.link.end_m])
    if not second.snap(ends, mode=reach.mode).joined.all():
        return None
    ways = [float(by.nearest(ends[:1], ends[1:], reach=reach).way[0]) for by in (first, second)]
    return ways[1] >= HALF * ways[0] if np.isfinite(ways[0]) else bool(np.isinf(ways[1]))
