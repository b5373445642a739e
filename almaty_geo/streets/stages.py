"""The stages of cleaning, one after another, with an entry for each thing done."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.streets.chains import Chains
from almaty_geo.streets.joining import (
    Joins,
    end_mm,
    joined,
    loose_joins,
    part_joins,
    touched_by,
)
from almaty_geo.streets.ledger import Entry, Rule
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.noding import SNAP_MM, Noded, noded
from almaty_geo.streets.parts import only
from almaty_geo.streets.splitting import Graph, split

_ROUNDS_MAX = 20
_GOES_ON = 2

OVERSHOOT_M = 0.5
"""What sticks out beyond a junction by less than this is a slip of the pen."""


class Stages:
    """
    Lines on their way to a clean graph.

    Parameters
    ----------
    chains
        The lines on the grid.
    lines
        What they are of.
    area
        For longitudes and latitudes.
    """

    def __init__(self, chains: Chains, lines: Lines, area: StudyArea) -> None:
        self.lines = lines
        self.area = area
        self.entries: list[Entry] = []
        self.joins: list[NDArray[np.float64]] = []
        found = noded(chains, lines.level)
        self.graph = split(found.chains, lines)
        self._note_noding(found)
        self._note_doubled()
        self._note_lost(chains, found.chains)

    def close(self, rule: Rule, within_m: float) -> None:
        """Join loose ends, or parts, until there is nothing left to join within a distance."""
        find = loose_joins if rule == "loose-end" else part_joins
        for _ in range(_ROUNDS_MAX):
            source = self.graph.source
            level, name = self.lines.level[source], self.lines.name[source]
            joins = find(self.graph, level, name, within_m=within_m)
            if not len(joins):
                return
            self._note_joins(joins, rule)
            # Only what a join touches can change: the rest is noded already.
            near = touched_by(self.graph, joins)
            chains = joined(self.graph, joins)
            found = noded(chains.only(near), self.lines.level)
            self.graph = split(found.chains.and_also(chains.only(~near)), self.lines)
            self._note_doubled()

    def settle(self) -> None:
        """Node everything once more: what joins moved by a hair may touch what was not near."""
        found = noded(self.graph.chains, self.lines.level)
        if len(found.touches_mm) or len(found.crossings_mm) or found.moved:
            self.graph = split(found.chains, self.lines)
            self._note_doubled()

    def trim(self) -> None:
        """Cut off what sticks out beyond a junction by less than `OVERSHOOT_M`."""
        for _ in range(_ROUNDS_MAX):
            graph = self.graph
            degree = graph.degree[graph.ends]
            sticks_out = (degree.min(axis=1) == 1) & (degree.max(axis=1) > _GOES_ON)
            sticks_out &= graph.length_mm < OVERSHOOT_M * 1000
            if not sticks_out.any():
                return
            for feature, length_mm, place in zip(
                self.lines.feature[graph.source[sticks_out]].tolist(),
                graph.length_mm[sticks_out].tolist(),
                self._lon_lat(graph.chains.xy_mm[graph.chains.first[sticks_out]]),
                strict=True,
            ):
                before = f"sticks out by {length_mm / 1000:.3f} m"
                self.entries.append(Entry("overshoot", feature, before, "cut off", place))
            self.graph = only(graph, ~sticks_out)

    @property
    def largest(self) -> float:
        """Share of the length that is in the largest part."""
        total = self.graph.component_mm
        return float(total[0] / total.sum())

    def _note_noding(self, found: Noded) -> None:
        """Note where lines were given a common vertex."""
        who = _Near(self.graph, self.lines)
        for rule, places, before in (
            ("crossing", found.crossings_mm, "cross without a common vertex"),
            ("touch", found.touches_mm, "a vertex of one is no vertex of the other"),
        ):
            met = who.at(places)
            lon_lat = self._lon_lat(places)
            self.entries += [
                Entry(_rule(rule), names, before, "a common vertex", place)
                for names, place in zip(met, lon_lat, strict=True)
            ]

    def _note_doubled(self) -> None:
        """Note stretches that another line stands for."""
        graph = self.graph
        for feature, length_mm, place in zip(
            self.lines.feature[graph.doubled].tolist(),
            graph.doubled_length_mm.tolist(),
            self._lon_lat(graph.doubled_mm),
            strict=True,
        ):
            before = f"{length_mm / 1000:.3f} m on the course of another line"
            self.entries.append(Entry("same-course", feature, before, "left out", place))

    def _note_lost(self, before: Chains, after: Chains) -> None:
        """Note lines so short that all their vertices became one."""
        lost = np.setdiff1d(before.source, after.source)
        first = before.first[np.searchsorted(before.source, lost)]
        for feature, place in zip(
            self.lines.feature[lost].tolist(), self._lon_lat(before.xy_mm[first]), strict=True
        ):
            said = f"shorter than {SNAP_MM / 10:g} cm"
            self.entries.append(Entry("no-length", feature, said, "left out", place))

    def _note_joins(self, joins: Joins, rule: Rule) -> None:
        """Note ends that are taken on."""
        graph = self.graph
        start = end_mm(graph, joins.piece, joins.side)
        feature = self.lines.feature[graph.source]
        for own, other, gap_mm, cosine, place in zip(
            feature[joins.piece].tolist(),
            feature[joins.target].tolist(),
            joins.gap_mm.tolist(),
            joins.heading_cos.tolist(),
            self._lon_lat(start),
            strict=True,
        ):
            turn = round(float(np.degrees(np.arccos(min(max(cosine, -1), 1)))))
            before = f"ends {gap_mm / 1000:.3f} m short of {other}, {turn} degrees off its heading"
            self.entries.append(Entry(rule, own, before, "taken on to it", place))
        self.joins.append(np.hstack([start, joins.at_mm]) / 1000)

    def _lon_lat(self, places: NDArray[np.int64]) -> list[tuple[float, float]]:
        return lon_lat_of(places, self.area)


class _Near:
    """Which features are at a place."""

    def __init__(self, graph: Graph, lines: Lines) -> None:
        self._tree = shapely.STRtree(graph.course)
        self._names = lines.feature[graph.source]

    def at(self, places: NDArray[np.int64]) -> list[str]:
        """Return the features at each place, in alphabetical order."""
        points = shapely.points(places / 1000)
        place, piece = self._tree.query(points, predicate="dwithin", distance=0.002)
        met: list[set[str]] = [set() for _ in range(len(places))]
        for number, name in zip(place.tolist(), self._names[piece].tolist(), strict=True):
            met[number].add(name)
        return [" and ".join(sorted(names)) for names in met]


def lon_lat_of(places: NDArray[np.int64], area: StudyArea) -> list[tuple[float, float]]:
    """Return longitudes and latitudes of places in millimetres, to the centimetre."""
    if not len(places):
        return []
    degrees = area.to_degrees(np.asarray(shapely.points(places / 1000)))
    found: Sequence[Sequence[float]] = shapely.get_coordinates(degrees).tolist()
    return [(round(lon, 7), round(lat, 7)) for lon, lat in found]


def _rule(name: str) -> Rule:
    return "crossing" if name == "crossing" else "touch"
