"""How long cars take between places on the city's streets, without the ring road."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.ringroad.minutes import M_PER_KM, MIN_PER_H, UNREACHED
from almaty_geo.specs import Detour
from almaty_geo.travel import Basis, Reach
from almaty_geo.travel.snapping import MM
from almaty_geo.travel.ways import MS_PER_MIN, Travel
from almaty_geo.words import Text

if TYPE_CHECKING:
    from almaty_geo.travel.streets import ByStreets

FARTHEST = Reach(360, "min", "drive", 180_000)
"""Ways by street are followed up to six hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a way."""

    line: shapely.LineString
    """Its course in the metric plane; straight where nobody knows it."""

    metres: float
    """How long it is taken to be."""


class Ground(Protocol):
    """Ways between k places, and from n people to them, in milliseconds at the usual speed."""

    @property
    def basis(self) -> Basis:
        """Whether ways follow streets."""

    @property
    def stretch(self) -> tuple[float, float]:
        """How much shorter and longer the ways themselves may be."""

    @property
    def between(self) -> NDArray[np.int64]:
        """From place to place, shape (k, k)."""

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Which places join the streets, shape (k,)."""

    def from_people(self, xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the ways from n people to each place, shape (n, k)."""

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the course of the way from a place to another."""

    def said(self) -> tuple[Text, ...]:
        """Return what must stand beside results."""


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """Straight lines times a detour index, where no streets are at hand."""

    travel: Travel
    """The straight line."""

    detour: Detour
    """How much longer ways by car are."""

    km_h: float
    """The usual speed."""

    places_m: NDArray[np.float64]
    """Easting and northing of the places, shape (k, 2)."""

    basis: Basis = "detour"
    """Ways do not follow streets."""

    @property
    def stretch(self) -> tuple[float, float]:
        """The interval of the detour index, over the index."""
        return self.detour.low / self.detour.index, self.detour.high / self.detour.index

    @property
    def between(self) -> NDArray[np.int64]:
        """From place to place, shape (k, k)."""
        return self.from_people(self.places_m)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """All of them: straight lines lead everywhere."""
        return np.ones(len(self.places_m), dtype=np.bool_)

    def from_people(self, xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the ways from n people to each place, shape (n, k)."""
        straight_m = np.linalg.norm(xy_m[:, None] - self.places_m[None], axis=2)
        way = np.full(straight_m.shape, UNREACHED, dtype=np.int64)
        known = np.isfinite(straight_m)
        way[known] = _ms(straight_m[known] * self.detour.index, self.km_h)
        return way

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the straight line, as long as the detour index makes it."""
        return (straight(self.places_m[start], self.places_m[end], self.detour),)

    def said(self) -> tuple[Text, ...]:
        """Return the basis and its interval."""
        return self.travel.said(replace(FARTHEST, metres=FARTHEST.value * _speed(self.km_h)))


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Ways by streets; a place off them joins the nearest street by a straight line."""

    travel: "ByStreets"
    """Streets, as people use them."""

    whole: "ByStreets"
    """The same, of the longest part of the network alone: there are ways to it."""

    detour: Detour
    """How much longer the way to the nearest street is than the straight line."""

    places_m: NDArray[np.float64]
    """Easting and northing of the places, shape (k, 2)."""

    feet_m: NDArray[np.float64]
    """Where each joins the streets, shape (k, 2); NaN where it does not."""

    off_ms: NDArray[np.int64]
    """What the way to there takes, shape (k,)."""

    basis: Basis = "streets"
    """Ways follow streets."""

    @property
    def stretch(self) -> tuple[float, float]:
        """Ways by streets are as long as they are drawn."""
        return 1.0, 1.0

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Which places join the streets, shape (k,)."""
        return self.off_ms < UNREACHED

    @property
    def between(self) -> NDArray[np.int64]:
        """From place to place, shape (k, k)."""
        way = self._to_feet(self.feet_m) + self.off_ms[:, None]
        np.fill_diagonal(way, 0)
        return np.asarray(np.minimum(way, UNREACHED), dtype=np.int64)

    def from_people(self, xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the ways from n people to each place, shape (n, k)."""
        return np.minimum(self._to_feet(xy_m), UNREACHED)

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """Return the fastest way by streets, and the straight lines before and after it."""
        here, there = self.feet_m[start], self.feet_m[end]
        from almaty_geo.travel.route import route  # noqa: PLC0415 - compiles the router's kernels

        found = route(self.whole, _pair(here), _pair(there), mode="drive", least="min")
        streets = () if found is None else (Piece(found.line, found.metres),)
        before = straight(self.places_m[start], here, self.detour)
        return (before, *streets, straight(there, self.places_m[end], self.detour))

    def said(self) -> tuple[Text, ...]:
        """Return the layer, its confidence and its limits."""
        return self.travel.said(FARTHEST)

    def _to_feet(self, xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the ways to each place, shape (n, k)."""
        way = np.full((len(xy_m), len(self.feet_m)), UNREACHED, dtype=np.int64)
        found = self.travel.pairs(xy_m, self.feet_m, reach=FARTHEST)
        way[found.origin, found.destination] = np.rint(found.way * MS_PER_MIN)
        return way + self.off_ms


def by_streets(
    travel: "ByStreets",
    places_m: NDArray[np.float64],
    caps_m: NDArray[np.float64],
    *,
    detour: Detour,
    km_h: float,
) -> Streets:
    """
    Return ways by streets between places.

    Parameters
    ----------
    travel
        Streets, as people use them.
    places_m
        Easting and northing, shape (k, 2).
    caps_m
        A place farther off the nearest street joins none, nor one beyond the streets' own cap,
        shape (k,).
    detour, km_h
        How cars get to the nearest street.
    """
    whole = replace(travel, island_m=float("inf"))
    snapped = whole.snap(places_m, mode="drive")
    off_m = snapped.off_mm / MM
    near = snapped.joined & (off_m <= caps_m)
    off_ms = np.where(near, _ms(off_m * detour.index, km_h), UNREACHED)
    feet_m = np.where(near[:, None], snapped.point_m, np.nan)
    return Streets(travel, whole, detour, places_m, feet_m, off_ms)


def straight(start_m: NDArray[np.float64], end_m: NDArray[np.float64], detour: Detour) -> Piece:
    """Return a straight line, as long as a detour index makes it."""
    line = shapely.LineString([start_m, end_m])
    return Piece(line, float(shapely.length(line)) * detour.index)


def _ms(metres: NDArray[np.float64], km_h: float) -> NDArray[np.int64]:
    return np.rint(metres / _speed(km_h) * MS_PER_MIN).astype(np.int64)


def _speed(km_h: float) -> float:
    """Return metres a minute."""
    return km_h * M_PER_KM / MIN_PER_H


def _pair(xy: NDArray[np.float64]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])
