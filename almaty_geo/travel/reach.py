"""How far counts as within reach."""

import re
from dataclasses import dataclass
from typing import Literal

from almaty_geo.errors import UsageError
from almaty_geo.specs import Mode, NormValue, Speeds
from almaty_geo.words import Text, count, say

Unit = Literal["m", "min"]
FARTHEST_M = 200_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How far counts as within reach."""

    value: float
    """How much."""

    unit: Unit
    """Metres or minutes."""

    mode: Mode
    """How people travel."""

    metres: float
    """The same as metres of way, at the mode's usual speed."""

    def times(self, factor: float) -> Text:
        """Return a multiple of the reach in words, such as "1,000 m"."""
        value = count(self.value * factor, digits=1)
        return (
            say("{value}\u00a0m", value=value)
            if self.unit == "m"
            else say("{value}\u00a0min", value=value)
        )

    @property
    def m_per_min(self) -> float | None:
        """The mode's usual speed, for a reach in minutes; None for one in metres."""
        return self.metres / self.value if self.unit == "min" else None

    @property
    def shown(self) -> Text:
        """The reach in words."""
        return self.times(1)


def norm_reach(norm: NormValue, speeds: Speeds) -> Reach:
    """Return the reach of a norm; see `reach` for errors."""
    return reach(norm.value, norm.unit, norm.mode or "walk", speeds=speeds)


def parse_reach(text: str, *, mode: Mode, speeds: Speeds) -> Reach:
    """
    Read a reach such as "500m", "1.5km" or "15 min".

    Parameters
    ----------
    text
        Number and unit; a decimal comma is read too.
    mode
        How people travel.
    speeds
        Turn minutes to metres.

    Returns
    -------
    reach
        What was meant.

    Raises
    ------
    UsageError
        If it is not a positive number with the unit m, km or min, or is beyond 200 km.
    """
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(m|km|min)\s*", text, flags=re.ASCII)
    if found is None:
        raise UsageError(f"Reach {text!r} is not a number with a unit, such as 500m or 15min.")
    value, unit = float(found[1].replace(",", ".")), found[2]
    return (
        reach(value * 1000, "m", mode, speeds=speeds)
        if unit == "km"
        else reach(value, unit, mode, speeds=speeds)
    )


def reach(value: float, unit: str, mode: Mode, *, speeds: Speeds) -> Reach:
    """
    Return a reach as metres of way.

    Raises
    ------
    UsageError
        If it is not positive, is beyond 200 km, or the plan has no speed for the mode.
    """
    speed = speeds.walk if mode == "walk" else speeds.drive
    if speed is None:
        raise UsageError(f"The plan declares no speed for the mode {mode!r}.")
    metres = value if unit == "m" else value * speed.m_per_min
    if not 0 < metres <= FARTHEST_M:
        raise UsageError(f"Reach {value:g} {unit} must be more than 0 and at most 200 km of way.")
    return Reach(value, "m" if unit == "m" else "min", mode, metres)
