"""Metres or minutes from places to places; ``inf`` where there is no way."""

from almaty_geo.travel.reach import Reach, Unit, norm_reach, parse_reach, reach
from almaty_geo.travel.straight import StraightLine
from almaty_geo.travel.ways import Basis, Nearest, Pairs, Travel, whole

__all__ = [
    "Basis",
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
