"""
Places so near each other that no street lies between.

The disc around a place, as wide as its distance to the nearest street, holds no street. What lies
in it stands on the same ground, which people are taken to cross anyhow when they walk to that
street: the way is the straight line, not out to the street and back.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.travel.snapping import HAIR_MM, MM, Snapped


def across(
    few: Snapped, few_m: NDArray[np.float64], many: Snapped, many_m: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """
    Find pairs of places with no street between.

    Parameters
    ----------
    few, many
        Where the places of both sides join the streets.
    few_m, many_m
        Easting and northing in metres, shapes (p, 2) and (q, 2).

    Returns
    -------
    one, other
        Positions on both sides; only of places that join a street.
    straight_mm
        The straight line between them, rounded up to whole millimetres.
    """
    ones, others = np.flatnonzero(few.joined), np.flatnonzero(many.joined)
    if not len(ones) or not len(others):
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0, dtype=np.int64)
    one, other = _in_discs(few_m[ones], few.off_mm[ones], many_m[others])
    back, forth = _in_discs(many_m[others], many.off_mm[others], few_m[ones])
    both = np.unique(
        np.concatenate([one * len(others) + other, forth * len(others) + back]), sorted=True
    )
    one, other = ones[both // len(others)], others[both % len(others)]
    apart_m = np.linalg.norm(few_m[one] - many_m[other], axis=1)
    straight_mm = np.ceil(apart_m * MM - HAIR_MM).astype(np.int64)
    same = straight_mm <= np.maximum(few.off_mm[one], many.off_mm[other])
    return one[same], other[same], straight_mm[same]


def _in_discs(
    centre_m: NDArray[np.float64], radius_mm: NDArray[np.int64], places_m: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each pair of a centre and a place within its radius."""
    tree = KDTree(places_m)
    radius_m = (radius_mm + 1) / MM
    nearest = np.asarray(tree.query(centre_m, distance_upper_bound=float(radius_m.max()))[0])
    some = np.flatnonzero(nearest <= radius_m)
    found = tree.query_ball_point(centre_m[some], radius_m[some], return_sorted=True)
    count = np.fromiter((len(row) for row in found), dtype=np.intp, count=len(found))
    flat = np.fromiter((at for row in found for at in row), dtype=np.intp, count=int(count.sum()))
    return np.repeat(some, count), flat
