"""What one scenario changes against another, by area, and which change brings how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.scenarios.measures import Measure
from almaty_geo.scenarios.parts import Part, expanded, mixed, parts
from almaty_geo.scenarios.setting import Setting, Situation, Whole
from almaty_geo.scenarios.shapley import SEED, Shares, shapley
from almaty_geo.sections import OUTSIDE
from almaty_geo.specs import Scenario
from almaty_geo.words import Language


@dataclass(frozen=True, eq=False)
class Difference:
    """One measure in both scenarios."""

    measure: Measure
    """What is counted."""

    before: Whole
    """In the first, for k areas and outside all, shape (k + 1,)."""

    after: Whole
    """In the second, shape (k + 1,)."""

    shares: Shares
    """What each of the changes brings; the shares of all sum to the difference, area by area."""

    @property
    def change(self) -> Whole:
        """Second less first, shape (k + 1,)."""
        return self.after - self.before


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the second scenario changes against the first, for one theme."""

    theme: str
    """The theme."""

    before: Scenario
    """The first."""

    after: Scenario
    """The second."""

    areas: tuple[str, ...]
    """Area of each column but the last, which is outside all."""

    parts: tuple[Part, ...]
    """The changes that make the second of the first."""

    differences: Mapping[str, Difference]
    """By id of the measure."""

    basis: str
    """How ways were reckoned."""

    @property
    def method(self) -> str:
        """Whether the shares are exact, or the mean of how many orders."""
        orders = max((d.shares.orders for d in self.differences.values()), default=0)
        return f"mean of {orders} orders, seed {SEED}" if orders else "exact"

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the answer as plain values for JSON; sums over areas are the city's figures."""
        anything = any(one.before[-1] or one.after[-1] for one in self.differences.values())
        shown = (*self.areas, OUTSIDE) if anything else self.areas
        return {
            "theme": self.theme,
            "before": _named(self.before),
            "after": _named(self.after),
            "basis": self.basis,
            "shares": self.method,
            "measures": {name: _totals(one) for name, one in self.differences.items()},
            "districts": [
                {
                    "district": area,
                    **{
                        name: _at(one, -1 if area == OUTSIDE else position)
                        for name, one in self.differences.items()
                    },
                }
                for position, area in enumerate(shown)
            ],
            "changes": [
                {
                    "change": part.title[language],
                    **{
                        name: self._brought(one, position) for name, one in self.differences.items()
                    },
                }
                for position, part in enumerate(self.parts)
            ],
        }

    def _brought(self, one: Difference, position: int) -> dict[str, Any]:
        """Return what one change brings to one measure."""
        share = one.shares.share[position]
        return {
            "share": int(share.sum()),
            "alone": int(one.shares.alone[position].sum()),
            "last": int(one.shares.last[position].sum()),
            "districts": dict(zip((*self.areas, OUTSIDE), share.tolist(), strict=True)),
        }


def compare(
    before: Scenario,
    after: Scenario,
    setting: Setting,
    measures: Sequence[Measure],
    *,
    each: bool = False,
) -> Comparison:
    """
    Compare two scenarios.

    Parameters
    ----------
    before, after
        Scenarios.
    setting
        The theme.
    measures
        What to compare by.
    each
        Whether every facility that opens or closes is a change of its own; else every entry of
        the scenario's file is.

    Returns
    -------
    comparison
        Exact shares up to eight changes, else the mean of random orders from a fixed seed.
    """
    first, second = (expanded(s, setting) if each else s for s in (before, after))
    made = parts(first, second, setting)

    def value(subset: int) -> Whole:
        some = [part for position, part in enumerate(made) if subset >> position & 1]
        return _all(setting, setting.at(mixed(first, some)), measures)

    shares = shapley(value, len(made))
    size = len(setting.members.ids) + 1
    was, now = (_all(setting, setting.at(one), measures) for one in (before, after))

    def difference(position: int) -> Difference:
        own = slice(position * size, (position + 1) * size)
        return Difference(
            measure=measures[position],
            before=was[own],
            after=now[own],
            shares=Shares(
                share=shares.share[:, own],
                alone=shares.alone[:, own],
                last=shares.last[:, own],
                orders=shares.orders,
            ),
        )

    return Comparison(
        theme=setting.theme,
        before=before,
        after=after,
        areas=setting.members.ids,
        parts=made,
        differences={one.id: difference(position) for position, one in enumerate(measures)},
        basis=setting.travel.basis,
    )


def _all(setting: Setting, situation: Situation, measures: Sequence[Measure]) -> Whole:
    """Return all measures of a situation, one after the other."""
    return np.concatenate([measure.of(setting, situation) for measure in measures])


def _named(scenario: Scenario) -> dict[str, str]:
    return {"scenario": scenario.id, "sha256": scenario.sha256}


def _totals(one: Difference) -> dict[str, int]:
    before, after = int(one.before.sum()), int(one.after.sum())
    return {"before": before, "after": after, "change": after - before}


def _at(one: Difference, position: int) -> dict[str, int]:
    before, after = int(one.before[position]), int(one.after[position])
    return {"before": before, "after": after, "change": after - before}
