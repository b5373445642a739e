"""How people are to be spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.specs import NOT_STATED

Method = Literal["points", "nearest", "area", "dasymetric"]
METHODS: tuple[Method, ...] = get_args(Method)

OTHERS = "*"
"""Stands for every class that no weight names."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How people are to be spread, and to what sums."""

    method: Method = "points"
    """
    Where people are put.

    "points": where they are: a point, the centre of a cell, a point within an outline. "nearest":
    at the nearest of ``by``. "area": in the outlines of ``by``, by the area in common.
    "dasymetric": over the buildings or the land of ``by``.
    """

    by: str | None = None
    """A layer of the plan, or a file: whom they are put to."""

    storeys: str | None = None
    """For "dasymetric": the column of ``by`` that holds storeys; a usual name by default."""

    classes: str | None = None
    """For "dasymetric": the column of ``by`` that holds a class, such as a use of land."""

    weights: tuple[str, ...] = ()
    """For ``classes``: "class=number", people for each unit of area; "*=number" for all others."""

    totals: str | None = None
    """LAYER.COLUMN: what the people of each area are scaled to; None not to scale."""

    date: str = NOT_STATED
    """What day, month or year the people are of."""

    def __post_init__(self) -> None:
        """Refuse what goes not together."""
        if self.method not in METHODS:
            raise UnknownNameError("method", self.method, METHODS)
        if (self.method == "points") != (self.by is None):
            what = "needs" if self.by is None else "has no use for"
            raise UsageError(f"Method {self.method!r} {what} a layer or file to spread by.")
        if self.method != "dasymetric" and (self.storeys or self.classes):
            raise UsageError("Storeys and classes go with the method 'dasymetric'.")
        if bool(self.classes) != bool(self.weights):
            raise UsageError("A column of classes and their weights go together.")

    def densities(self) -> Mapping[str, float]:
        """Return the weight of each class; raise UsageError if one is no number of 0 or more."""
        return dict(_density(pair) for pair in self.weights)


def _density(pair: str) -> tuple[str, float]:
    name, sign, said = pair.rpartition("=")
    try:
        number = float(said)
    except ValueError:
        number = -1.0
    if not sign or not 0 <= number < float("inf"):
        raise UsageError(f"{pair!r} is not class=number, with a number of 0 or more.")
    return name.strip(), number
