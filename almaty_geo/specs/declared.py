"""What a plan declares beside its layers: norms, speeds, scenarios, promises."""

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

    mode: Mode | None = None
    """How people travel, for a reach."""

    basis: Text
    """The document or practice it comes from."""

    confidence: Confidence
    """How sure it is; anything but "high" is shown as such wherever the norm is used."""

    note: Text | None = None
    """What to confirm it against, or which other values are in use."""


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


class Speeds(Spec):
    """Travel speeds by mode (``layers/travel/speeds.toml``)."""

    walk: Speed
    """On foot."""

    drive: Speed | None = None
    """By car."""


class Selection(Spec):
    """Some facilities of a layer: all, those with these ids, or those whose columns say so."""

    layer: Slug
    """Facility layer."""

    ids: tuple[str, ...] = ()
    """Ids meant; all rows where empty and ``where`` is empty too."""

    where: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Column values that a row must have."""


class Scenario(Spec):
    """
    Which facilities count as open (``layers/scenarios/<id>.toml``).

    A facility whose ``state`` is "existing", or that has none, is open in every scenario unless
    closed here; any other is open only where opened here. Opening one that ``replaces`` others
    closes those.
    """

    id: Slug
    """File stem."""

    title: Text
    """What headlines call it."""

    note: Text
    """What it assumes."""

    year: int = Field(ge=1900, le=2200)
    """The year it stands for."""

    confidence: Confidence
    """How sure it is."""

    source: Word
    """Where it comes from."""

    opens: tuple[Selection, ...] = ()
    """Facilities that open."""

    closes: tuple[Selection, ...] = ()
    """Facilities that close."""


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
