"""One way from a place to another, told and drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from almaty_geo.errors import UsageError
from almaty_geo.specs import Mode
from almaty_geo.travel import Asked, Basis, StraightLine, Unit

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

Spot = tuple[float, float]
DECIMALS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Going:
    """A way from a place to another; None where there is no way."""

    mode: Mode
    """How people travel."""

    basis: Basis
    """Whether the way follows streets or is a straight line times a detour index."""

    straight_m: float
    """The straight line in metres."""

    metres: float | None
    """How long the way is."""

    minutes: float | None
    """How long it takes."""

    streets: tuple[tuple[str, float], ...]
    """Streets in order with metres along each; a street without a name is ""."""

    line: shapely.LineString | None
    """The course in degrees; a straight line where the way does not follow streets."""

    def to_dict(self) -> dict[str, Any]:
        """Return the way as plain values for JSON; the geometry as in GeoJSON."""
        line = None
        if self.line is not None:
            xy = np.round(shapely.get_coordinates(self.line), DECIMALS)
            line = {"type": "LineString", "coordinates": xy.tolist()}
        return {
            "mode": self.mode,
            "basis": self.basis,
            "straight_m": round(self.straight_m, 1),
            "metres": None if self.metres is None else round(self.metres, 1),
            "minutes": None if self.minutes is None else round(self.minutes, 1),
            "streets": [{"name": n, "metres": round(metres, 1)} for n, metres in self.streets],
            "geometry": line,
        }


def go(
    plan: "Plan", start: Spot, end: Spot, *, mode: Mode = "walk", basis: Asked | None = None
) -> Going:
    """
    Return the way from a place to another: the shortest on foot, the fastest by car.

    Parameters
    ----------
    plan
        Gives streets, speeds and the metric plane.
    start, end
        Longitude and latitude in degrees.
    mode
        On foot or by car.
    basis
        By streets or by straight line; streets by default where the plan has them.

    Returns
    -------
    going
        Without metres where no street leads there.

    Raises
    ------
    UsageError
        If a place lies outside the area of interest, the plan has no speed for the mode, or streets
        are asked for and the plan has none.
    """
    for spot in (start, end):
        if not plan.area.holds(shapely.Point(spot)):
            raise UsageError(
                f"Place {spot[0]:g},{spot[1]:g} lies outside the plan's area of interest; write "
                f"longitude first."
            )
    travel = plan.travel(basis)
    ends = np.array([shapely.Point(start), shapely.Point(end)], dtype=object)
    xy_m = plan.area.xy_m(ends)
    straight_m = float(np.linalg.norm(xy_m[0] - xy_m[1]))
    if isinstance(travel, StraightLine):
        speed = plan.speeds.walk if mode == "walk" else plan.speeds.drive
        if speed is None:
            raise UsageError(f"The plan declares no speed for the mode {mode!r}.")
        metres = straight_m * travel.detour.index
        line = shapely.LineString([start, end])
        minutes = metres / speed.m_per_min
        return Going(mode, travel.basis, straight_m, metres, minutes, (), line)
    from almaty_geo.travel.route import route  # noqa: PLC0415 - compiles the router's kernels
    from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - the same

    if not isinstance(travel, ByStreets):
        raise UsageError(f"Ways by {travel.basis} have no course to tell.")
    least: Unit = "m" if mode == "walk" else "min"
    there = (float(xy_m[0, 0]), float(xy_m[0, 1])), (float(xy_m[1, 0]), float(xy_m[1, 1]))
    found = route(travel, *there, mode=mode, least=least)
    if found is None:
        return Going(mode, travel.basis, straight_m, None, None, (), None)
    (line,) = plan.area.to_degrees([found.line])
    streets = tuple((one.name, one.metres) for one in found.stretches)
    return Going(mode, travel.basis, straight_m, found.metres, found.minutes, streets, line)
