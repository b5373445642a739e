"""A norm for provision, brought to what it asks for 1,000 people."""

import re

from almaty_geo.specs import NormValue

PER = re.compile(r"(?P<what>\S.*?) per (?P<number>\d+ )?(?:residents|people|person|inhabitants)")
THOUSAND = 1000


def norm_per_1000(norm: NormValue | None, unit: str) -> float | None:
    """
    Return how much a norm for provision asks for 1,000 people.

    Parameters
    ----------
    norm
        Such as 180 "seats per 1000 residents" or 40 "beds per 10000 residents".
    unit
        What capacity is counted in, such as "seats"; empty where nobody says.

    Returns
    -------
    amount
        For 1,000 people; None where there is no norm, it is not by people, or it counts something
        else than the capacity does.

    Examples
    --------
    >>> from almaty_geo.words import same
    >>> norm = NormValue(value=40, unit="beds per 10000 residents", basis=same("x"),
    ...                  confidence="low")
    >>> norm_per_1000(norm, "beds"), norm_per_1000(norm, "seats")
    (4.0, None)
    """
    if norm is None or (found := PER.fullmatch(norm.unit)) is None:
        return None
    if unit and found["what"] != unit:
        return None
    number = int(found["number"] or 1)
    return norm.value * THOUSAND / number if number else None
