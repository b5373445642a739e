"""People scaled to the known sum of each area, in whole people."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.importing.residents.placed import Placed
from almaty_geo.places import Membership
from almaty_geo.plan import Plan
from almaty_geo.spreading import largest_remainder, shared


@dataclass(frozen=True, slots=True)
class AreaPeople:
    """The people of one area, before and after."""

    id: str
    """The area; empty for people in none."""

    file: float
    """As the file has them."""

    people: int
    """As the layer has them now."""

    was: int | None
    """As the layer had them before; None where it could not be read, or is new."""

    @property
    def factor(self) -> float | None:
        """How many times as many there are as the file has; None where it has nobody."""
        return self.people / self.file if self.file > 0 else None


def read_totals(plan: Plan, totals: str) -> dict[str, int]:
    """
    Return the known people of each area.

    Parameters
    ----------
    plan
        Has them as a column of its areas, or of a table that refers to these.
    totals
        ``LAYER.COLUMN``.

    Raises
    ------
    UsageError
        If that is no layer and column, or the layer does not say of which area a row is.
    UnknownNameError
        If there is no such layer or column.
    DataError
        If an area has none or two, or it is no whole number of 0 or more.
    """
    name, dot, column = totals.partition(".")
    if not dot or not column:
        raise UsageError(f"{totals!r} is not LAYER.COLUMN.")
    layer = plan.layers[name]
    if column not in layer.spec.columns:
        raise UnknownNameError(f"column of {name}", column, layer.spec.columns)
    if layer.spec.columns[column].kind != "int":
        raise DataError(f"{totals}: totals must be whole people, a column of kind 'int'.")
    key = _key(plan, layer)
    found: dict[str, int] = {}
    for area, value in zip(layer.frame[key].astype(str), layer.frame[column], strict=True):
        if area in found:
            raise DataError(f"{totals}: {area} has two totals.")
        if pd.isna(value) or value < 0:
            raise DataError(f"{totals}: {area} has the total {value}, expected 0 or more people.")
        found[area] = int(value)
    if missing := sorted(set(plan.areas.frame["id"].astype(str)) - set(found)):
        raise DataError(f"{totals}: no total for {', '.join(missing)}.")
    return found


def _key(plan: Plan, layer: Layer) -> str:
    """Return the column that says of which area a row is."""
    if layer.id == plan.spec.areas:
        return "id"
    columns = layer.spec.columns.items()
    key = next((c for c, s in columns if s.layer == plan.spec.areas), None)
    if key is None:
        raise UsageError(f"{layer.id}: no column refers to {plan.spec.areas}.")
    return key


def in_whole_people(
    made: Placed, areas: Membership, totals: dict[str, int] | None
) -> NDArray[np.int64]:
    """
    Return whole people at each point.

    Parameters
    ----------
    made
        People at points.
    areas
        Which area each point lies in.
    totals
        Known people of each area; None to keep those of the file.

    Returns
    -------
    people
        Shape (r,). With totals they sum to these in each area, and people outside all areas are
        not scaled. Without, each source keeps its people if they are whole; else all are rounded
        once, in sum, by the largest remainder.

    Raises
    ------
    DataError
        If an area has a total and the file has nobody there.
    """
    if totals is None and made.whole:
        return made.whole_at_points()
    amounts, ids = made.at_points(), np.array(made.ids)
    if totals is None:
        return largest_remainder(amounts, round(math.fsum(made.amounts)), order=ids)
    held = areas.parts(amounts)
    wanted = np.array([*(totals[i] for i in areas.ids), round(held[-1])], dtype=np.int64)
    if nobody := [i for i, h, w in zip(areas.ids, held, wanted, strict=False) if w and not h]:
        raise DataError(
            f"{nobody[0]}: its total is {totals[nobody[0]]:,} people, but the file has nobody "
            "there: nothing to scale."
        )
    return shared(amounts, areas.at, wanted, order=ids)
