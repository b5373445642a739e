"""Why a pupil has no seat: nothing in reach, a barrier, or all of it full, and by whom."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.places import Membership, split_by
from almaty_geo.provision.answer import Provision
from almaty_geo.provision.instance import Positions, Whole

Kind = Literal["no_school", "barrier", "full", "seats_unknown"]


@dataclass(frozen=True, slots=True)
class Unserved:
    """A block with pupils who have no seat, and why."""

    block: str
    """Id of the block."""

    pupils: int
    """How many of its pupils have none."""

    kind: Kind
    """``no_school``: no school within the admission limit. ``barrier``: one is near by air, yet no
    way leads to it within the limit. ``full``: every school in reach is full. ``seats_unknown``:
    nobody knows how many seats those in reach have."""

    schools: tuple[str, ...]
    """Schools in reach, nearest first."""

    taken_by: tuple[tuple[str, int], ...]
    """Who has the seats of those schools: area and pupils, most first; the own area too."""

    blocks: tuple[tuple[str, int], ...]
    """The same by block, most first."""

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as plain values for JSON; of the blocks, the ten with most."""
        return {
            "block": self.block,
            "pupils": self.pupils,
            "reason": self.kind,
            "schools": list(self.schools),
            "taken_by": dict(self.taken_by),
            "blocks": dict(self.blocks[:10]),
        }


def reasons(answer: Provision, areas: str) -> tuple[Unserved, ...]:
    """
    Return why each block with pupils left over is unserved.

    Parameters
    ----------
    answer
        Who gets which seat.
    areas
        Layer of areas that those who have the seats are named by.

    Returns
    -------
    reasons
        One for each block with a pupil without a seat, in the order of the blocks.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer of areas.
    """
    member = split_by(answer.areas, areas)
    left = answer.pupils.number - answer.seated
    order = np.lexsort((answer.destination, answer.way, answer.origin))
    origin, school = answer.origin[order], answer.destination[order]
    start = np.searchsorted(origin, np.arange(len(left) + 1))
    takers = _takers(answer)
    return tuple(
        _unserved(answer, member, int(block), school[start[block] : start[block + 1]], takers)
        for block in np.flatnonzero(left)
    )


def _unserved(
    answer: Provision, member: Membership, block: int, schools: Positions, takers: list[Positions]
) -> Unserved:
    pairs = np.concatenate([takers[s] for s in schools]) if len(schools) else np.empty(0, np.intp)
    who, pupils = answer.origin[pairs], answer.flow[pairs]
    return Unserved(
        block=answer.demand.ids[block],
        pupils=int(answer.pupils.number[block] - answer.seated[block]),
        kind=_kind(answer, block, schools),
        schools=tuple(answer.facilities.ids[s] for s in schools),
        taken_by=_most_first([member.names[at] for at in member.at[who]], pupils),
        blocks=_most_first([answer.demand.ids[at] for at in who], pupils),
    )


def _kind(answer: Provision, block: int, schools: Positions) -> Kind:
    if not len(schools):
        return "barrier" if answer.cut_off[block] else "no_school"
    return "full" if answer.seats.known[schools].any() else "seats_unknown"


def _takers(answer: Provision) -> list[Positions]:
    """Return the pairs that take seats at each school."""
    used = np.flatnonzero(answer.flow)
    used = used[np.argsort(answer.destination[used], kind="stable")]
    edges = np.searchsorted(answer.destination[used], np.arange(len(answer.facilities.ids) + 1))
    return [used[start:end] for start, end in pairwise(edges.tolist())]


def _most_first(names: list[str], pupils: Whole) -> tuple[tuple[str, int], ...]:
    """Return names with their pupils in sum, most first, then by name."""
    total: dict[str, int] = {}
    for name, number in zip(names, pupils.tolist(), strict=True):
        total[name] = total.get(name, 0) + number
    return tuple(sorted(total.items(), key=lambda one: (-one[1], one[0])))


def near_by_air(
    blocks_m: NDArray[np.float64], schools_m: NDArray[np.float64], *, within_m: float
) -> NDArray[np.bool_]:
    """
    Return which blocks have a school within a straight line.

    Parameters
    ----------
    blocks_m, schools_m
        Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where there is no place.
    within_m
        Length of the line.

    Returns
    -------
    near
        Shape (n,).
    """
    near = np.zeros(len(blocks_m), dtype=bool)
    here = np.flatnonzero(np.isfinite(blocks_m).all(axis=1))
    there = schools_m[np.isfinite(schools_m).all(axis=1)]
    if len(here) and len(there):
        straight, _ = KDTree(there).query(blocks_m[here])
        near[here] = straight <= within_m
    return near
