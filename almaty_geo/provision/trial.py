"""What a page needs to give pupils seats anew, the nearest first."""

import numpy as np

from almaty_geo.provision.instance import ranks
from almaty_geo.provision.provide import MS_PER_MIN, Ground
from almaty_geo.specs import Scenario
from almaty_geo.trying import SeatTrial, Trial

EXACT = 2**53
"""Whole numbers up to here are exact in a page."""

TRIED = 1000
"""Schools that a reader may add, at the most."""


def seat_trial(ground: Ground, scenario: Scenario, tried: Trial) -> SeatTrial | None:
    """
    Return all that it takes to seat pupils by ``nearest-first`` with other schools.

    Parameters
    ----------
    ground
        A theme's seats.
    scenario
        The present one.
    tried
        What its coverage can be tried with: its points and facilities are meant.

    Returns
    -------
    seats
        None where there are more points, schools and metres than a page can put in order.

    Raises
    ------
    SpecError, DataError
        If the plan contradicts itself; see `Ground.provide`.
    """
    blocks = ground.blocks(scenario)
    limit = ground.reaches(scenario)[1]
    per = 1000 if limit.unit == "m" else MS_PER_MIN
    if (limit.value * per + 1) * len(blocks.ids) * (len(tried.ids) + TRIED) >= EXACT:
        return None
    number = ground.pupils(blocks).number
    placed = np.asarray(np.isfinite(blocks.xy_m).all(axis=1))
    return SeatTrial(
        pupils=number[placed],
        rank=ranks([name for name, has in zip(blocks.ids, placed, strict=True) if has]),
        placeless=ground.membership.sums(np.where(placed, 0, number)),
        offered=ground.offered(scenario, tried.ids),
        shifts=ground.rule.shifts.otherwise,
        limit=limit.value,
        m_per_min=limit.m_per_min,
    )
