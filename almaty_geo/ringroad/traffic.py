"""Traffic on streets and ring road, before the ring road and with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from almaty_geo.errors import DataError, UsageError
from almaty_geo.ringroad.equilibrium import Loaded, Roads, equilibrium
from almaty_geo.ringroad.ground import Streets
from almaty_geo.ringroad.minutes import M_PER_KM, USUAL
from almaty_geo.ringroad.reckoning import RingAnswer
from almaty_geo.ringroad.web import Edge, Web
from almaty_geo.specs import Congestion
from almaty_geo.specs.ringroad import OTHERS, RING
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD
from almaty_geo.travel.snapping import MM
from almaty_geo.travel.ways import MS_PER_MIN

FREE = 1e9
"""Capacity of roads that never fill: the ways from places to streets."""

LEAST_MIN = 1e-3
"""No road takes less, in minutes."""


@dataclass(frozen=True, slots=True)
class State:
    """Traffic in one state of the roads."""

    hours_day: float
    """Hours that all vehicles spend."""

    inside_km_day: float
    """Kilometres that they drive in the city."""

    ring_vehicles_day: float
    """Vehicles on the busiest part of the ring road, both directions."""

    gap: float
    """How far from an equilibrium."""

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain values for JSON."""
        return {
            "hours_day": round(self.hours_day),
            "inside_km_day": round(self.inside_km_day),
            "ring_vehicles_day": round(self.ring_vehicles_day),
            "gap": self.gap,
        }


def before_and_after(
    answer: RingAnswer,
    vehicles: Mapping[tuple[str, str], float],
    congestion: Congestion,
    *,
    city: shapely.Geometry,
) -> tuple[State, State]:
    """
    Return through traffic in equilibrium without the ring road, and with it.

    Parameters
    ----------
    answer
        By streets.
    vehicles
        Vehicles a day from gate to gate, or the centre, by their ids.
    congestion
        Capacities.
    city
        Ground of the city in the metric plane.

    Returns
    -------
    before, after
        Without other traffic on the streets: minutes are the least that there may be.

    Raises
    ------
    DataError
        If no road leads from a gate to another.
    UsageError
        If ways are not by streets, there is no demand, or AequilibraE is not installed.
    """
    ground, web = answer.ground, answer.web
    if not isinstance(ground, Streets):
        raise UsageError(
            "Traffic is assigned to streets: take them in with `almaty-geo import streets FILE`."
        )
    if not vehicles:
        raise UsageError("Traffic is assigned where layers/ringroad/ring.toml names a demand.")
    spots = [*answer.road.gates, answer.road.centre]
    at = {spot.id: position for position, spot in enumerate(spots)}
    demand = np.zeros((len(spots), len(spots)))
    for (start, end), count in vehicles.items():
        demand[at[start], at[end]] += count
    nodes = len(ground.travel.network.node_xy_m)
    zones = np.array([*web.gates, web.centre], dtype=np.int64) + nodes
    shapely.prepare(city)
    states = []
    for edges in (web.off_ring, web.edges):
        arcs = _arcs(answer, ground, edges, congestion)
        try:
            loaded = equilibrium(_roads(arcs, congestion), demand, zones)
        except DataError as error:
            raise DataError(f"{error} Zones are: {', '.join(spot.id for spot in spots)}.") from None
        states.append(_state(arcs, loaded, city))
    return states[0], states[1]


def _arcs(
    answer: RingAnswer, ground: Streets, edges: Sequence[Edge], congestion: Congestion
) -> pd.DataFrame:
    """Return streets, ways from places to them, and other ways: a row for each direction."""
    factor = answer.driving.stretched()[USUAL]
    parts = [
        _streets(ground, factor, congestion),
        _places(ground, answer.web, factor),
        _others(answer, len(ground.travel.network.node_xy_m), edges, congestion),
    ]
    arcs = pd.concat([part for part in parts if len(part)], ignore_index=True)
    arcs["free_min"] = arcs["free_min"].clip(lower=LEAST_MIN)
    return arcs


def _streets(ground: Streets, factor: float, congestion: Congestion) -> pd.DataFrame:
    """Return the streets that cars may use."""
    network = ground.travel.network
    room = congestion.capacity_vehicles_day
    usual = room[OTHERS]
    ahead = np.flatnonzero(np.isin(network.drive, (BOTH, FORWARD)))
    back = np.flatnonzero(np.isin(network.drive, (BOTH, BACKWARD)))
    edge = np.concatenate([ahead, back])
    ends = np.concatenate([network.ends[ahead], network.ends[back][:, ::-1]])
    minutes = network.cost("drive", "min")[edge] / MS_PER_MIN * factor
    return pd.DataFrame(
        {
            "tail": ends[:, 0].astype(np.int64),
            "head": ends[:, 1].astype(np.int64),
            "free_min": minutes,
            "capacity": [float(room.get(str(kind), usual)) for kind in network.kind[edge]],
            "alpha": congestion.alpha,
            "metres": network.length_mm[edge] / MM,
            "ring": -1,
            "line": network.course[edge],
        }
    )


def _places(ground: Streets, web: Web, factor: float) -> pd.DataFrame:
    """Return the ways between places and both ends of the streets that they join."""
    network, places_m = ground.travel.network, web.places_m
    snapped = ground.whole.snap(places_m, mode="drive")
    cost = network.cost("drive", "min") / MS_PER_MIN
    rows = []
    for place in np.flatnonzero(ground.joined[: len(places_m)]):
        edge, at = int(snapped.edge[place]), len(network.node_xy_m) + int(place)
        off_m = float(snapped.off_mm[place]) / MM * ground.detour.index
        off_min = float(ground.off_ms[place]) / MS_PER_MIN
        length_mm = float(network.length_mm[edge])
        mark = float(snapped.along_mm[place]) / length_mm
        for node, start, end in zip(network.ends[edge], (0.0, mark), (mark, 1.0), strict=True):
            line = substring(network.course[edge], start, end, normalized=True)
            minutes = (off_min + (end - start) * float(cost[edge])) * factor
            metres = off_m + (end - start) * length_mm / MM
            ends = at, int(node)
            rows += [_row(both, minutes, metres, line) for both in (ends, ends[::-1])]
    return pd.DataFrame(rows)


def _others(
    answer: RingAnswer, first: int, edges: Sequence[Edge], congestion: Congestion
) -> pd.DataFrame:
    """Return links, joints and the ring road in both directions; the first place has a number."""
    rows = []
    for number, edge in enumerate(edges):
        one, other = edge.ends
        line = _line(answer, edge)
        minutes = edge.ms[USUAL] / MS_PER_MIN
        for ends in ((first + one, first + other), (first + other, first + one)):
            row = _row(ends, minutes, edge.metres, line)
            if edge.kind == "ring":
                full = congestion.capacity_vehicles_day[RING]
                row |= {"capacity": full, "alpha": congestion.alpha, "ring": number}
            rows.append(row)
    return pd.DataFrame(rows)


def _line(answer: RingAnswer, edge: Edge) -> shapely.LineString:
    """Return the course of a way: the ring road's own, or straight."""
    if edge.kind != "ring":
        return shapely.LineString(answer.web.places_m[list(edge.ends)])
    one, other = (answer.road.interchanges[at].km for at in edge.ends)
    return answer.road.between(one, other)


def _row(
    ends: tuple[int, int], minutes: float, metres: float, line: shapely.Geometry
) -> dict[str, Any]:
    """Return a road that never fills."""
    return {
        "tail": ends[0],
        "head": ends[1],
        "free_min": minutes,
        "capacity": FREE,
        "alpha": 0.0,
        "metres": metres,
        "ring": -1,
        "line": line,
    }


def _roads(arcs: pd.DataFrame, congestion: Congestion) -> Roads:
    return Roads(
        tail=arcs["tail"].to_numpy(np.int64),
        head=arcs["head"].to_numpy(np.int64),
        free_min=arcs["free_min"].to_numpy(np.float64),
        capacity=arcs["capacity"].to_numpy(np.float64),
        alpha=arcs["alpha"].to_numpy(np.float64),
        beta=np.full(len(arcs), congestion.beta),
    )


def _state(arcs: pd.DataFrame, loaded: Loaded, city: shapely.Geometry) -> State:
    """Return what the vehicles do; the ring road lies in the city where its course does."""
    used = np.flatnonzero(loaded.vehicles > 0)
    lines = arcs["line"].to_numpy()[used]
    drawn = shapely.length(lines)
    within = shapely.length(shapely.intersection(lines, city))
    share = np.divide(within, drawn, out=np.zeros(len(used)), where=drawn > 0)
    km = arcs["metres"].to_numpy(np.float64)[used] / M_PER_KM
    ring = arcs["ring"].to_numpy(np.int64)
    each = np.bincount(ring[ring >= 0], loaded.vehicles[ring >= 0], minlength=1)
    return State(
        hours_day=loaded.hours,
        inside_km_day=float((loaded.vehicles[used] * km * share).sum()),
        ring_vehicles_day=float(each.max()),
        gap=loaded.gap,
    )
