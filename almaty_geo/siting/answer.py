"""The answer to a question of siting: where, how much it helps, and how sure that is."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Objective = Literal["cover", "mean", "worst", "share", "seats"]
Status = Literal["optimal", "gap"]
Verdict = Literal["proven", "refuted", "open"]
LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Option:
    """One near-best set of a menu."""

    sites: tuple[int, ...]
    """Candidates by position, ascending."""

    value: float
    """Its value, in the objective's unit."""

    behind: float
    """How far behind the best known value it is, as a share of that value."""

    sure: bool
    """Whether it is within the tolerance of the bound as well: of any set there may be."""


@dataclass(frozen=True, slots=True)
class Regret:
    """Whether a site of the best set is in every near-best set."""

    site: int
    """Candidate by position."""

    verdict: Verdict
    """
    "proven": every set without it is worse by more than the tolerance. "refuted": a set without
    it is within the tolerance. "open": neither was shown.
    """


@dataclass(frozen=True, slots=True)
class Menu:
    """Sets as good as the best, or nearly."""

    tolerance: float
    """How far behind the best known value a set may be, as a share of it."""

    options: tuple[Option, ...]
    """Best first, the answer itself first of all; there may be more than are listed."""

    no_regret: tuple[Regret, ...]
    """Each site of the answer, by position."""


@dataclass(frozen=True, slots=True)
class Siting:
    """Where the next facilities help most."""

    objective: Objective
    """What is sought: "cover", "seats" and "share" in people and sites, else metres."""

    sites: tuple[int, ...]
    """Candidates by position, in the order in which they help most."""

    gains: tuple[float | None, ...]
    """
    What each site adds after those before it, beyond what exists: people for "cover", "share" and
    "seats"; metres for "worst", people times metres for "mean". None where nothing stood before.
    """

    value: float
    """What is reached: people newly served, person-metres walked, metres, or how many sites."""

    bound: float
    """No set of sites can do better than this."""

    status: Status
    """"optimal" only if proven."""

    reason: str | None
    """Why it is not proven; None if it is."""

    before: float | None
    """The same measure with existing facilities alone; None where there is none."""

    plain: float
    """The value where each person counts once; differs where weights favour some."""

    menu: Menu | None = None
    """Near-best sets, if asked for."""

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it; never less than proven."""
        return gap(self.value, self.bound)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, the gap among them."""
        return {**asdict(self), "gap": self.gap}


def gap(value: float, bound: float) -> float:
    """Return how far a value is from its bound, as a share of the value."""
    return abs(value - bound) / max(abs(value), LEAST)
