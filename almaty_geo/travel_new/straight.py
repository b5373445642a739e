"""Metres or minutes from places to places; ``inf`` where there is no way."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.errors import UsageError
from almaty_geo.specs import Detour, Mode, NormValue, Speeds
from almaty_geo.words import Text, count, say, term

Basis = Literal["detour", "streets"]
Unit = Literal["m", "min"]
FARTHEST_M = 200_000
TIES = 8


@dataclass(frozen=True, slots=True)
class Reach:
    """How far counts as within reach."""

    value: float
    """How much."""

    unit: Unit
    """Metres or minutes."""

    mode: Mode
    """How people travel."""

    metres: float
    """The same as metres of way, at the mode's speed."""

    def times(self, factor: float) -> Text:
        """Return a multiple of the reach in words, such as "1,000 m"."""
        value = count(self.value * factor, digits=1)
        return (
            say("{value}\u00a0m", value=value)
            if self.unit == "m"
            else say("{value}\u00a0min", value=value)
        )

    @property
    def shown(self) -> Text:
        """The reach in words."""
        return self.times(1)


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The way from each of n origins to its nearest destination."""

    metres: NDArray[np.float64]
    """Way in whole millimetres, written in metres, shape (n,); ``inf`` where there is none."""

    least_m: NDArray[np.float64]
    """Shortest that the way may truly be, shape (n,)."""

    most_m: NDArray[np.float64]
    """Longest that the way may truly be, shape (n,)."""

    which: NDArray[np.intp]
    """Position of the nearest destination, shape (n,); -1 where there is none."""


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Straight line times a detour index: the basis where no streets are at hand."""

    detour: Detour
    """How much longer the way is."""

    basis: Basis = "detour"
    """What results say they rest on."""

    @property
    def said(self) -> Text:
        """The basis in words, to stand beside every result."""
        return say(
            "Distance: straight line × {index} ({low} to {high}), not by streets. {basis} "
            "Confidence: {confidence}.",
            index=count(self.detour.index, digits=2),
            low=count(self.detour.low, digits=2),
            high=count(self.detour.high, digits=2),
            basis=self.detour.basis,
            confidence=term("confidence", self.detour.confidence),
        )

    def nearest(
        self, origins_m: NDArray[np.float64], destinations_m: NDArray[np.float64]
    ) -> Nearest:
        """
        Find the nearest destination of each origin.

        Parameters
        ----------
        origins_m, destinations_m
            Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.

        Returns
        -------
        nearest
            Of destinations equally far to the millimetre, the one that comes first.
        """
        straight = np.full(len(origins_m), np.inf)
        which = np.full(len(origins_m), -1, dtype=np.intp)
        here = np.flatnonzero(~np.isnan(origins_m).any(axis=1))
        there = np.flatnonzero(~np.isnan(destinations_m).any(axis=1))
        if len(here) and len(there):
            straight[here], at = _first_nearest(origins_m[here], destinations_m[there])
            which[here] = there[at]
        return Nearest(
            metres=_whole_millimetres(straight * self.detour.index),
            least_m=_whole_millimetres(straight * self.detour.low),
            most_m=_whole_millimetres(straight * self.detour.high),
            which=which,
        )


def _first_nearest(
    origins_m: NDArray[np.float64], destinations_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return distance and position of the nearest; among equals the first position."""
    places, first = np.unique(destinations_m, axis=0, return_index=True)
    neighbours = min(TIES, len(places))
    found, at = KDTree(places).query(origins_m, k=list(range(1, neighbours + 1)))
    metres = np.asarray(found, dtype=np.float64)
    whole = _whole_millimetres(metres)
    rank = np.where(whole == whole[:, :1], first[at], np.iinfo(np.intp).max)
    return metres[:, 0], rank.min(axis=1)


def _whole_millimetres(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to millimetres, so that "500 m" means the same on every machine."""
    rounded: NDArray[np.float64] = np.round(metres, 3)
    return rounded


def norm_reach(norm: NormValue, speeds: Speeds) -> Reach:
    """Return the reach of a norm; see `reach` for errors."""
    return reach(norm.value, norm.unit, norm.mode or "walk", speeds=speeds)


def parse_reach(text: str, *, mode: Mode, speeds: Speeds) -> Reach:
    """
    Read a reach such as "500m", "1.5km" or "15 min".

    Parameters
    ----------
    text
        Number and unit; a decimal comma is read too.
    mode
        How people travel.
    speeds
        Turn minutes to metres.

    Returns
    -------
    reach
        What was meant.

    Raises
    ------
    UsageError
        If it is not a positive number with the unit m, km or min, or is beyond 200 km.
    """
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(m|km|min)\s*", text, flags=re.ASCII)
    if found is None:
        raise UsageError(f"Reach {text!r} is not a number with a unit, such as 500m or 15min.")
    value, unit = float(found[1].replace(",", ".")), found[2]
    return (
        reach(value * 1000, "m", mode, speeds=speeds)
        if unit == "km"
        else reach(value, unit, mode, speeds=speeds)
    )


def reach(value: float, unit: str, mode: Mode, *, speeds: Speeds) -> Reach:
    """
    Return a reach as metres of way.

    Raises
    ------
    UsageError
        If it is not positive, is beyond 200 km, or the plan has no speed for the mode.
    """
    speed = speeds.walk if mode == "walk" else speeds.drive
    if speed is None:
        raise UsageError(f"The plan declares no speed for the mode {mode!r}.")
    metres = value if unit == "m" else value * speed.m_per_min
    if not 0 < metres <= FARTHEST_M:
        raise UsageError(f"Reach {value:g} {unit} must be more than 0 and at most 200 km of way.")
    return Reach(value, "m" if unit == "m" else "min", mode, metres)
