"""Coverage: people within and out of reach of what a theme offers."""

from almaty_geo.coverage.measure import Coverage, Question, measure
from almaty_geo.coverage.offer import Offer
from almaty_geo.coverage.section import section
from almaty_geo.coverage.trial import trial

__all__ = ["Coverage", "Offer", "Question", "measure", "section", "trial"]
