"""Where a facility may not be put: declared norms, those included that nobody can check yet."""

from typing import Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec, Word
from almaty_geo.words import Text


class Exclusion(Spec):
    """
    Ground that is closed to new facilities (``layers/exclusions/<id>.toml``).

    One with a layer is checked. One without is listed beside every answer as not checked, so that
    nobody takes silence for leave.
    """

    id: Slug
    """File stem."""

    title: Text
    """What a reader calls it, such as "protection zones of water intakes"."""

    layer: Slug | None = None
    """Layer whose features are kept away from; None where the plan has no such layer."""

    where: dict[Word, str | int | float | bool] = Field(default_factory=dict)
    """Column values that a feature must have to count; all count where empty."""

    distance_m: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """How far a site must be from a feature at least; 0 keeps it off the feature itself."""

    basis: Text
    """The document or practice it comes from."""

    confidence: Confidence
    """How sure it is."""

    note: Text | None = None
    """What to confirm, or what is missing to check it."""

    @model_validator(mode="after")
    def _distance_goes_with_layer(self) -> Self:
        if (self.layer is None) != (self.distance_m is None):
            raise ValueError("'distance_m' goes with 'layer': give both, or neither if unchecked")
        if self.where and self.layer is None:
            raise ValueError("'where' goes with 'layer'")
        return self
