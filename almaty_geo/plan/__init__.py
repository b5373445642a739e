"""The facade: a plan is a folder; ask it, and its answers show themselves."""

from almaty_geo.plan.folder import bundled, is_bundled, refuse_bundled
from almaty_geo.plan.plan import Plan, open_plan
from almaty_geo.plan.shown import ShownCoverage
from almaty_geo.plan.subjects import SUBJECTS

__all__ = [
    "SUBJECTS",
    "Plan",
    "ShownCoverage",
    "bundled",
    "is_bundled",
    "open_plan",
    "refuse_bundled",
]
