"""What a plan declares beside its layers: norms, speeds, promises."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Mode, Slug, Spec, Word
from almaty_geo.words import Text

Status = Literal["kept", "kept_late", "late", "open", "unknown", "conflicting"]


class NormValue(Spec):
    """One figure of a norm; data with provenance, never a constant in code."""

    value: float = Field(gt=0)
    """How much."""

    unit: Word
    """Unit of the value; "m" and "min" are reaches."""

    low: float | None = Field(default=None, gt=0)
    """Least of the values in use, in the same unit; the value itself where none is given."""

    high: float | None = Field(default=None, gt=0)
    """Greatest of the values in use."""

    mode: Mode | None = None
    """How people travel, for a reach."""

    basis: Text
    """The document or practice it comes from."""

    confidence: Confidence
    """How sure it is; anything but "high" is shown as such wherever the norm is used."""

    note: Text | None = None
    """What to confirm it against, or which other values are in use."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.low or self.value, self.high or self.value
        if not low <= self.value <= high:
            raise ValueError(f"low {low} <= value {self.value} <= high {high} is not so")
        return self


class Norm(Spec):
    """What a theme is held to: a reach, a provision, or both."""

    theme: Slug
    """The theme; the file's stem."""

    reach: NormValue | None = None
    """Farthest that counts as within reach, metres or minutes."""

    admission_limit: NormValue | None = None
    """Farthest that a seat may be given beyond the reach."""

    provision: NormValue | None = None
    """How much for how many people."""

    @model_validator(mode="after")
    def _reach_is_a_reach(self) -> Self:
        for value in (self.reach, self.admission_limit):
            if value is not None and (value.unit not in {"m", "min"} or value.mode is None):
                raise ValueError("a reach needs the unit 'm' or 'min' and a mode")
        return self


class Speed(Spec):
    """How fast one mode of travel is."""

    m_per_min: float = Field(gt=0)
    """Metres a minute."""

    basis: Text
    """Where the figure comes from."""

    confidence: Confidence
    """How sure it is."""


class StreetClass(Spec):
    """Who may use streets of one class, and how fast (a table of ``layers/travel/speeds.toml``)."""

    walk: bool = True
    """Whether people may walk there."""

    drive_m_per_min: float | None = Field(default=None, gt=0)
    """Metres a minute by car; None where nobody may drive."""

    basis: Text
    """Where the figures come from, or the rule."""

    confidence: Confidence
    """How sure they are."""

    note: Text | None = None
    """What to mind where a file has streets of this class."""


class Speeds(Spec):
    """Travel speeds by mode and class of street (``layers/travel/speeds.toml``)."""

    walk: Speed
    """On foot."""

    drive: Speed | None = None
    """By car, on streets whose class has no row of its own."""

    classes: dict[Word, StreetClass] = Field(default_factory=dict)
    """Classes of street by name; one without a row is open to all, at the speeds above."""


class Evidence(Spec):
    """A dated fact about a promise."""

    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The day it was said or measured."""

    value: float | None = None
    """Measured value, in the promise's unit."""

    met: bool | None = None
    """Whether the source says outright that the promise is met; None where it does not say."""

    source: Word
    """Id of a row of the layer ``sources``."""

    confidence: Confidence
    """How sure it is."""

    note: Text | None = None
    """What else the source says."""


class Commitment(Spec):
    """A promise with what is known of it (``layers/commitments/<id>.toml``)."""

    id: Slug
    """File stem."""

    theme: Slug
    """Field of life: water, education, transport, …"""

    promise: Text
    """What was promised."""

    target: float
    """How much."""

    unit: Text
    """Of what."""

    direction: Literal["at_least", "at_most", "done"]
    """Which side of the target keeps the promise; "done" for a thing that is or is not there."""

    deadline: date | None = None
    """By when; None where nobody said."""

    source: Word
    """Id of the row of ``sources`` where it was promised."""

    areas: tuple[Slug, ...] = ()
    """Areas that it names; empty for the whole city."""

    evidence: tuple[Evidence, ...] = ()
    """What is known."""
