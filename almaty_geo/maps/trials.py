"""What the page needs to try other facilities: people and plane once, facilities by section."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import Plane
from almaty_geo.maps.palette import part_colours
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.wholes import packed, runs, steps
from almaty_geo.sections import Section
from almaty_geo.trying import Joins, Plural, SeatTrial, StreetGraph, Trial

FINEST = 9
"""Decimals of a degree beyond which places are no longer written as whole numbers."""

NANOMETRES = 9
"""Decimals of a metre that the coefficients of the plane are written with."""

PARTS = 3
"""With a seat, in reach without one, out of reach."""


def grounds(sections: tuple[Section, ...]) -> dict[str, Any] | None:
    """
    Return people and plane, which all trials of a page share; None where there is no trial.

    Parameters
    ----------
    sections
        Sections of one plan and one scenario, so that their people are the same.
    """
    trials = [s.trial for s in sections if s.trial is not None]
    if not trials:
        return None
    trial = trials[0]
    decimals, places = exact(trial.points_deg)
    return {
        "plane": _plane(trial.plane),
        "decimals": decimals,
        "places": packed(places) if decimals >= 0 else places,
        "people": packed(trial.people),
        "area": packed(runs(trial.area)),
        "areas": list(trial.areas),
        "placeless": trial.placeless.tolist(),
        "streets": _streets(trials),
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
        "layer": packed(runs([trial.layers.index(layer) for layer, _, _ in layer_of])),
        "ids": [name for _, _, name in layer_of],
        **_places(trial.places_deg),
        "capacity": packed(runs([-1 if c is None else c for c in trial.capacity])),
        "area": packed(runs(trial.facility_area)),
        "opened": list(trial.opened),
        "replaces": [list(pair) for pair in trial.replaces],
        "counted": trial.counted,
        "headline": _plural(trial.headline, pool),
        "words": {key: pool.word(text) for key, text in trial.words.items()},
        "toml": trial.scenario_toml,
        "opens": [[layer, year, list(ids)] for layer, year, ids in trial.opens],
        "scenario": trial.scenario,
        "mode": trial.streets.mode if trial.streets else None,
        "joins": _joins(trial.streets.places) if trial.streets else None,
        "seats": _seats(trial.seats) if trial.seats else None,
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


def _places(lon_lat: NDArray[np.float64]) -> dict[str, Any]:
    """Return which facilities have a place, and the very same numbers of those that have."""
    placed = np.asarray(~np.isnan(lon_lat).any(axis=1))
    decimals, places = exact(lon_lat[placed])
    return {
        "placed": packed(runs(placed)),
        "decimals": decimals,
        "places": packed(places) if decimals >= 0 else places,
    }


def _streets(trials: list[Trial]) -> dict[str, Any] | None:
    """Return streets once, and where people join them on foot or by car; None without streets."""
    by_mode = {one.streets.mode: one.streets for one in trials if one.streets is not None}
    if not by_mode:
        return None
    graph = next(iter(by_mode.values())).graph
    timed = {o.streets.mode for o in trials if o.streets is not None and _in_minutes(o)}
    return {
        "graph": _graph(graph),
        "modes": {mode: _mode(graph, mode, timed=mode in timed) for mode in by_mode},
        "amended": [list(one) for one in graph.amended],
        "points": {mode: _joins(one.points) for mode, one in by_mode.items()},
        "leg_m_per_min": graph.leg_m_per_min,
        "cap": graph.cap_m,
    }


def _in_minutes(trial: Trial) -> bool:
    """Return whether anything of a trial asks for minutes."""
    seats = trial.seats
    return trial.rule.m_per_min is not None or (seats is not None and seats.m_per_min is not None)


def _graph(graph: StreetGraph) -> str:
    """Return nodes, then edges: their ends, lengths and corners, each from the one before it."""
    start, stop = graph.ends[:, 0], graph.ends[:, 1]
    first = np.cumsum(graph.corners) - graph.corners
    before = np.concatenate([graph.corners_mm[:1] * 0, graph.corners_mm[:-1]])
    some = graph.corners > 0
    before[first[some]] = graph.nodes_mm[start[some]]
    return packed(
        [len(graph.nodes_mm)],
        steps(graph.nodes_mm),
        [len(start)],
        steps(start),
        stop - start,
        graph.length_mm,
        graph.corners,
        graph.corners_mm - before,
    )


def _mode(graph: StreetGraph, mode: str, *, timed: bool) -> dict[str, Any]:
    """Return how a mode may travel the edges, and how fast where minutes are asked for."""
    way = {"way": packed(runs(graph.direction[mode]))}
    if not timed:
        return way
    speeds, of = np.unique(graph.m_per_min[mode], sorted=True, return_inverse=True)
    return {**way, "speeds": speeds.tolist(), "speed": packed(runs(of))}


def _joins(joins: Joins) -> str:
    """Return where places join: edges, then how far along, then how far off."""
    return packed([len(joins.edge)], joins.edge, joins.along_mm, joins.off_mm)


def _seats(seats: SeatTrial) -> dict[str, Any]:
    """Return who needs a seat and what is offered; ranks only where they are not the order."""
    in_order = np.array_equal(seats.rank, np.arange(len(seats.rank)))
    return {
        "pupils": packed(seats.pupils),
        "rank": None if in_order else packed(seats.rank),
        "placeless": seats.placeless.tolist(),
        "offered": seats.offered.tolist(),
        "shifts": seats.shifts,
        "limit": seats.limit,
        "m_per_min": seats.m_per_min,
        "colours": list(part_colours(PARTS)),
    }


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
