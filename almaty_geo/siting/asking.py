"""What a question of siting may hold: how hard to look, who counts how much, and checked arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, issparse

from almaty_geo.errors import UsageError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a menu should list."""

    tolerance: float = 0.01
    """How far behind the best known value a set may be, as a share of it."""

    options: int = 10
    """How many sets at most, the answer included."""

    differ: int = 1
    """In how many sites any two sets must differ at least."""

    def __post_init__(self) -> None:
        """Raise UsageError for a menu that can hold nothing."""
        if not 0 <= self.tolerance < 1:
            raise UsageError(
                f"The menu's tolerance must be a share from 0 to below 1, not {self.tolerance!r}."
            )
        if self.options < 1 or self.differ < 1:
            raise UsageError(
                "A menu lists at least 1 set that differs in at least 1 site: "
                f"got {self.options!r} and {self.differ!r}."
            )


@dataclass(frozen=True, slots=True)
class Search:
    """How hard to look for the answer, and whether for near-best ones too."""

    exact: bool = False
    """Whether to prove the answer, rather than show its gap."""

    time_limit_s: float = 60.0
    """Seconds that a proof may take."""

    tolerance: float = 0.0
    """Gap that is good enough to stop at, as a share; 0 to go on."""

    menu: Ask | None = None
    """Near-best sets to list."""

    def __post_init__(self) -> None:
        """Raise UsageError for a limit or tolerance that is none."""
        if not (np.isfinite(self.time_limit_s) and self.time_limit_s > 0):
            raise UsageError(f"The time limit must be above 0 seconds, not {self.time_limit_s!r}.")
        if not 0 <= self.tolerance < 1:
            raise UsageError(
                f"The tolerance must be a share from 0 to below 1, not {self.tolerance!r}."
            )


DEFAULT = Search()
"""Good sets with their gap, unproven and without others near them."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """How many people a point has, and how much they count."""

    people: Ints
    """Whole people, shape (m,)."""

    times: Ints
    """How many times each of them counts, shape (m,); 1 where all count alike."""

    @property
    def counted(self) -> Ints:
        """People times what they count, shape (m,)."""
        return self.people * self.times


def worst_first(
    people: ArrayLike, distance_m: ArrayLike, *, reach_m: float, times: int = 3
) -> Weights:
    """
    Return weights that help the worst-off first.

    People within reach of what exists count once. Beyond it they count more with each reach that
    they are farther off, up to ``times``: a stated choice of values, shown beside plain people.

    Parameters
    ----------
    people
        Whole people, shape (m,).
    distance_m
        To the nearest existing facility, shape (m,); infinite where there is none.
    reach_m
        What counts as within reach.
    times
        How much the worst-off count at most, 1 or more.

    Returns
    -------
    weights
        For any of the questions.

    Raises
    ------
    UsageError
        If people are no whole numbers from 0, distances are negative or not as many, or ``times``
        or the reach is too small.
    """
    whole = checked_people(people)
    far = np.asarray(distance_m, dtype=np.float64)
    if far.shape != whole.shape or np.isnan(far).any() or (far < 0).any():
        raise UsageError(
            f"Distances to existing facilities must be {len(whole)} numbers from 0, one a point."
        )
    if times < 1 or not (np.isfinite(reach_m) and reach_m > 0):
        raise UsageError(f"Need times >= 1 and a reach above 0 m, not {times!r} and {reach_m!r}.")
    steps = np.clip(np.ceil(far / reach_m), 1, times)
    return Weights(whole, steps.astype(np.int64))


def weights_of(given: ArrayLike | Weights, points: int) -> Weights:
    """Return weights for so many points; UsageError if they are not whole numbers from 0."""
    if not isinstance(given, Weights):
        people = checked_people(given)
        given = Weights(people, np.ones_like(people))
    if len(given.people) != points:
        raise UsageError(f"There are {len(given.people)} weights for {points} demand points.")
    if not given.counted.any():
        raise UsageError("All weights are 0: there is nobody to site for.")
    return given


def checked_people(given: ArrayLike) -> Ints:
    """Return whole people, shape (m,); UsageError says which entry is none."""
    people = np.asarray(given, dtype=np.float64)
    if people.ndim != 1:
        raise UsageError(f"Weights must be one row of numbers, not of shape {people.shape}.")
    bad = np.flatnonzero(~(np.isfinite(people) & (people >= 0) & (people == np.rint(people))))
    if len(bad):
        raise UsageError(
            f"Weight {bad[0]} is {people[bad[0]]:g}: expected a whole number of people from 0."
        )
    return people.astype(np.int64)


def checked_count(count: int, candidates: int) -> int:
    """Return how many sites; UsageError if below 1 or more than there are candidates."""
    if candidates == 0:
        raise UsageError("There are no candidate sites.")
    if isinstance(count, bool) or int(count) != count or count < 1:
        raise UsageError(f"The count of sites must be a whole number from 1, not {count!r}.")
    if count > candidates:
        raise UsageError(f"{count} sites are asked for, but there are {candidates} candidates.")
    return int(count)


def checked_covers(covers: Any) -> csr_array:  # noqa: ANN401 - scipy's many sparse classes
    """Return who is covered by whom, candidates first, shape (n, m); UsageError if it is none."""
    table: Any = covers if issparse(covers) else np.asarray(covers)
    if table.ndim != 2:  # noqa: PLR2004 - a table has two
        raise UsageError(f"Covers must be demand points by candidates, not of shape {table.shape}.")
    found = csr_array(table, dtype=bool)
    found.eliminate_zeros()
    return csr_array(found.T)


def checked_mask(given: ArrayLike | None, points: int) -> NDArray[np.bool_]:
    """Return which points are covered already, shape (m,); none by default."""
    if given is None:
        return np.zeros(points, dtype=bool)
    mask = np.asarray(given)
    if mask.shape != (points,) or mask.dtype != np.bool_:
        raise UsageError(
            f"What is covered already must be {points} truth values, one a demand point."
        )
    return mask


def checked_distances(given: ArrayLike, *, name: str = "Distances") -> Floats:
    """Return distances (m, n), infinite where there is no way; UsageError if they are none."""
    table = np.asarray(given, dtype=np.float64)
    if table.ndim != 2:  # noqa: PLR2004 - a table has two
        raise UsageError(f"{name} must be demand points by candidates, not of shape {table.shape}.")
    if np.isnan(table).any() or (table < 0).any():
        point, site = np.argwhere(np.isnan(table) | (table < 0))[0]
        raise UsageError(
            f"{name}: from point {point} to candidate {site} it says {table[point, site]:g}: "
            "expected 0 or more, infinite where there is no way."
        )
    return table


def checked_existing(given: ArrayLike | None, points: int) -> Floats:
    """Return the distance to the nearest existing facility, shape (m,); infinite by default."""
    if given is None:
        return np.full(points, np.inf)
    existing = np.asarray(given, dtype=np.float64)
    if existing.shape != (points,) or np.isnan(existing).any() or (existing < 0).any():
        raise UsageError(
            f"Distances to existing facilities must be {points} numbers from 0, one a point."
        )
    return existing


def plain(numbers: Sequence[float]) -> tuple[float | int, ...]:
    """Return numbers as Python's own: whole ones as int, so that results say what they mean."""
    return tuple(plain_number(number) for number in numbers)


def plain_number(number: float) -> float | int:
    """Return a whole number as int, any other as float."""
    return int(number) if np.isfinite(number) and number == np.rint(number) else float(number)
