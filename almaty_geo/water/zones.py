"""What lies in the protection zones of intakes, surely or possibly."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["inside", "possible"]
MM = 1000


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing in the zone of an intake."""

    intake: int
    """Position of the intake."""

    thing: int
    """Position of the thing."""

    distance_m: float
    """In a straight line between both as they are placed."""

    verdict: Verdict
    """ "inside" wherever in its precision the intake truly is; else "possible"."""


def zones(
    intakes_m: NDArray[np.float64],
    precision_m: NDArray[np.float64],
    things_m: NDArray[np.float64],
    *,
    radius_m: float,
) -> tuple[Conflict, ...]:
    """
    Return what lies in the zones of intakes.

    A thing is inside if it is nearer than the radius, as far as the exclusion for sites goes. Where
    the intake's place is uncertain by p, the thing is surely inside if the distance and p together
    are less than the radius, and possibly if the distance less p is.

    Parameters
    ----------
    intakes_m, things_m
        Easting and northing in metres, shapes (m, 2) and (n, 2); NaN where there is no place.
    precision_m
        How far off each intake may truly be, shape (m,).
    radius_m
        Of the zone.

    Returns
    -------
    conflicts
        By intake, then by distance.
    """
    found = []
    for at, (place, off_m) in enumerate(zip(intakes_m, precision_m.tolist(), strict=True)):
        apart = np.rint(np.hypot(*(things_m - place).T) * MM) / MM
        for thing in np.lexsort((np.arange(len(apart)), apart)).tolist():
            distance_m = float(apart[thing])
            if not distance_m - off_m < radius_m:
                break
            sure = distance_m + off_m < radius_m
            found.append(Conflict(at, thing, distance_m, "inside" if sure else "possible"))
    return tuple(found)
