"""What a plan declares of a theme's seats: who needs one, and what a school offers."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from almaty_geo.places import Membership
from almaty_geo.specs import Confidence, Spec
from almaty_geo.specs.base import Slug
from almaty_geo.words import Text

Shifts = int | Literal["own"]
"""Shifts of every school, or each school's own."""


class PupilsRule(Spec):
    """How many need a seat: the sum of a column over a layer of schools."""

    layer: Slug
    """Layer whose rows are counted, all of them, whichever are open."""

    column: str = Field(min_length=1)
    """Column of whole pupils; its sum is everyone who needs a seat."""

    low: str | None = None
    """Column of another count, for the low variant."""

    basis: Text
    """Where the counts come from, and how they differ."""

    confidence: Confidence
    """How sure the count is."""


class ShareRule(Spec):
    """How pupils are spread over the blocks."""

    areas: dict[Slug, float] = Field(default_factory=dict)
    """School-age share of an area's residents (0 to 1), where it is known; all other areas take
    the rest of the pupils by residents."""

    basis: Text
    """Why so."""

    confidence: Confidence
    """How sure it is."""


class ShiftsRule(Spec):
    """In how many shifts schools teach."""

    column: str | None = None
    """Column of the schools' layers."""

    otherwise: int = Field(default=1, ge=1, le=4)
    """Shifts of a school whose layer does not say."""

    basis: Text
    """Why so."""

    confidence: Confidence
    """How sure it is."""


class Borderline(Spec):
    """Which areas' results rest on a count that was scaled so much that they are unsure."""

    column: str = Field(default="people_register", min_length=1)
    """Column of the demand layer with the count before it was scaled."""

    factor: float = Field(default=2.0, gt=1)
    """An area whose people are more than this many times the count before is borderline."""

    def factors(
        self, member: Membership, *, before: NDArray[np.int64], now: NDArray[np.int64]
    ) -> dict[str, float]:
        """Return how much the people (n,) of each borderline area were scaled, outside too."""
        told = zip(member.names, member.sums(before), member.sums(now), strict=True)
        return {area: int(n) / int(o) for area, o, n in told if n > self.factor * o and o}


class Seating(Spec):
    """Who needs a seat of a theme, and what a school offers (``layers/provision/<theme>.toml``)."""

    theme: Slug
    """The theme; the file's stem."""

    pupils: PupilsRule
    """How many need a seat."""

    share: ShareRule
    """How they are spread over the blocks."""

    shifts: ShiftsRule
    """In how many shifts schools teach."""

    language: str | None = None
    """Column with the language of teaching; several are joined by "_"."""

    borderline: Borderline | None = None
    """Which areas are unsure."""
