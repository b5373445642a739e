"""The barrier report of a theme: groups of people cut off, ranked, each with its missing link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.coverage.barriers.ends import Ends
from almaty_geo.coverage.barriers.groups import Group, groups, parted
from almaty_geo.coverage.barriers.limits import Limits
from almaty_geo.coverage.barriers.lines import Barrier
from almaty_geo.coverage.barriers.links import Link, best_link
from almaty_geo.coverage.measure import Coverage, Question
from almaty_geo.coverage.naming import Streets
from almaty_geo.errors import UsageError
from almaty_geo.names import Name
from almaty_geo.places import split_by
from almaty_geo.sections import OUTSIDE
from almaty_geo.streets import Network
from almaty_geo.words import Language

DECIMALS = 6
"""Decimals of a degree in answers: about a tenth of a metre."""


@dataclass(frozen=True, slots=True, eq=False)
class CutOff:
    """People near by air and far by street, on one side of a barrier."""

    group: Group
    """Who they are, and what lies between."""

    area: str
    """Area that most of them live in, or "outside"."""

    name: Name | None
    """The nearest street that has a name."""

    centre: tuple[float, float]
    """Longitude and latitude of their centre, weighted by people."""

    facility: str
    """Id of the facility that most of them are near to by air."""

    straight: float
    """Straight line to it on average, in the unit of the reach."""

    way: float
    """Way to the nearest facility on average, in the unit of the reach."""

    link: Link | None
    """The missing link that helps most; None where none was looked for, or none helps."""

    link_ends: tuple[tuple[float, float], tuple[float, float]] | None
    """Longitude and latitude of both ends of the link."""

    confirmed: bool | None = None
    """Whether a second file of streets knows no crossing either; None where nobody asked one."""

    @property
    def ratio(self) -> float | None:
        """Way over straight line; None where they live at the very spot."""
        return self.way / self.straight if self.straight else None


@dataclass(frozen=True, slots=True, eq=False)
class BarrierReport:
    """Who is near by air and far by street, what lies between, and what would help."""

    theme: str
    """What people are far from."""

    question: Question
    """Reach, norm and scenario."""

    limits: Limits
    """What counts as far, and how long a link may be."""

    areas: str
    """Layer of areas that groups are placed in."""

    cut_off: tuple[CutOff, ...]
    """Groups that a link would help, the largest first; then those that none would, the same."""

    unexplained: int
    """People near by air and far by street for another reason than a declared barrier."""

    @property
    def people(self) -> int:
        """People who are cut off by a barrier."""
        return sum(one.group.people for one in self.cut_off)

    def to_dict(self, *, language: Language = "en") -> dict[str, Any]:
        """Return the report as plain values for JSON, names in one language."""
        reach = self.question.reach
        return {
            "theme": self.theme,
            "scenario": self.question.scenario,
            "reach": {"value": reach.value, "unit": reach.unit},
            "mode": reach.mode,
            "basis": "streets",
            "ratio": self.limits.ratio,
            "link_m": self.limits.link_m,
            "people": self.people,
            "unexplained": self.unexplained,
            "groups": [_row(one, rank, language) for rank, one in enumerate(self.cut_off, start=1)],
        }

    def frame(self, *, language: Language = "en") -> gpd.GeoDataFrame:
        """
        Return one row a group in degrees: its link, or its centre where it has none.

        Parameters
        ----------
        language
            Language of names.

        Returns
        -------
        frame
            Columns as in `to_dict`, without nesting.
        """
        rows, shapes = [], []
        for rank, one in enumerate(self.cut_off, start=1):
            row = _row(one, rank, language)
            link = row.pop("link") or {}
            rows.append({**row, **{f"link_{key}": value for key, value in link.items()}})
            shapes.append(
                shapely.Point(one.centre)
                if one.link_ends is None
                else shapely.LineString(np.array(one.link_ends))
            )
        columns = [] if rows else ["rank"]
        frame = gpd.GeoDataFrame(rows, columns=columns or None, geometry=shapes, crs=DEGREES)
        return frame.drop(columns=["link_start", "link_end"], errors="ignore")


def barrier_report(  # noqa: PLR0913 - a report stands on all of these
    coverage: Coverage,
    network: Network,
    barriers: Sequence[Barrier],
    *,
    area: StudyArea,
    areas: str,
    streets: Streets,
    limits: Limits | None = None,
) -> BarrierReport:
    """
    Say who is near by air and far by street, by what lies between.

    Parameters
    ----------
    coverage
        Ways by streets.
    network
        The same streets.
    barriers
        What may lie between.
    area
        Gives degrees.
    areas
        Layer of areas to place groups in.
    streets
        Names of spots.
    limits
        What counts as far, and how long a link may be.

    Returns
    -------
    report
        Groups that a link would help come first; then by people, the largest first. A link is
        looked for for the ``limits.links`` largest.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer of areas.
    UsageError
        If ways are not by streets, or no barrier is given.
    """
    if coverage.basis != "streets":
        raise UsageError(
            "Barriers show only where ways follow streets, not on straight lines: take streets in "
            "with `almaty-geo import streets FILE`."
        )
    if not barriers:
        raise UsageError(
            "No line is declared a barrier: name layers of lines in plan.toml, such as "
            'barriers = ["rivers"].'
        )
    split_by(coverage.areas, areas)
    chosen = limits or Limits()
    ends = Ends(network, mode=coverage.reach.mode, step_m=chosen.step_m)
    found = parted(coverage, barriers, ends, limits=chosen)
    made = groups(coverage, found, barriers, limits=chosen)
    sought = [best_link(coverage, group, ends, limits=chosen) for group in made[: chosen.links]]
    sought += [None] * (len(made) - len(sought))
    ranked = sorted(zip(made, sought, strict=True), key=lambda pair: pair[1] is None)
    centres = np.array([_centre(coverage, group) for group, _ in ranked]).reshape(-1, 2)
    named = streets.nearest(centres)
    degrees = _degrees(area, centres)
    return BarrierReport(
        theme=coverage.theme,
        question=coverage.question,
        limits=chosen,
        areas=areas,
        cut_off=tuple(
            _cut_off(coverage, group, link, area=area, areas=areas, name=name, centre=centre)
            for (group, link), name, centre in zip(ranked, named, degrees, strict=True)
        ),
        unexplained=int(coverage.demand.people[found.point[found.barrier < 0]].sum()),
    )


def _cut_off(  # noqa: PLR0913 - it gathers what the others found
    coverage: Coverage,
    group: Group,
    link: Link | None,
    *,
    area: StudyArea,
    areas: str,
    name: Name | None,
    centre: tuple[float, float],
) -> CutOff:
    people = coverage.demand.people[group.points]
    ends = None if link is None else _degrees(area, np.array([link.start_m, link.end_m]))
    return CutOff(
        group=group,
        area=_area_of(coverage, group, areas),
        name=name,
        centre=centre,
        facility=coverage.facilities.ids[_most(group.facilities, people)],
        straight=float(np.average(group.straight, weights=people)),
        way=float(np.average(coverage.nearest.way[group.points], weights=people)),
        link=link,
        link_ends=None if ends is None else (ends[0], ends[1]),
    )


def _area_of(coverage: Coverage, group: Group, areas: str) -> str:
    """Return the area that most people of a group live in."""
    member = coverage.areas[areas]
    at = _most(member.of[group.points], coverage.demand.people[group.points])
    return OUTSIDE if at < 0 else member.ids[at]


def _most(values: NDArray[np.intp], people: NDArray[np.int64]) -> int:
    """Return the value that most people have; the smallest among equals."""
    each, at = np.unique(values, return_inverse=True)
    return int(each[np.argmax(np.bincount(at, weights=people))])


def _centre(coverage: Coverage, group: Group) -> NDArray[np.float64]:
    """Return the centre of a group in metres, weighted by people."""
    people = coverage.demand.people[group.points]
    centre: NDArray[np.float64] = np.average(
        coverage.demand.xy_m[group.points], axis=0, weights=people
    )
    return centre


def _degrees(area: StudyArea, xy_m: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return longitude and latitude of spots given in metres."""
    found = shapely.get_coordinates(area.to_degrees([shapely.Point(xy) for xy in xy_m]))
    return [(lon, lat) for lon, lat in np.round(found, DECIMALS).tolist()]


def _row(one: CutOff, rank: int, language: Language) -> dict[str, Any]:
    """Return a group as plain values."""
    barrier = one.group.barrier
    return {
        "rank": rank,
        "barrier": barrier.layer,
        "barrier_ids": " ".join(barrier.ids),
        "barrier_name": (barrier.name.text if barrier.name else barrier.title)[language],
        "district": one.area,
        "near": None if one.name is None else one.name.text[language],
        "people": one.group.people,
        "points": len(one.group.points),
        "lon": one.centre[0],
        "lat": one.centre[1],
        "facility": one.facility,
        "straight": round(one.straight, 1),
        "way": round(one.way, 1),
        "ratio": None if one.ratio is None else round(one.ratio, 2),
        "extra": round(one.way - one.straight, 1),
        "confirmed": one.confirmed,
        "link": _link_row(one),
    }


def _link_row(one: CutOff) -> dict[str, Any] | None:
    if one.link is None or one.link_ends is None:
        return None
    return {
        "start": list(one.link_ends[0]),
        "end": list(one.link_ends[1]),
        "length_m": round(one.link.length_m, 1),
        "people": one.link.people,
        "savers": one.link.savers,
        "saved": round(one.link.saved, 1),
        "saved_each": round(one.link.saved / one.link.savers, 1) if one.link.savers else None,
    }
