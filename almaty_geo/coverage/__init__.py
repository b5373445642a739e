"""Coverage: people within and out of reach of what a theme offers."""

from almaty_geo.coverage.measure import Coverage, Question, measure
from almaty_geo.coverage.offer import Offer
from almaty_geo.coverage.section import glance, notes_at_a_glance, section
from almaty_geo.coverage.trial import Carried, trial

__all__ = [
    "Carried",
    "Coverage",
    "Offer",
    "Question",
    "glance",
    "measure",
    "notes_at_a_glance",
    "section",
    "trial",
]
