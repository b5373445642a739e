"""How far straight lines are off: the detour index held against streets."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.cells import area_column, area_row, number
from almaty_geo.notes import layer_notes
from almaty_geo.places import Demand, Membership
from almaty_geo.sections import (
    CITY,
    Answer,
    Classes,
    Figure,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.specs import Detour
from almaty_geo.travel.directness import quantiles
from almaty_geo.travel.local import LocalDetour
from almaty_geo.words import Text, count, percent, say, term

SHARES = (0.1, 0.5, 0.9)
"""Shares of people whose index is told."""

EDGES = (1.3, 1.5, 1.8, 2.2)
"""Upper ends of the map's classes, the last one open."""

Errors = Mapping[str, tuple[float | None, float | None]]
"""Share within reach of each area and the city: by the detour index, by streets."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What a plan knows of its detour index."""

    detour: Detour
    """The city's one index, with its interval."""

    directness: Layer
    """Index around each point of demand."""

    compared: Layer
    """People within reach by theme and area, by detour and by streets."""

    area: StudyArea
    """Gives the metric plane."""

    @cached_property
    def xy_m(self) -> NDArray[np.float64]:
        """Places of the indices in metres, shape (n, 2)."""
        return self.area.xy_m(self.directness.frame.geometry.to_numpy())

    @cached_property
    def index(self) -> NDArray[np.float64]:
        """Way over straight line around each place, shape (n,); NaN where unknown."""
        return self.directness.frame["index"].to_numpy(dtype=float, na_value=np.nan)

    def local(self) -> LocalDetour:
        """Return straight lines times the index of the place nearest to where people start."""
        known = np.isfinite(self.index) & np.isfinite(self.xy_m[:, 0])
        return LocalDetour(self.detour, self.xy_m[known], self.index[known])

    def errors(self, theme: str) -> Errors:
        """Return the shares of a theme by detour and by streets; empty where nobody compared."""
        frame = self.compared.frame
        own = frame[frame["theme"].astype(str) == theme]
        people = own["people"].to_numpy(dtype=float)
        named = own["area"].astype(str)
        shares = (
            own[column].to_numpy(dtype=float) / np.where(people > 0, people, np.nan)
            for column in ("within_detour", "within_streets")
        )
        return {
            area: (_known(by_detour), _known(by_streets))
            for area, by_detour, by_streets in zip(named, *shares, strict=True)
        }

    def section(self, demand: Demand, member: Membership, areas: Layer) -> Section:
        """
        Return what directness says to a reader.

        Parameters
        ----------
        demand
            People, n points.
        member
            Area of each point.
        areas
            Layer of areas.

        Returns
        -------
        section
            Who must walk how much farther than the straight line.
        """
        index = self.local().around(demand.xy_m)
        groups = {CITY: np.ones(len(index), dtype=bool)} | {
            name: member.of == position for position, name in enumerate(member.ids)
        }
        spreads = {
            name: quantiles(index, np.where(chosen, demand.people, 0), SHARES)
            for name, chosen in groups.items()
        }
        return Section(
            id="directness",
            title=say("Directness of ways"),
            scenario=None,
            answers=tuple(_answer(name, spread) for name, spread in spreads.items()),
            tables=(_table(spreads, areas),),
            notes=(*self._notes(),),
            classes=Classes(
                layer=demand.layer,
                title=say("Way by streets over straight line"),
                of=np.searchsorted(EDGES, np.nan_to_num(index, nan=np.inf)).astype(np.uint8),
                titles=_class_titles(),
            ),
            sources=(self.directness.id, self.compared.id, demand.layer),
        )

    def _notes(self) -> list[Text]:
        said = say(
            "Plan’s detour index: {index} ({low} to {high}). {basis} Confidence: {confidence}.",
            index=count(self.detour.index, digits=2),
            low=count(self.detour.low, digits=2),
            high=count(self.detour.high, digits=2),
            basis=self.detour.basis,
            confidence=term("confidence", self.detour.confidence),
        )
        return [said, *layer_notes((self.directness, self.compared))]


def _answer(area: str, spread: NDArray[np.float64]) -> Answer:
    low, middle, high = (_known(value) for value in spread)
    number = _index(middle)
    headline = (
        say("Nobody lives here.")
        if middle is None
        else say(
            "For half of the residents the way is {index} times the straight line.", index=number
        )
    )
    told = (
        ("p10", low, say("times the straight line: the most direct tenth stays below")),
        ("p50", middle, say("times the straight line: half stays below")),
        ("p90", high, say("times the straight line: nine tenths stay below")),
    )
    return Answer(
        area=area,
        headline=headline,
        emphasis=headline if middle is None else number,
        figures=tuple(
            Figure(f"directness.{name}.{area}", value, _index(value), label, _how(name))
            for name, value, label in told
        ),
    )


def _index(value: float | None) -> Text:
    """Write how many times the straight line a way is."""
    return count(value, digits=2, fixed=True)


def _how(name: str) -> Text:
    """Return the formula of a figure: "p10", "p50" or "p90"."""
    return say(
        "Way by streets ÷ straight line around each point of residents, in order of size; the "
        "first at or below which {share} of the residents lie.",
        share=percent(int(name.removeprefix("p")) / 100),
    )


def _table(spreads: Mapping[str, NDArray[np.float64]], areas: Layer) -> Table:
    columns = (
        area_column(),
        *(TableColumn(f"p{share:.0%}".rstrip("%"), _share_title(share)) for share in SHARES),
    )
    rows = [
        area_row(areas, name, *(number(_known(value), digits=2) for value in spread))
        for name, spread in sorted(spreads.items(), key=lambda one: one[0] == CITY)
    ]
    return Table(say("Way by streets over straight line, by residents"), columns, tuple(rows))


def _share_title(share: float) -> Text:
    return say("{share} of residents stay below", share=percent(share))


def _class_titles() -> tuple[Text, ...]:
    ends = [count(edge, digits=1) for edge in EDGES]
    between = (say("{low} to {high}", low=low, high=high) for low, high in itertools.pairwise(ends))
    return (
        say("up to {reach}", reach=ends[0]),
        *between,
        say("more than {index}, or no way", index=ends[-1]),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
