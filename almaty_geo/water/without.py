"""How many would remain without central water, as far as sources say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from almaty_geo.specs import Pledge
from almaty_geo.water.sources import WaterSource
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, dated, say


@dataclass(frozen=True, slots=True)
class Remaining:
    """People without central water after something opens."""

    id: str
    """The source or the scenario; "" for what is published."""

    title: Text
    """Its name."""

    sources: tuple[str, ...]
    """Rows of the layer of sources that open."""

    people: int | None
    """People that they are said to serve, each counted once; None where nobody says."""

    least: int
    """If each of those people had no central water before."""

    most: int
    """If none of them had: no source says who they are."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain values for JSON."""
        return {key: value for key, value in asdict(self).items() if key != "title"}


def people_once(sources: Sequence[WaterSource], pledges: Sequence[Pledge] = ()) -> int | None:
    """
    Return the people whom some sources are said to serve, nobody counted twice.

    The people of a pledge stand for those of all its sources that are among them: the larger of
    the pledge's number and the sum of its sources counts, never both.

    Parameters
    ----------
    sources
        What opens.
    pledges
        People that programmes speak of as a whole, where the programme is built.

    Returns
    -------
    people
        None where nobody says anything of any of them.
    """
    told = {one.id: one.people_served for one in sources if one.people_served is not None}
    total = 0
    for pledge in pledges:
        own = sum(told.pop(name, 0) for name in pledge.sources)
        total += max(pledge.people, own)
    return total + sum(told.values()) if told or pledges else None


def remaining(published: int, people: int | None) -> tuple[int, int]:
    """
    Return the least and the most who may remain without central water.

    Examples
    --------
    >>> remaining(30000, 22000)
    (8000, 30000)
    >>> remaining(30000, 40000)
    (0, 30000)
    """
    if people is None:
        return 0, published
    return max(0, published - people), published


def outlooks(supply: Supply) -> tuple[Remaining, ...]:
    """
    Return how many would remain without central water, source by source and by scenario.

    Only sources that opened after the published figure, or are to open, in the areas that the
    figure speaks of or in none that is stated. A scenario's people are those of its intakes; a
    pledge that counts the sources it stands for is counted once with all that it names.

    Parameters
    ----------
    supply
        A plan's supply.

    Returns
    -------
    rows
        What is published first, then each source alone, each scenario, and everything together;
        empty where nothing is published.
    """
    told = supply.without
    if told is None:
        return ()
    published = round(told.value)
    coming = [s for s in supply.balance.sources if _coming(s, supply, told.year)]
    rows = [_row("", say("As published, {date}", date=dated(told.date)), (), 0, published)]
    rows += [_row(s.id, s.name, (s,), s.people_served, published) for s in coming]
    scenarios = supply.ground.scenarios if supply.ground else {}
    for one in scenarios.values():
        stands = [s for s in coming if s.id in one.stands_for]
        rows.append(_row(one.id, one.title, stands, one.people, published))
    pledged = [p for p in supply.spec.pledges if {s.id for s in coming} & set(p.sources)]
    title = say("All of these together, nobody counted twice")
    return (*rows, _row("together", title, coming, people_once(coming, pledged), published))


def _coming(source: WaterSource, supply: Supply, year: int) -> bool:
    """Return whether a source may bring water to those that a figure of a year counts."""
    inside = not supply.spec.without_areas or source.area in {None, *supply.spec.without_areas}
    return inside and not source.open_in(year)


def _row(
    id_: str, title: Text, sources: Sequence[WaterSource], people: int | None, published: int
) -> Remaining:
    least, most = remaining(published, people)
    return Remaining(id_, title, tuple(s.id for s in sources), people, least, most)
