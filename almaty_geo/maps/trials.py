"""What the page needs to try other facilities: people and plane once, facilities by section."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import Plane
from almaty_geo.maps.pool import Pool
from almaty_geo.sections import Plural, Section, Trial

FINEST = 9
"""Decimals of a degree beyond which places are no longer written as whole numbers."""

NANOMETRES = 9
"""Decimals of a metre that the coefficients of the plane are written with."""


def grounds(sections: tuple[Section, ...]) -> dict[str, Any] | None:
    """
    Return people and plane, which all trials of a page share; None where there is no trial.

    Parameters
    ----------
    sections
        Sections of one plan and one scenario, so that their people are the same.
    """
    trial = next((s.trial for s in sections if s.trial is not None), None)
    if trial is None:
        return None
    decimals, places = exact(trial.points_deg)
    return {
        "plane": _plane(trial.plane),
        "decimals": decimals,
        "places": places,
        "people": trial.people.tolist(),
        "area": trial.area.tolist(),
        "areas": list(trial.areas),
        "placeless": trial.placeless.tolist(),
    }


def trial_data(trial: Trial, pool: Pool) -> dict[str, Any]:
    """Return what a section needs to be tried with other facilities."""
    rule = trial.rule
    layer_of = [name.partition("/") for name in trial.ids]
    return {
        "theme": trial.theme,
        "rule": {
            "indices": list(rule.indices),
            "m_per_min": rule.m_per_min,
            "reach": rule.reach,
            "steps": list(rule.steps),
        },
        "layers": list(trial.layers),
        "layer": [trial.layers.index(layer) for layer, _, _ in layer_of],
        "ids": [name for _, _, name in layer_of],
        "places": [
            None if np.isnan(lon_lat).any() else lon_lat.tolist() for lon_lat in trial.places_deg
        ],
        "capacity": list(trial.capacity),
        "area": trial.facility_area.tolist(),
        "opened": list(trial.opened),
        "replaces": [list(pair) for pair in trial.replaces],
        "counted": trial.counted,
        "headline": _plural(trial.headline, pool),
        "words": {key: pool.word(text) for key, text in trial.words.items()},
        "toml": trial.scenario_toml,
        "opens": [[layer, year, list(ids)] for layer, year, ids in trial.opens],
    }


def exact(lon_lat: NDArray[np.float64]) -> tuple[int, list[Any]]:
    """
    Return places so that a page has the very same numbers.

    Parameters
    ----------
    lon_lat
        Degrees, shape (n, 2).

    Returns
    -------
    decimals, places
        Differences of whole numbers and how many decimals they have; -1 and the numbers
        themselves where those have more than nine.

    Examples
    --------
    >>> exact(np.array([[76.9, 43.2], [76.90002, 43.19999]]))
    (5, [7690000, 4320000, 2, -1])
    >>> exact(np.array([[1 / 3, 2.0]]))
    (-1, [0.3333333333333333, 2.0])
    """
    for decimals in range(FINEST + 1):
        whole = np.rint(lon_lat * 10**decimals)
        if np.array_equal(whole / 10**decimals, lon_lat):
            first = np.zeros((1, 2), dtype=np.int64)
            steps = np.diff(whole.astype(np.int64), axis=0, prepend=first)
            return decimals, steps.ravel().tolist()
    return -1, lon_lat.ravel().tolist()


def _plane(plane: Plane) -> dict[str, Any]:
    """Return the plane as the page reckons with it."""
    return {
        "box": list(plane.box_deg),
        "east": np.round(plane.east_m, NANOMETRES).tolist(),
        "north": np.round(plane.north_m, NANOMETRES).tolist(),
    }


def _plural(plural: Plural, pool: Pool) -> dict[str, Any]:
    """Return the forms of a sentence; forms that a language does not tell apart stay apart."""
    digits = "".join(np.base_repr(form, 36).lower() for form in plural.of)
    return {"forms": [pool.word(form) for form in plural.forms], "of": digits}
