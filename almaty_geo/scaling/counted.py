"""What workers hand back: whole numbers that add up, and the outlines they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.coverage import Coverage
from almaty_geo.names import Name, row_name, rows_of
from almaty_geo.sections import OUTSIDE
from almaty_geo.specs import NormValue, ThemeWords
from almaty_geo.travel import Basis, Reach
from almaty_geo.words import Text, same

Numbers = tuple[int, ...]
"""One whole number for each quantity that is counted."""

COVERED = ("people", "within_reach", "low", "high")
"""What is counted of coverage: people, those within reach, and both ends of that."""

SEATED = ("pupils", "seats", "seated", "seated_within_norm", "in_reach_no_seat", "out_of_reach")
"""What is counted of provision."""


@dataclass(frozen=True, slots=True)
class District:
    """One area of a city."""

    id: str
    """Its id in the city's layer of areas."""

    name: Text
    """Its name, in each language that the layer has."""

    language: str
    """Language of the name where there is but one; empty where that does not matter."""

    outline: bytes
    """Its outline in degrees as WKB; empty where it has none."""


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What is the same for all of a city, said once."""

    name: Text
    """Name of the city."""

    metric_crs: str
    """Its metric plane."""

    words: ThemeWords
    """How sentences name the theme."""

    scenario: str
    """Id of the scenario."""

    reach: Reach
    """What counts as within reach."""

    norm: NormValue | None
    """Norm that it comes from; None where somebody asked for another."""

    basis: Basis
    """How ways were reckoned."""

    districts: tuple[District, ...]
    """Areas, in the order of their layer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer of one task: of a city, or of some tiles of one."""

    city: str
    """Slug of the city."""

    numbers: Mapping[str, Numbers]
    """By area; `OUTSIDE` for those outside all."""

    facts: CityFacts | None = None
    """What is the same for all of the city; None where another task says it."""

    proof: float | str | None = None
    """Of seats: "optimal", or the gap."""

    walked_m: Mapping[str, float] = field(default_factory=dict)
    """Of seats: metres that all seated go, by area; sum over pupils."""


def covered(coverage: Coverage, areas: str) -> dict[str, Numbers]:
    """
    Count a coverage by area.

    Parameters
    ----------
    coverage
        Of a city or of a tile.
    areas
        Layer of areas.

    Returns
    -------
    numbers
        Of each area, as `COVERED` names them; `OUTSIDE` last.
    """
    member, reach = coverage.areas[areas], coverage.reach.value
    people, near = coverage.demand.people, coverage.nearest
    masks: tuple[NDArray[np.bool_], ...] = (
        np.ones(len(people), dtype=bool),
        coverage.within,
        near.most <= reach,
        near.least <= reach,
    )
    sums = [member.sums(np.where(mask, people, 0)) for mask in masks]
    rows = zip(*(each.tolist() for each in sums), strict=True)
    return dict(zip((*member.ids, OUTSIDE), rows, strict=True))


def added(each: Iterable[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    """Add numbers area by area; the order of areas is that of the first that names them."""
    total: dict[str, Numbers] = {}
    for numbers in each:
        for area, own in numbers.items():
            before = total.get(area, (0,) * len(own))
            total[area] = tuple(a + b for a, b in zip(before, own, strict=True))
    return total


def districts_of(areas: Layer) -> tuple[District, ...]:
    """Return the areas of a city with names and outlines."""
    frame = areas.frame
    outlines = frame.geometry.to_wkb()
    columns = [name for name in areas.spec.name_columns if name in frame]
    rows = rows_of(frame, columns)
    found = []
    for area, outline, row in zip(frame["id"].astype(str), outlines, rows, strict=True):
        name = row_name(row, columns) or Name(same(area))
        found.append(District(area, name.text, name.language, outline or b""))
    return tuple(found)
