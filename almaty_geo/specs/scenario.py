"""Scenarios: what opens, closes, changes, which norms hold, and for how many people."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec, Word
from almaty_geo.specs.declared import Norm
from almaty_geo.words import Text

Year = Annotated[int, Field(ge=1900, le=2200)]
Value = str | int | float | bool


class Selection(Spec):
    """Some facilities of a layer: all, those with these ids, or those whose columns say so."""

    layer: Slug
    """Facility layer."""

    ids: tuple[str, ...] = ()
    """Ids meant; all rows where empty and ``where`` is empty too."""

    where: dict[str, Value] = Field(default_factory=dict)
    """Column values that a row must have."""


class Dated(Selection):
    """Facilities that open or close, and when."""

    year: Year | None = None
    """The year it happens; else what the layer says of each row, else the scenario's year."""


class Change(Selection):
    """Facilities of which something changes."""

    becomes: dict[str, Value] = Field(min_length=1)
    """New value of each column that changes, such as ``seats = 900`` or ``shifts = 1``."""

    @model_validator(mode="after")
    def _changes_what_may_change(self) -> Self:
        for column, means in FIXED.items():
            if column in self.becomes:
                raise ValueError(f"{column!r} cannot be changed here: {means}")
        return self


class Added(Spec):
    """A facility that no layer holds: somebody tries out a place for it."""

    theme: Slug
    """What it offers."""

    id: Slug
    """Unique among what the scenario adds."""

    lon: float = Field(ge=-180, le=180)
    """Longitude in degrees."""

    lat: float = Field(ge=-90, le=90)
    """Latitude in degrees."""

    capacity: int | None = Field(default=None, ge=0)
    """How many it can take; None where nobody says."""

    name: Word | None = None
    """What it is called."""

    year: Year | None = None
    """The year it opens; else the scenario's."""


class Stated(Spec):
    """The row of a table that says how many people there will be."""

    layer: Slug
    """A layer with the columns ``id`` and ``value``."""

    id: Word
    """The row."""


class Population(Spec):
    """
    How many people there are, scaled from those that the demand layer has.

    Areas that are named get their people; what is left of the total goes to all others, in
    proportion to the people they have.
    """

    year: Year
    """The year it stands for."""

    total: int | None = Field(default=None, ge=0)
    """People of the whole place."""

    areas: dict[Slug, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """People of each area that is told apart."""

    source: Word
    """Where it comes from."""

    confidence: Confidence
    """How sure it is."""

    stated: Stated | None = None
    """The row of the plan that says the total; checked against it."""

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        named = sum(self.areas.values())
        if self.total is None and not self.areas:
            raise ValueError("give a total, or the people of each area")
        if self.total is not None and named > self.total:
            raise ValueError(f"the areas hold {named:,} people, more than the total {self.total:,}")
        if self.stated is not None and self.total is None:
            raise ValueError("'stated' goes with a total")
        return self


FIXED = {
    "id": "it names the facility",
    "state": "'opens' and 'closes' say what is open",
    "opens": "'opens' takes a year",
    "closes": "'closes' takes a year",
    "replaces": "'closes' closes what is replaced",
}
"""Columns that no change may set, and what says it instead."""


class Scenario(Spec):
    """
    Which facilities count as open, and for whom (``layers/scenarios/<id>.toml``).

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

    year: Year
    """The year it stands for."""

    confidence: Confidence
    """How sure it is."""

    source: Word
    """Where it comes from."""

    opens: tuple[Dated, ...] = ()
    """Facilities that open."""

    closes: tuple[Dated, ...] = ()
    """Facilities that close."""

    adds: tuple[Added, ...] = ()
    """Facilities that no layer holds, and that open."""

    changes: tuple[Change, ...] = ()
    """Facilities of which something changes."""

    norms: tuple[Norm, ...] = ()
    """Norms that hold instead of the plan's; what one leaves out stays the plan's."""

    population: Population | None = None
    """How many people there are; those of the demand layer where it is not said."""

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        themes = [norm.theme for norm in self.norms]
        if twice := [theme for theme in themes if themes.count(theme) > 1]:
            raise ValueError(f"the norm of {twice[0]!r} is given twice")
        added = [one.id for one in self.adds]
        if again := [one for one in added if added.count(one) > 1]:
            raise ValueError(f"adds {again[0]!r} twice")
        told = (("opens", self.opens), ("closes", self.closes), ("adds", self.adds))
        for verb, each in told:
            late = [one.year for one in each if one.year is not None and one.year > self.year]
            if late:
                raise ValueError(f"{verb} something in {max(late)}, after its own year {self.year}")
        return self

    @property  # not cached: a copy with other entries would keep the digest of the first
    def sha256(self) -> str:
        """
        Digest of what the scenario does; words, order and layout do not count.

        Two scenarios of the same digest give the same results in the same plan.
        """
        said = json.dumps(self._doing, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def _doing(self) -> dict[str, Any]:
        """What decides the results, as plain values in one order."""
        plain = self.model_dump(mode="json", exclude={"id", "title", "note", "source"})
        if not self.adds:
            del plain["adds"]
        for key in {"opens", "closes", "adds", "changes", "norms"} & set(plain):
            plain[key] = sorted(plain[key], key=lambda one: json.dumps(one, sort_keys=True))
            for one in plain[key]:
                if "ids" in one:
                    one["ids"] = sorted(set(one["ids"]))
        return plain

    def norm(self, theme: str, norms: Mapping[str, Norm]) -> Norm | None:
        """Return the norm that holds for a theme: the plan's, with what the scenario changes."""
        own = next((norm for norm in self.norms if norm.theme == theme), None)
        usual = norms.get(theme)
        if own is None or usual is None:
            return own or usual
        told = {f: v for f in Norm.model_fields if (v := getattr(own, f)) is not None}
        return usual.model_copy(update=told)

    def opens_otherwise(self, other: "Scenario") -> bool:
        """Return whether another scenario differs in nothing but what is open."""
        return self.id != other.id and (self.changes, self.norms, self.population) == (
            other.changes,
            other.norms,
            other.population,
        )
