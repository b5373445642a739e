"""An answer of siting with its places: where each site is, and what was checked."""

from dataclasses import dataclass
from typing import Any

from almaty_geo.siting.answer import Siting
from almaty_geo.siting.candidates import Candidates
from almaty_geo.travel import Basis, Reach
from almaty_geo.words import Text


@dataclass(frozen=True, slots=True)
class Asking:
    """What was asked."""

    theme: str
    """What the sites would offer."""

    scenario: str
    """Id of the scenario that says what is open already."""

    reach: Reach
    """What counts as within reach; for "seats" the admission limit."""

    basis: Basis
    """Whether ways follow streets or are straight lines times a detour index."""

    people: int
    """Everybody asked about: residents, or pupils for "seats"."""

    equity: bool = False
    """Whether the worst-off count more."""

    seats_each: int | None = None
    """Seats of each new site, for "seats"."""


@dataclass(frozen=True, slots=True)
class Site:
    """One proposed place."""

    rank: int
    """1 for the one that helps most."""

    candidate: str
    """Id of the candidate."""

    lon: float
    """Longitude in degrees."""

    lat: float
    """Latitude in degrees."""

    gain: float | None
    """What it adds after those before it, in the objective's unit; None where nothing stood."""

    area: str
    """Area that it lies in, "" for none."""

    near: Text | None
    """Nearest street with a name."""

    verdict: str | None = None
    """With a menu: "proven" if every near-best set has it, "refuted" if not, "open"."""


@dataclass(frozen=True, eq=False)
class Sited:
    """Where the next facilities help most, with all that a reader needs to defend it."""

    asking: Asking
    """What was asked."""

    siting: Siting
    """The sites by position, value, bound and menu."""

    sites: tuple[Site, ...]
    """The same with their places, ranked."""

    candidates: Candidates
    """Where sites could be, and which exclusions were checked or could not be."""

    options: tuple[tuple[str, ...], ...] = ()
    """Near-best sets as ids of candidates, the best first."""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        asking, found = self.asking, self.siting
        menu = found.menu
        return {
            "theme": asking.theme,
            "scenario": asking.scenario,
            "objective": found.objective,
            "reach": {"value": asking.reach.value, "unit": asking.reach.unit},
            "mode": asking.reach.mode,
            "basis": asking.basis,
            "people": asking.people,
            "equity": asking.equity,
            "seats_each": asking.seats_each,
            "sites": [_site(site) for site in self.sites],
            "before": found.before,
            "value": found.value,
            "plain_value": found.plain,
            "bound": found.bound,
            "gap": found.gap,
            "status": found.status,
            "reason": found.reason,
            "menu": []
            if menu is None
            else [
                {
                    "sites": list(ids),
                    "value": option.value,
                    "behind": option.behind,
                    "sure": option.sure,
                }
                for ids, option in zip(self.options, menu.options, strict=True)
            ],
            "tolerance": None if menu is None else menu.tolerance,
            "candidates": {
                "given": self.candidates.given,
                "left": len(self.candidates.ids),
                "unlocated": self.candidates.unlocated,
            },
            "exclusions": {
                "checked": [
                    {
                        "id": one.exclusion.id,
                        "distance_m": one.exclusion.distance_m,
                        "confidence": one.exclusion.confidence,
                        "features": one.features,
                        "unlocated": one.unlocated,
                        "excluded": one.excluded,
                    }
                    for one in self.candidates.checked
                ],
                "not_checked": [one.id for one in self.candidates.unchecked],
            },
        }


def _site(site: Site) -> dict[str, Any]:
    return {
        "rank": site.rank,
        "lon": site.lon,
        "lat": site.lat,
        "gain_people": site.gain,
        "candidate": site.candidate,
        "district": site.area or None,
        "near": site.near.en if site.near else None,
        "no_regret": site.verdict,
    }
