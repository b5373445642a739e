"""Residents and planned things in the protection zones of a plan's intakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.water.ground import Ground
from almaty_geo.water.served import Intake
from almaty_geo.water.supply import Supply
from almaty_geo.water.zones import Conflict, Verdict, zones
from almaty_geo.words import LANGUAGES, Text, same


@dataclass(frozen=True, slots=True)
class Met:
    """A thing, or the residents, in the zone of an intake."""

    intake: str
    """Id of the intake."""

    intake_name: Text
    """Its name."""

    precision_m: float
    """How far off the intake may be."""

    layer: str
    """Layer of the thing, or of the residents."""

    thing: str
    """Id of the thing; "" for residents, who are counted together."""

    name: Text
    """Its name, or the title of the layer."""

    people: int | None
    """Residents; None for a thing."""

    distance_m: float
    """From the intake; for residents the nearest of them."""

    verdict: Verdict
    """Inside wherever the intake truly is, or possible."""

    def to_dict(self) -> dict[str, Any]:
        """Return the conflict as plain values for JSON."""
        return {
            "source": self.intake,
            "precision_m": self.precision_m,
            "layer": self.layer,
            "id": self.thing or None,
            "people": self.people,
            "distance_m": self.distance_m,
            "verdict": self.verdict,
        }


def kept_out(supply: Supply, more: Sequence[Intake] = ()) -> tuple[Met, ...]:
    """
    Return what lies in the protection zones, surely or possibly.

    Parameters
    ----------
    supply
        A plan's supply.
    more
        Intakes beside those of the layer of sources.

    Returns
    -------
    met
        By intake: residents first, then things by distance; empty where no zone is declared.
    """
    ground, zone = supply.ground, supply.zone
    if ground is None or zone is None or zone.distance_m is None:
        return ()
    intakes = (*_placed(supply, ground), *more)
    xy_m = np.array([one.xy_m for one in intakes], dtype=np.float64).reshape(-1, 2)
    precision_m = np.array([one.precision_m for one in intakes], dtype=np.float64)
    homes = zones(xy_m, precision_m, ground.demand.xy_m, radius_m=zone.distance_m)
    met = [*_residents(ground, supply, intakes, homes)]
    for layer in supply.kept_out:
        things_m = ground.area.xy_m(layer.frame.geometry.to_numpy())
        found = zones(xy_m, precision_m, things_m, radius_m=zone.distance_m)
        met += [_thing(layer, intakes[one.intake], one) for one in found]
    order = {one.id: at for at, one in enumerate(intakes)}
    return tuple(sorted(met, key=lambda one: order[one.intake]))


def _placed(supply: Supply, ground: Ground) -> tuple[Intake, ...]:
    """Return every source of the layer that has a place, whatever its capacity and state."""
    xy_m = ground.area.xy_m(supply.sources.frame.geometry.to_numpy()).tolist()
    return tuple(
        Intake(s.id, s.name, s.area or "", (x, y), float(s.precision_m or 0), 0.0, 0)
        for s, (x, y) in zip(supply.balance.sources, xy_m, strict=True)
        if s.located
    )


def _residents(
    ground: Ground, supply: Supply, intakes: Sequence[Intake], found: Sequence[Conflict]
) -> list[Met]:
    """Return the residents of each zone, those inside apart from those possibly inside."""
    people = ground.demand.people
    met = []
    verdicts: tuple[Verdict, ...] = ("inside", "possible")
    for at, intake in enumerate(intakes):
        for verdict in verdicts:
            own = [c for c in found if (c.intake, c.verdict) == (at, verdict) and people[c.thing]]
            if own:
                number = int(people[[c.thing for c in own]].sum())
                met.append(
                    Met(
                        intake=intake.id,
                        intake_name=intake.name,
                        precision_m=intake.precision_m,
                        layer=supply.demand,
                        thing="",
                        name=same(""),
                        people=number,
                        distance_m=own[0].distance_m,
                        verdict=verdict,
                    )
                )
    return met


def _thing(layer: Layer, intake: Intake, one: Conflict) -> Met:
    row = layer.frame.iloc[one.thing]
    told = {c.removeprefix("name_"): row[c] for c in layer.spec.name_columns}
    names = {lang: name for lang, name in told.items() if isinstance(name, str) and name}
    first = next(iter(names.values()), str(row["id"]))
    return Met(
        intake=intake.id,
        intake_name=intake.name,
        precision_m=intake.precision_m,
        layer=layer.id,
        thing=str(row["id"]),
        name=Text(**{lang: names.get(lang, first) for lang in LANGUAGES}),
        people=None,
        distance_m=one.distance_m,
        verdict=one.verdict,
    )
