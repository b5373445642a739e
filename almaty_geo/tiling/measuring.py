"""Who is within reach, counted part by part."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from almaty_geo.coverage import Coverage, Question
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.tiling.parts import POINTS, Part, parts, within_reach
from almaty_geo.tiling.running import results
from almaty_geo.travel import Nearest, Travel

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True, eq=False)
class TiledCoverage(Coverage):
    """
    Coverage that was counted part by part: who is within reach, exact to the person.

    People, shares and their ends are those of the whole, in every area and in sum, and so are each
    way up to the reach and the facility it leads to. A way beyond the reach is ``inf``, since no
    part looks farther: medians and what people out of reach are near to need the whole.
    """


def measure_by_parts(  # noqa: PLR0913 - the question, and who answers it
    demand: Demand,
    facilities: Facilities,
    travel: Travel,
    question: Question,
    *,
    areas: Mapping[str, Membership],
    client: "Client | None" = None,
    most: int = POINTS,
    progress: Callable[[int], None] | None = None,
) -> TiledCoverage:
    """
    Count the people within reach of their nearest facility, as `almaty_geo.coverage.measure` does.

    Parameters
    ----------
    demand, facilities, travel, question, areas
        As there.
    client
        Workers; None to do all of it here.
    most
        Most points of a part.
    progress
        Told the points of each part that is done.

    Returns
    -------
    coverage
        One row per point.

    Raises
    ------
    UsageError, DataError
        If the cluster cannot do it; see `almaty_geo.tiling.running.results`.
    """
    size = len(demand.people)
    way, least, most_ = (np.full(size, np.inf) for _ in range(3))
    which = np.full(size, -1, dtype=np.intp)
    rows: dict[int, np.ndarray[tuple[int], np.dtype[np.intp]]] = {}

    def cut() -> Iterator[Part]:
        for at, part in enumerate(
            parts(demand.xy_m, facilities.xy_m, travel, reach=question.reach, most=most)
        ):
            rows[at] = part.rows
            yield part

    for at, found in results(cut(), within_reach, client=client):
        own = rows.pop(at)
        way[own], least[own], most_[own] = found.way, found.least, found.most
        which[own] = found.which
        if progress is not None:
            progress(len(own))
    return TiledCoverage(
        question=question,
        travel=travel,
        demand=demand,
        facilities=facilities,
        nearest=Nearest(way, least, most_, which, question.reach.unit),
        areas=areas,
    )
