"""What a plan declares of its ring road."""

from typing import Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec, Word
from almaty_geo.specs.plan import Detour
from almaty_geo.specs.water import Factor
from almaty_geo.words import Text

MOST_MIN = 240
"""No reach is longer than this, in minutes."""


class RadialColumns(Spec):
    """How the layer of radial streets says what its lines are."""

    layer: Slug
    """Layer of lines with ``kind``, ``state`` and ``geometry_basis``, one row a street."""

    to_ring: tuple[Word, ...]
    """Values of ``kind`` of streets that are to lead to the ring road."""

    course: tuple[Word, ...] = Field(min_length=1)
    """Values of ``geometry_basis`` whose line is the course of what is to be built."""

    guessed: tuple[Word, ...] = ()
    """Values whose line is another one; of streets that are to lead to the ring road, a straight
    course may be tried from its end."""


class Severed(Spec):
    """What people may be cut off from, and by which lines."""

    theme: Slug
    """What people are cut off from."""

    lines: tuple[Slug, ...] = Field(min_length=1)
    """Layers of lines; those that the plan does not have are named as missing."""


OTHERS, RING = "others", "ring"
"""Classes of road that capacities must name: streets of no class named, and the ring road."""


class Congestion(Spec):
    """How minutes grow with traffic: ``free * (1 + alpha * (vehicles / capacity) ** beta)``."""

    alpha: float = Field(ge=0)
    """How much longer a way takes at capacity."""

    beta: float = Field(ge=1)
    """How sharply."""

    capacity_vehicles_day: dict[Word, float]
    """Vehicles a day in one direction by class of street, with "others" and "ring"."""

    basis: Text
    """Where the figures come from."""

    confidence: Confidence
    """How sure they are."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        for name in (OTHERS, RING):
            if name not in self.capacity_vehicles_day:
                raise ValueError(f"capacity_vehicles_day names no {name!r}")
        if min(self.capacity_vehicles_day.values()) <= 0:
            raise ValueError("a capacity must be above 0")
        return self


class RingRoad(Spec):
    """What is reckoned of a ring road, and with what (``layers/ringroad/ring.toml``)."""

    course: Slug
    """Layer with the course of the road, one line from its first kilometre to its last."""

    interchanges: Slug
    """Layer of points where cars come onto the road, with ``confidence``."""

    gates: Slug
    """Layer of points where through traffic comes in."""

    centre: Word
    """The row of ``gates`` that is the centre and no gate."""

    links: Slug | None = None
    """Layer of lines from an ``interchange`` to the nearest street, taken to exist."""

    marks: Slug | None = None
    """Layer of kilometre marks."""

    facts: Slug | None = None
    """Table of figures with ``fact``, ``value``, ``source``, ``confidence``."""

    length: Word = "length"
    """The fact that is the official length, in km."""

    traffic: Word = "design_traffic"
    """The fact that is taken for through traffic, vehicles a day."""

    limit: Word = "speed"
    """The fact that is the speed limit, km/h."""

    radials: RadialColumns | None = None
    """Streets between the city and the road."""

    severed: Severed | None = None
    """What the road may cut people off from."""

    promises: tuple[Slug, ...] = ()
    """Promises to stand beside the results."""

    demand: Slug | None = None
    """Table of through traffic with ``start``, ``end`` (gates) and ``vehicles_day``; without one,
    every pair of gates counts alike."""

    congestion: Congestion | None = None
    """How minutes grow with traffic, for an equilibrium of the demand."""

    city_speed: Factor
    """By car through the city, km/h on average."""

    ring_speed: Factor
    """On the ring road, km/h on average."""

    radial_speed: Factor
    """On a radial street, km/h on average."""

    detour: Detour
    """Way by car over straight line, where no streets are at hand and along assumed links."""

    reaches_min: tuple[float, ...] = Field(min_length=1)
    """Minutes by car to hold access to, growing."""

    main_min: float
    """The one of them that is told first."""

    diverted: tuple[float, ...] = Field(min_length=1)
    """Shares of through traffic that may take the ring road."""

    traffic_basis: Text
    """Why the fact may stand for through traffic."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        reaches = self.reaches_min
        if list(reaches) != sorted(set(reaches)) or not 0 < reaches[0] <= reaches[-1] <= MOST_MIN:
            raise ValueError(f"reaches_min must grow from above 0 to {MOST_MIN}")
        if self.main_min not in reaches:
            raise ValueError(f"main_min {self.main_min:g} is not one of reaches_min")
        if not all(0 < share <= 1 for share in self.diverted):
            raise ValueError("shares diverted must lie above 0 and at most at 1")
        return self
