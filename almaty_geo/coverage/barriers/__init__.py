"""Barriers: who is near by air and far by street, what lies between, and the link that is missing.

Read on: `lines` (what may lie between), `groups` (who is cut off, put together), `links` (the one
link that helps most), `report` (all of it for a theme), `confirming` (what a second file says).
"""

from almaty_geo.coverage.barriers.confirming import confirmed
from almaty_geo.coverage.barriers.groups import Group
from almaty_geo.coverage.barriers.limits import Limits
from almaty_geo.coverage.barriers.lines import Barrier, barriers_of
from almaty_geo.coverage.barriers.links import Link
from almaty_geo.coverage.barriers.report import BarrierReport, CutOff, barrier_report

__all__ = [
    "Barrier",
    "BarrierReport",
    "CutOff",
    "Group",
    "Limits",
    "Link",
    "barrier_report",
    "barriers_of",
    "confirmed",
]
