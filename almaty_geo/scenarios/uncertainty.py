"""Which results can be relied on: the share within reach of each area, under all that is unsure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.scenarios.setting import Mask, Setting, Situation
from almaty_geo.sections import OUTSIDE
from almaty_geo.specs import Scenario

Floats = NDArray[np.float64]
Verdict = Literal["robust", "borderline", "empty"]
DRAWS = 400
SEED = 2026
AGREE = 0.95
"""Share of the draws that must agree with the result for it to be robust."""
WIDEST = 2.0
"""No place is drawn farther than this many times its precision."""
DECIMALS = 9
"""Shares closer than this are the same."""


@dataclass(frozen=True, eq=False)
class Certainty:
    """How sure the share within reach is: k areas, and what lies outside all last."""

    theme: str
    """The theme."""

    scenario: Scenario
    """What is open."""

    areas: tuple[str, ...]
    """Id of each area but the last, which is outside all."""

    share: Floats
    """Share within reach, 0 to 1, shape (k + 1,); NaN where nobody lives."""

    low: Floats
    """Share that 2.5 % of the draws fall below, or the share itself if less, shape (k + 1,)."""

    high: Floats
    """Share that 2.5 % of the draws exceed, or the share itself if more, shape (k + 1,)."""

    agree: Floats
    """Part of the draws that have the area on the same side of the whole place, shape (k + 1,)."""

    factor: Floats
    """People over people counted, shape (k + 1,); NaN where nobody was counted, or none tells."""

    factor_limit: float
    """People scaled by more than this from what was counted are never robust."""

    city: tuple[float, float, float]
    """Share of the whole place, and its low and high; NaN where nobody lives."""

    unstated: tuple[str, ...]
    """Layers whose precision nobody states; their places are taken as exact."""

    varied: tuple[str, ...]
    """What was varied: "detour", "norm", "positions", "counts"."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """
        Whether each area's result holds, shape (k + 1,).

        Robust: at least 95 % of the draws have the area on the same side of the whole place's
        share, and its people were scaled by the limit at most. Empty: nobody lives there.
        """
        sure = (self.agree >= AGREE) & ~(self.factor > self.factor_limit)
        return tuple(
            "empty" if np.isnan(share) else "robust" if robust else "borderline"
            for share, robust in zip(self.share.tolist(), sure.tolist(), strict=True)
        )

    def robust(self, area: str) -> bool:
        """Return whether an area's result may stand in a headline."""
        return self.verdicts[self.areas.index(area)] == "robust"

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        share, low, high = (_number(value) for value in self.city)
        rows = [
            {
                "district": area,
                "share": _number(self.share[at]),
                "low": _number(self.low[at]),
                "high": _number(self.high[at]),
                "agree": _number(self.agree[at]),
                "factor": _number(self.factor[at]),
                "verdict": verdict,
            }
            for at, (area, verdict) in enumerate(
                zip((*self.areas, OUTSIDE), self.verdicts, strict=True)
            )
            if area != OUTSIDE or verdict != "empty"
        ]
        return {
            "theme": self.theme,
            "scenario": self.scenario.id,
            "sha256": self.scenario.sha256,
            "share": share,
            "low": low,
            "high": high,
            "draws": DRAWS,
            "seed": SEED,
            "varied": list(self.varied),
            "precision_not_stated": list(self.unstated),
            "districts": rows,
        }


def certainty(setting: Setting, scenario: Scenario, *, draws: int = DRAWS) -> Certainty:
    """
    Say how sure the share within reach of each area is.

    Draws of a fixed seed vary, all at once: the detour (triangular between the ends of its
    interval, one for all ways), the norm (the same, where it has a low or high end), places
    (normal, cut at twice, with the stated precision as root mean square of the error; a layer that
    states none is exact), and counts (any mixture of people as they are, and people counted scaled
    alike over the whole place).

    Parameters
    ----------
    setting
        The theme.
    scenario
        What is open.
    draws
        How many.

    Returns
    -------
    certainty
        The same for the same plan, to the last bit.

    Raises
    ------
    UsageError
        If nobody says how far is within reach.
    """
    situation = setting.at(scenario)
    ways = _Ways.of(setting, situation)
    people = situation.demand.people.astype(np.float64)
    uniform = _alike(setting, people)
    random = np.random.default_rng(SEED)
    shares = np.empty((draws, len(setting.members.ids) + 2))
    for row in range(draws):
        near = ways.drawn(random)
        mixture = random.random()
        number = people if uniform is None else (1 - mixture) * people + mixture * uniform
        shares[row] = _shares(setting, near, number)
    usual = _shares(setting, setting.within(situation), people)
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    low, high = np.fmin(low, usual), np.fmax(high, usual)
    above = np.sign(np.round(shares[:, :-1] - shares[:, -1:], DECIMALS))
    usually = np.sign(np.round(usual[:-1] - usual[-1], DECIMALS))
    return Certainty(
        theme=setting.theme,
        scenario=scenario,
        areas=setting.members.ids,
        share=usual[:-1],
        low=low[:-1],
        high=high[:-1],
        agree=(above == usually).mean(axis=0),
        factor=_factor(setting, people),
        factor_limit=setting.borderline.factor,
        city=(float(usual[-1]), float(low[-1]), float(high[-1])),
        unstated=_unstated(setting),
        varied=(*ways.varied, *(("counts",) if uniform is not None else ())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Ways that may come within reach, and how they vary: p pairs of point and open facility."""

    points: int
    origin: NDArray[np.intp]
    way: Floats
    from_m: Floats
    to_m: Floats
    from_sigma: Floats
    to_sigma: Floats
    reach: tuple[float, float, float]
    detour: tuple[float, float]
    point_at: NDArray[np.intp]
    place_at: NDArray[np.intp]

    @classmethod
    def of(cls, setting: Setting, situation: Situation) -> "_Ways":
        reach = situation.reach
        low, high = _norm_ends(setting, situation)
        detour = _detour_ends(setting, situation)
        here = _sigmas({setting.people.id: setting.people})[setting.people.id]
        each = _sigmas(setting.roll.layers)
        there = setting.roll.gathered(each).astype(np.float64)
        loose_m = WIDEST * (here.max(initial=0) + there.max(initial=0))
        wide = (high + loose_m * reach.value / reach.metres) / detour[0]
        widest = replace(reach, value=wide, metres=reach.metres * wide / reach.value)
        found = setting.travel.pairs(setting.base.xy_m, setting.roll.xy_m, reach=widest)
        kept = situation.is_open[found.destination]
        origin, place = found.origin[kept], found.destination[kept]
        return cls(
            points=len(setting.base.ids),
            origin=origin,
            way=found.way[kept],
            from_m=setting.base.xy_m[origin],
            to_m=setting.roll.xy_m[place],
            from_sigma=here,
            to_sigma=there,
            reach=(low, reach.value, high),
            detour=detour,
            point_at=origin,
            place_at=place,
        )

    @property
    def moves(self) -> bool:
        """Whether any place is known to be inexact."""
        return bool(self.from_sigma.any() or self.to_sigma.any())

    @property
    def varied(self) -> tuple[str, ...]:
        """What varies."""
        told = {
            "detour": self.detour[0] < self.detour[1],
            "norm": self.reach[0] < self.reach[2],
            "positions": self.moves,
        }
        return tuple(name for name, varies in told.items() if varies)

    def drawn(self, random: np.random.Generator) -> Mask:
        """Return which points are within reach in one draw, shape (n,)."""
        low, high = self.detour
        detour = random.triangular(low, 1.0, high) if low < high else 1.0
        shortest, usual, longest = self.reach
        reach = random.triangular(*self.reach) if shortest < longest else usual
        way = self.way * detour
        if self.moves:
            way = way * self._stretched(random)
        near = np.zeros(self.points, dtype=bool)
        near[self.origin[np.rint(way * 1e6) / 1e6 <= reach]] = True
        return near

    def _stretched(self, random: np.random.Generator) -> Floats:
        """Return how much longer each pair's straight line is with its ends moved, shape (p,)."""
        here = _moves(self.from_sigma, random)[self.point_at]
        there = _moves(self.to_sigma, random)[self.place_at]
        straight = np.hypot(*(self.to_m - self.from_m).T)
        moved = np.hypot(*(self.to_m + there - self.from_m - here).T)
        return np.where(straight > 0, moved / np.where(straight > 0, straight, 1), 1.0)


def _moves(sigma: Floats, random: np.random.Generator) -> Floats:
    """Return by how much each place is off in one draw, metres, shape (n, 2)."""
    drawn = np.clip(random.standard_normal((len(sigma), 2)), -WIDEST, WIDEST)
    return np.asarray(drawn * sigma[:, None] / np.sqrt(2), dtype=np.float64)


def _sigmas(layers: Mapping[str, Layer]) -> dict[str, Floats]:
    """Return the stated precision of each row of each layer, metres; 0 where nobody states any."""
    found: dict[str, Floats] = {}
    for name, layer in layers.items():
        usual = layer.spec.precision.metres or 0.0
        own = np.full(len(layer), usual)
        if "precision_m" in layer.frame:
            told = layer.frame["precision_m"].to_numpy(dtype=float, na_value=np.nan)
            own = np.where(np.isnan(told), usual, told)
        found[name] = own
    return found


def _unstated(setting: Setting) -> tuple[str, ...]:
    """Return the layers of which nobody says how precise their places are."""
    return tuple(
        layer.id
        for layer in (setting.people, *setting.roll.layers.values())
        if layer.spec.precision.metres is None and "precision_m" not in layer.frame
    )


def _norm_ends(setting: Setting, situation: Situation) -> tuple[float, float]:
    """Return the low and high end of the reach, in its unit."""
    value = situation.reach.value
    norm = situation.scenario.norm(setting.theme, setting.norms)
    if setting.reach is not None or norm is None or norm.reach is None:
        return value, value
    return norm.reach.low or value, norm.reach.high or value


def _detour_ends(setting: Setting, situation: Situation) -> tuple[float, float]:
    """Return the shortest and longest that ways may be, as parts of what they are taken to be."""
    open_m = setting.roll.xy_m[situation.is_open]
    found = setting.travel.nearest(setting.base.xy_m, open_m, reach=situation.reach)
    known = np.isfinite(found.way) & (found.way > 0)
    if not known.any():
        return 1.0, 1.0
    # The longest way has the least round-off of whole millimetres.
    at = int(np.argmax(np.where(known, found.way, 0)))
    return found.least[at] / found.way[at], found.most[at] / found.way[at]


def _alike(setting: Setting, people: Floats) -> Floats | None:
    """Return people counted, scaled alike over the whole place, shape (n,); None if none are."""
    counted = _counted(setting)
    if counted is None:
        return None
    total = counted.sum()
    return np.asarray(counted * (people.sum() / total)) if total else None


def _factor(setting: Setting, people: Floats) -> Floats:
    """Return people over people counted, by area and outside all, shape (k + 1,)."""
    counted = _counted(setting)
    if counted is None:
        return np.full(len(setting.members.names), np.nan)
    before, after = (setting.members.parts(amounts) for amounts in (counted, people))
    return np.where(before > 0, after / np.where(before > 0, before, 1), np.nan)


def _counted(setting: Setting) -> Floats | None:
    """Return the people counted, before any scaling, shape (n,); None if nobody says."""
    frame, column = setting.people.frame, setting.borderline.column
    return frame[column].fillna(0).to_numpy(dtype=np.float64) if column in frame else None


def _shares(setting: Setting, near: Mask, people: Floats) -> Floats:
    """Return the share within reach by area, outside all and of all, shape (k + 2,)."""
    within, total = (
        np.append(sums, sums.sum())
        for sums in map(setting.members.parts, (np.where(near, people, 0.0), people))
    )
    return np.where(total > 0, within / np.where(total > 0, total, 1), np.nan)


def _number(value: float) -> float | None:
    """Return a number, or None for NaN."""
    return None if np.isnan(value) else float(value)
