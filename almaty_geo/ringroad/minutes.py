"""Whole milliseconds at three speeds: as fast as may be, as declared, as slow as may be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.specs import Factor
from almaty_geo.travel.ways import MS_PER_MIN

UNREACHED = 1 << 40
"""Milliseconds where there is no way; sums of a few stay far from the end of int64."""

M_PER_KM = 1000
MIN_PER_H = 60

LEAST, USUAL, MOST = 0, 1, 2
"""Variants: every assumption at the end that makes ways short, as declared, and the other end."""

MOST_KM_H = 200


@dataclass(frozen=True, slots=True)
class Driving:
    """How fast cars go."""

    city: Factor
    """Through the city, km/h on average."""

    ring: Factor
    """On the ring road, km/h."""

    radial: Factor
    """On a radial street, km/h."""

    usual_km_h: float
    """The speed through the city that the plan's streets are taken to have together."""

    def stretched(self, low: float = 1, high: float = 1) -> tuple[float, float, float]:
        """
        Return what minutes at the usual speed are multiplied by in each variant.

        Parameters
        ----------
        low, high
            How much shorter and longer the way itself may be.
        """
        usual = self.usual_km_h
        return (low * usual / self.city.high, usual / self.city.value, high * usual / self.city.low)


def asked(factor: Factor, value: float | None, what: str) -> Factor:
    """
    Return a declared speed, or another in its place with an interval as wide in proportion.

    Raises
    ------
    UsageError
        If the other is no speed of a car.
    """
    if value is None:
        return factor
    if not 0 < value <= MOST_KM_H:
        raise UsageError(
            f"The {what} speed must be above 0 and at most {MOST_KM_H} km/h, not {value:g}."
        )
    times = value / factor.value
    return factor.model_copy(
        update={
            "value": value,
            "low": factor.low * times,
            "high": factor.high * times,
            "confidence": "assumption",
        }
    )


def at_speed(metres: float, speed: Factor) -> tuple[int, int, int]:
    """Return the milliseconds that a way takes in each variant, at least 1."""
    return tuple(max(1, ms(metres, v)) for v in (speed.high, speed.value, speed.low))  # type: ignore[return-value]  # three of them


def ms(metres: float, km_h: float) -> int:
    """Return the whole milliseconds that a way takes at a speed."""
    return round(metres / (km_h * M_PER_KM / MIN_PER_H) * MS_PER_MIN)


def scaled(cost: NDArray[np.int64], times: float) -> NDArray[np.int64]:
    """Return costs at another speed; what is unreached stays so."""
    other = np.rint(cost * times).astype(np.int64)
    return np.where(cost < UNREACHED, other, UNREACHED)


def in_minutes(cost: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return minutes, ``inf`` where there is no way."""
    return np.where(cost < UNREACHED, cost / MS_PER_MIN, np.inf)
