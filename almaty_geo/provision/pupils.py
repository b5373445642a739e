"""How many pupils each block has, in whole pupils that add up to the count declared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, SpecError, UnknownNameError, UsageError
from almaty_geo.places import Demand, Membership
from almaty_geo.provision.declared import Seating
from almaty_geo.provision.instance import Whole
from almaty_geo.spreading import shared


@dataclass(frozen=True, slots=True, eq=False)
class Pupils:
    """Who needs a seat."""

    number: Whole
    """Whole pupils of each block, shape (n,)."""

    low: bool
    """Whether the low variant was taken."""

    column: str
    """Column that was summed."""

    uncounted: int
    """Rows of the counted layer that do not say how many pupils they have."""

    @property
    def total(self) -> int:
        """All pupils."""
        return int(self.number.sum())


def counted(rule: Seating, layer: Layer, *, low: bool = False) -> tuple[str, Whole, int]:
    """
    Return the column counted, the pupils of each row (0 where unknown), and how many are unknown.

    Raises
    ------
    UsageError
        If the low variant is asked for and none is declared.
    SpecError
        If the layer has no such column.
    DataError
        If a row has fewer than 0 pupils.
    """
    column = rule.pupils.low if low else rule.pupils.column
    if column is None:
        raise UsageError(f"Theme {rule.theme!r} declares no low variant of its pupils.")
    each = whole_column(layer, column, rule.theme)
    return column, np.maximum(each, 0), int((each < 0).sum())


def whole_column(layer: Layer, column: str, theme: str) -> Whole:
    """Return a column in whole numbers, -1 where it is empty; faults as in `counted`."""
    if column not in layer.spec.columns:
        cause = UnknownNameError(f"column of {layer.id}", column, layer.spec.columns)
        raise SpecError(f"provision/{theme}.toml: {cause}")
    value = pd.to_numeric(layer.frame[column], errors="coerce").to_numpy(
        dtype=float, na_value=np.nan
    )
    if (value < 0).any():
        at = int(np.flatnonzero(value < 0)[0])
        name = layer.frame["id"].iloc[at]
        raise DataError(
            f"{layer.spec.file}: {name}: {column} is {value[at]:g}; it must be 0 or more."
        )
    return np.where(np.isnan(value), -1, np.round(value)).astype(np.int64)


def pupils(
    rule: Seating,
    layer: Layer,
    demand: Demand,
    areas: Membership,
    *,
    low: bool = False,
    residents: int | None = None,
) -> Pupils:
    """
    Spread the pupils over the blocks.

    Areas whose school-age share is declared take that share of their residents; all others take
    the rest by residents, so that the sum is the count. Whole pupils by the largest remainder; of
    equal remainders the block that comes first by id.

    Parameters
    ----------
    rule
        What the plan declares.
    layer
        Layer whose pupils are counted.
    demand
        Residents of n blocks.
    areas
        Area of each block.
    low
        Whether to take the low variant of the count.
    residents
        How many residents the count belongs to; where a scenario has more or fewer, pupils grow or
        shrink with them. As many as the blocks have by default.

    Returns
    -------
    pupils
        Whole pupils of each block.

    Raises
    ------
    SpecError
        If a share is declared for an area that is not there, or shares take more pupils than are.
    DataError
        If there are pupils, and nobody lives anywhere.
    """
    column, each, uncounted = counted(rule, layer, low=low)
    total = grown(int(each.sum()), int(demand.people.sum()), residents)
    ids = np.asarray(demand.ids)
    group = np.full(len(ids), len(rule.share.areas), dtype=np.intp)
    own: list[int] = []
    for at, (area, share) in enumerate(sorted(rule.share.areas.items())):
        if area not in areas.ids:
            cause = UnknownNameError("area", area, areas.ids)
            raise SpecError(f"provision/{rule.theme}.toml: {cause}")
        inside = areas.of == areas.ids.index(area)
        group[inside] = at
        own.append(round(share * int(demand.people[inside].sum())))
    left = total - sum(own)
    rest = int(demand.people[group == len(own)].sum())
    if own and (left < 0 or (left and not rest)):
        raise SpecError(
            f"provision/{rule.theme}.toml: the shares declared take {sum(own)} pupils, and "
            f"{column} of {layer.id} counts {total}."
        )
    if left and not rest:
        raise DataError(f"{demand.layer}: nobody lives anywhere, and there are {total} pupils.")
    totals = np.array([*own, left], dtype=np.int64)
    return Pupils(shared(demand.people, group, totals, order=ids), low, column, uncounted)


def grown(count: int, residents: int, before: int | None) -> int:
    """
    Return a count that grows with residents, in whole numbers, halves up.

    Examples
    --------
    >>> grown(100, 1500, 1000), grown(100, 1500, None)
    (150, 100)
    """
    if not before or before == residents:
        return count
    return (2 * count * residents + before) // (2 * before)
