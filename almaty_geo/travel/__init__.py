"""Metres or minutes from places to places; ``inf`` where there is no way."""

from typing import TYPE_CHECKING, Any

from almaty_geo.travel.reach import Reach, Unit, norm_reach, parse_reach, reach
from almaty_geo.travel.straight import StraightLine
from almaty_geo.travel.ways import Asked, Basis, Nearest, Pairs, Travel, whole

if TYPE_CHECKING:
    from almaty_geo.travel.streets import ByStreets

__all__ = [
    "Asked",
    "Basis",
    "ByStreets",
    "Nearest",
    "Pairs",
    "Reach",
    "StraightLine",
    "Travel",
    "Unit",
    "norm_reach",
    "parse_reach",
    "reach",
    "whole",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class
    """Load ways by streets when they are first asked for: the compiler takes 0.3 s to import."""
    if name != "ByStreets":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - the point of this function

    return ByStreets
