"""How evenly something is shared, counted in people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TENTH, POOR, RICH = 0.1, 0.4, 0.9
NOTHING = 1e-12
"""A part of the whole as small as what floating point leaves over."""


@dataclass(frozen=True, slots=True)
class Equity:
    """How evenly people share an amount; None where a figure has no meaning."""

    mean: float
    """Amount per person."""

    gini: float | None
    """0 where all have the same, towards 1 where one has all; None where nobody has anything."""

    palma: float | None
    """What the best-off tenth has over what the worst-off four tenths have; None where those have
    nothing."""

    worst_tenth: float
    """Amount per person in the worst-off tenth of the people."""

    worst_tenth_share: float | None
    """Share of the whole that the worst-off tenth has, 0 to 0.1; None where there is nothing."""

    def to_dict(self) -> dict[str, float | None]:
        """Return the figures as plain values for JSON."""
        return {
            "mean": self.mean,
            "gini": self.gini,
            "palma": self.palma,
            "worst_tenth": self.worst_tenth,
            "worst_tenth_share": self.worst_tenth_share,
        }


def equity(amount: NDArray[np.float64], people: NDArray[np.int64]) -> Equity | None:
    r"""
    Return how evenly people share an amount.

    All figures are read off the Lorenz curve L, the share that the worst-off part q of the people
    have; a person may be cut where a tenth ends between two.

    .. math::

        G = 1 - \sum_i p_i (L_{i-1} + L_i), \qquad
        \text{Palma} = \frac{1 - L(0.9)}{L(0.4)}

    Parameters
    ----------
    amount
        What each person at each of n points has, at least 0, shape (n,).
    people
        Whole people at each point, shape (n,).

    Returns
    -------
    equity
        None where nobody lives.
    """
    total_people = int(people.sum())
    if not total_people:
        return None
    order = np.argsort(amount, kind="stable")
    weight, each = people[order], amount[order]
    had = np.concatenate([[0.0], np.cumsum(weight * each)])
    part = np.concatenate([[0.0], np.cumsum(weight) / total_people])
    worst = float(np.interp(TENTH, part, had))
    total = float(had[-1])
    if not total > 0:
        return Equity(0.0, None, None, 0.0, None)
    poor, rich = np.interp([POOR, RICH], part, had)
    gini = 1 - float((np.diff(part) * (had[:-1] + had[1:])).sum()) / total
    return Equity(
        mean=total / total_people,
        gini=max(gini, 0.0),
        palma=float((total - rich) / poor) if poor > total * NOTHING else None,
        worst_tenth=worst / (TENTH * total_people),
        worst_tenth_share=worst / total,
    )
